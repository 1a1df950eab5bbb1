import { type Definition, type DefinitionTransition, doneEvent, internalPrefix, lineage, nodeAt } from './definition.js'

/** The descriptor that stands for every event without an exact match on the same node. */
export const wildcard = '*'

/**
 * The transitions that may answer `event` while `leaf` is active, in the order they are tried: innermost node first,
 * on each node the exact event before `*`. What comes after an unguarded one is never tried and left out.
 */
export function candidates(definition: Definition, leaf: number, event: string): DefinitionTransition[] {
  return reachable(
    lineage(definition, leaf).flatMap((node) => {
      const { on } = nodeAt(definition, node)
      const exact = on.find((handler) => handler.event === event)
      const rest = event === wildcard ? undefined : on.find((handler) => handler.event === wildcard)
      return [...(exact?.transitions ?? []), ...(rest?.transitions ?? [])]
    }),
  )
}

/** The eventless transitions tried while `leaf` is active, innermost node first. */
export function alwaysCandidates(definition: Definition, leaf: number): DefinitionTransition[] {
  return reachable(lineage(definition, leaf).flatMap((node) => nodeAt(definition, node).always))
}

/** Events a sender may name, in the order they are first written; `*`, where used, is last. */
export function publicEvents(definition: Definition): string[] {
  const events = new Set(definition.nodes.flatMap((node) => node.on.map((handler) => handler.event)))
  const named = [...events].filter((event) => event !== wildcard && !event.startsWith(internalPrefix))
  return events.has(wildcard) ? [...named, wildcard] : named
}

/** Events the machine raises itself: a delay has passed, a final state was entered. */
export function internalEvents(definition: Definition): string[] {
  const delays = definition.nodes.flatMap((node) => node.delays.map((delay) => delay.event))
  const finals = definition.nodes.filter((node) => node.kind === 'final' && node.parent > 0)
  const done = finals.map((node) => doneEvent(nodeAt(definition, node.parent).path))
  return [...delays, ...new Set(done)]
}

function reachable(transitions: readonly DefinitionTransition[]): DefinitionTransition[] {
  const last = transitions.findIndex((transition) => transition.guard === undefined)
  return last < 0 ? [...transitions] : transitions.slice(0, last + 1)
}
