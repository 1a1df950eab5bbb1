/**
 * What a machine is, as plain data: names, numbers and lists, nothing that runs and nothing of xstate.
 * Tables, findings and pictures are all made from this one value.
 */
export interface Definition {
  readonly id: string
  /** All nodes in document order: a parent stands before its children. `nodes[0]` is the root. */
  readonly nodes: readonly DefinitionNode[]
  /** Microsteps a single step may take before it counts as endless. */
  readonly microstepsMax: number
}

/** A node of the state tree. Its `index` is its place in document order. */
export interface DefinitionNode {
  readonly index: number
  /** Last part of the path; the machine's id for the root. */
  readonly key: string
  /** Keys from the root, joined by dots; empty for the root. */
  readonly path: string
  readonly kind: 'compound' | 'atomic' | 'final'
  /** Index of the parent; -1 for the root. */
  readonly parent: number
  /** Index of the child entered by default; -1 unless compound. */
  readonly initial: number
  /** Actions of the initial transition, run after the entry actions. */
  readonly initialActions: readonly string[]
  readonly entry: readonly string[]
  readonly exit: readonly string[]
  readonly tags: readonly string[]
  readonly description: string | undefined
  /** For pictures; JSON. */
  readonly meta: unknown
  readonly delays: readonly DefinitionDelay[]
  /** Every descriptor with its transitions in order. The empty list means: look further out. */
  readonly on: readonly DefinitionHandler[]
  readonly always: readonly DefinitionTransition[]
}

/** An `after` key: one timer, armed when its state is entered and cancelled when it is left. */
export interface DefinitionDelay {
  /** The internal event it raises. */
  readonly event: string
  /** As written: a name, or the number of ms. */
  readonly name: string
  readonly delayMs: number
}

/** The transitions of one node for one event descriptor (`*` matches every event without an exact match). */
export interface DefinitionHandler {
  readonly event: string
  readonly transitions: readonly DefinitionTransition[]
}

export interface DefinitionTransition {
  /** Index of the node it is written on. */
  readonly source: number
  /** Index of the target; -1 for a targetless transition, which leaves and enters nothing. */
  readonly target: number
  /** Leave and enter the source as well (an external transition). */
  readonly reenter: boolean
  readonly guard: string | undefined
  readonly actions: readonly string[]
  readonly description: string | undefined
}

/** Events with this prefix are raised by the machine itself; a definition may not name them. */
export const internalPrefix = 'xstate.'

/** The internal event raised when a final child of the node at `path` is entered. */
export function doneEvent(path: string): string {
  return `${internalPrefix}done.state.${path}`
}

/** The internal event raised by a delay of the node at `path`. */
export function afterEvent(path: string, name: string): string {
  return `${internalPrefix}after.${name}.${path}`
}

/** A transition that does nothing, on purpose: the event is explicitly ignored. */
export function isInert(transition: DefinitionTransition): boolean {
  return transition.target < 0 && transition.actions.length === 0
}

/** Whether `node` lies below `ancestor` (a node is not below itself). */
export function isBelow(definition: Definition, node: number, ancestor: number): boolean {
  for (let at = parentOf(definition, node); at >= 0; at = parentOf(definition, at)) if (at === ancestor) return true
  return false
}

/** `node`, then its ancestors, up to and including the root. */
export function lineage(definition: Definition, node: number): number[] {
  const line = []
  for (let at = node; at >= 0; at = parentOf(definition, at)) line.push(at)
  return line
}

/** The leaf that is entered when `node` is entered by default. */
export function defaultLeaf(definition: Definition, node: number): number {
  let at = node
  for (let next = nodeAt(definition, at).initial; next >= 0; next = nodeAt(definition, at).initial) at = next
  return at
}

export function nodeAt(definition: Definition, index: number): DefinitionNode {
  return definition.nodes[index] as DefinitionNode
}

function parentOf(definition: Definition, node: number): number {
  return nodeAt(definition, node).parent
}
