import type { CompiledMachine } from './compiled.js'
import {
  type Definition,
  type DefinitionNode,
  type DefinitionTransition,
  defaultLeaf,
  doneEvent,
  lineage,
  nodeAt,
} from './definition.js'
import { isDone, microstep } from './microstep.js'
import { alwaysCandidates, candidates, publicEvents, wildcard } from './select.js'

/** Something in a machine that is most likely a mistake. */
export interface MachineFinding {
  readonly code: /** No chain of events leads to this state, whatever the guards say. */
    | 'unreachable-state'
    /** The machine is not done in this state, and nothing leads out of it. */
    | 'dead-end'
    /** The state neither handles this event nor ignores it explicitly (`EVENT: undefined`, or `*`). */
    | 'unhandled-event'
    /** An earlier transition for the same event, without a guard or with the same one, always wins. */
    | 'unreachable-transition'
    /** Unguarded `always` transitions lead back to this state: entering it never comes to rest. */
    | 'endless-always'
  /** Dotted path; empty for the root. */
  readonly state: string
  /** The event concerned: its name, `always`, `after NAME` or `onDone`; null where none is. */
  readonly event: string | null
  readonly text: string
}

/**
 * Looks for unreachable states, dead ends, unhandled events, transitions that can never be taken, and endless
 * `always` cycles. Guards are taken to be able to answer either way. Empty means: nothing found.
 */
export function verify(machine: CompiledMachine): MachineFinding[] {
  const { definition } = machine
  const leaves = definition.nodes.filter((node) => node.kind !== 'compound')
  const events = publicEvents(definition).filter((event) => event !== wildcard)
  const reached = reachedLeaves(definition, events)
  return [
    ...leaves.filter((leaf) => !reached.has(leaf.index)).map(unreachableState),
    ...leaves.filter((leaf) => reached.has(leaf.index)).flatMap((leaf) => leafFindings(definition, leaf, events)),
    ...definition.nodes.flatMap(shadowedTransitions),
    ...endlessCycles(definition, reached),
  ]
}

function reachedLeaves(definition: Definition, events: readonly string[]): ReadonlySet<number> {
  const reached = new Set([defaultLeaf(definition, 0)])
  // A set iterates over what is added meanwhile: this walks until nothing new turns up.
  for (const leaf of reached) for (const target of waysOn(definition, leaf, events)) reached.add(target)
  return reached
}

/** The leaves that one transition from `leaf` may lead to, itself left out. */
function waysOn(definition: Definition, leaf: number, events: readonly string[]): number[] {
  if (isDone(definition, leaf)) return []
  const transitions = [...alwaysCandidates(definition, leaf), ...doneCandidates(definition, leaf)]
  if (!isTransient(definition, leaf)) {
    const delays = lineage(definition, leaf).flatMap((node) =>
      nodeAt(definition, node).delays.map(({ event }) => event),
    )
    for (const event of [...events, wildcard, ...delays]) transitions.push(...candidates(definition, leaf, event))
  }
  return transitions.map((one) => microstep(definition, leaf, one).target).filter((target) => target !== leaf)
}

/** Whether the machine never rests in `leaf`: an unguarded `always`, or the `onDone` around a final state, leaves it. */
function isTransient(definition: Definition, leaf: number): boolean {
  return [alwaysCandidates(definition, leaf), doneCandidates(definition, leaf)].some((transitions) => {
    const last = transitions.at(-1)
    return last !== undefined && last.guard === undefined && microstep(definition, leaf, last).target !== leaf
  })
}

/** What entering the final state `leaf` sets off around it. */
function doneCandidates(definition: Definition, leaf: number): DefinitionTransition[] {
  const node = nodeAt(definition, leaf)
  if (node.kind !== 'final') return []
  return candidates(definition, leaf, doneEvent(nodeAt(definition, node.parent).path))
}

function leafFindings(definition: Definition, leaf: DefinitionNode, events: readonly string[]): MachineFinding[] {
  if (isDone(definition, leaf.index)) return []
  const findings: MachineFinding[] = []
  if (waysOn(definition, leaf.index, events).length === 0) findings.push(deadEnd(leaf))
  if (isTransient(definition, leaf.index)) return findings
  const unhandled = events.filter((event) => candidates(definition, leaf.index, event).length === 0)
  return [...findings, ...unhandled.map((event) => unhandledEvent(leaf, event))]
}

function shadowedTransitions(node: DefinitionNode): MachineFinding[] {
  const lists = [...node.on, { event: 'always', transitions: node.always }]
  return lists.flatMap(({ event, transitions }) =>
    transitions.flatMap((transition, index) => {
      const winner = transitions
        .slice(0, index)
        .find((one) => one.guard === undefined || one.guard === transition.guard)
      return winner === undefined ? [] : [unreachableTransition(node, eventLabel(node, event), index, winner)]
    }),
  )
}

/** Cycles of leaves that lead to each other by an `always` whose first candidate has no guard. */
function endlessCycles(definition: Definition, reached: ReadonlySet<number>): MachineFinding[] {
  const following = (leaf: number): number => {
    const first = isDone(definition, leaf) ? undefined : alwaysCandidates(definition, leaf)[0]
    return first === undefined || first.guard !== undefined ? leaf : microstep(definition, leaf, first).target
  }
  return [...reached].flatMap((leaf) => {
    const cycle = [leaf]
    for (let at = following(leaf); at !== leaf; at = following(at)) {
      if (cycle.includes(at)) return []
      cycle.push(at)
    }
    const reportedHere = cycle.length > 1 && leaf === Math.min(...cycle)
    return reportedHere ? [endlessAlways(cycle.map((index) => nodeAt(definition, index)))] : []
  })
}

function eventLabel(node: DefinitionNode, event: string): string {
  const delay = node.delays.find((candidate) => candidate.event === event)
  if (delay !== undefined) return `after ${delay.name}`
  return event === doneEvent(node.path) ? 'onDone' : event
}

function unreachableState({ path }: DefinitionNode): MachineFinding {
  const text = `No event ever leads to '${path}'. Add a transition to it, or remove it.`
  return { code: 'unreachable-state', state: path, event: null, text }
}

function deadEnd({ path }: DefinitionNode): MachineFinding {
  const text = `Nothing leads out of '${path}', and the machine is not done there. Add a transition, or make it final.`
  return { code: 'dead-end', state: path, event: null, text }
}

function unhandledEvent({ path }: DefinitionNode, event: string): MachineFinding {
  const text = `'${path}' neither handles nor ignores '${event}'. Add a transition, or '${event}: undefined' to ignore it.`
  return { code: 'unhandled-event', state: path, event, text }
}

function unreachableTransition(
  { path }: DefinitionNode,
  event: string,
  index: number,
  winner: DefinitionTransition,
): MachineFinding {
  const reason = winner.guard === undefined ? 'one without a guard' : `one with the same guard '${winner.guard}'`
  const text = `Transition ${index + 1} of '${path}' for '${event}' is never taken: ${reason} stands before it.`
  return { code: 'unreachable-transition', state: path, event, text }
}

function endlessAlways(cycle: readonly DefinitionNode[]): MachineFinding {
  const path = cycle[0]?.path ?? ''
  const text = `The machine never rests: ${cycle.map((node) => `'${node.path}'`).join(' -> ')} -> '${path}' by 'always'.`
  return { code: 'endless-always', state: path, event: 'always', text }
}
