import type { CompiledMachine } from './compiled.js'
import { type DefinitionNode, type DefinitionTransition, doneEvent, nodeAt } from './definition.js'

/** A machine as a picture sees it: plain data, JSON. */
export interface MachineGraph {
  readonly id: string
  /** Document order; a parent stands before its children. The first is the root. */
  readonly nodes: readonly MachineGraphNode[]
  readonly edges: readonly MachineGraphEdge[]
}

export interface MachineGraphNode {
  /** The machine's id and the path, joined by dots; unique within the graph. */
  readonly id: string
  /** Last part of the path; the machine's id for the root. */
  readonly label: string
  /** Dotted path as in `CompiledMachine.states`; empty for the root. */
  readonly path: string
  readonly parent: string | null
  readonly kind: 'compound' | 'atomic' | 'final'
  /** Whether its parent enters it by default. */
  readonly initial: boolean
  readonly entry: readonly string[]
  readonly exit: readonly string[]
  readonly tags: readonly string[]
  readonly description: string | null
  readonly meta: unknown
}

export interface MachineGraphEdge {
  readonly source: string
  /** The source itself for a targetless transition. */
  readonly target: string
  readonly kind: 'event' | 'always' | 'after' | 'done'
  /** Name of the event (`*` is any other); null unless `kind` is `event`. */
  readonly event: string | null
  readonly guard: string | null
  readonly actions: readonly string[]
  /** Set where `kind` is `after`. */
  readonly delayMs: number | null
  /** Whether it leaves and enters the source as well. */
  readonly reenter: boolean
  /** Whether it has no target: nothing is left or entered. */
  readonly targetless: boolean
  readonly description: string | null
}

/** The states and transitions of `machine` as they are written, for pictures and tools. */
export function graph(machine: CompiledMachine): MachineGraph {
  const { definition } = machine
  const id = (index: number): string => {
    const { path } = nodeAt(definition, index)
    return path === '' ? definition.id : `${definition.id}.${path}`
  }
  const edge = (
    transition: DefinitionTransition,
    what: Pick<MachineGraphEdge, 'kind' | 'event' | 'delayMs'>,
  ): MachineGraphEdge => ({
    source: id(transition.source),
    target: id(transition.target < 0 ? transition.source : transition.target),
    ...what,
    guard: transition.guard ?? null,
    actions: transition.actions,
    reenter: transition.reenter,
    targetless: transition.target < 0,
    description: transition.description ?? null,
  })
  const edges = definition.nodes.flatMap((node) => [
    ...node.on.flatMap((handler) => handler.transitions.map((one) => edge(one, trigger(node, handler.event)))),
    ...node.always.map((one) => edge(one, { kind: 'always', event: null, delayMs: null })),
  ])
  const nodes = definition.nodes.map((node) => ({
    id: id(node.index),
    label: node.key,
    path: node.path,
    parent: node.parent < 0 ? null : id(node.parent),
    kind: node.kind,
    initial: node.parent >= 0 && nodeAt(definition, node.parent).initial === node.index,
    entry: node.entry,
    exit: node.exit,
    tags: node.tags,
    description: node.description ?? null,
    meta: node.meta ?? null,
  }))
  return { id: definition.id, nodes, edges }
}

function trigger(node: DefinitionNode, event: string): Pick<MachineGraphEdge, 'kind' | 'event' | 'delayMs'> {
  const delay = node.delays.find((candidate) => candidate.event === event)
  if (delay !== undefined) return { kind: 'after', event: null, delayMs: delay.delayMs }
  if (event === doneEvent(node.path)) return { kind: 'done', event: null, delayMs: null }
  return { kind: 'event', event, delayMs: null }
}
