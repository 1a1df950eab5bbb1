import { type Definition, type DefinitionTransition, defaultLeaf, isBelow, lineage, nodeAt } from './definition.js'

/**
 * One transition taken from one leaf, worked out in full. Without parallel and history states the leaf alone is the
 * configuration, so what is left, done and entered is known before anything runs.
 */
export interface Microstep {
  /** Index of the leaf node it leads to. */
  readonly target: number
  /** What happens, in order. */
  readonly operations: readonly Operation[]
}

export type Operation =
  | { readonly type: 'act'; readonly action: string }
  /** Sets (or clears) the timer behind the internal event of a delay. */
  | { readonly type: 'arm' | 'disarm'; readonly event: string }
  /** A final child of `node` was entered. */
  | { readonly type: 'done'; readonly node: number }

/**
 * What taking `transition` does while `leaf` is active: exit actions inside out, its own actions, entry actions outside
 * in (the SCXML algorithm, https://www.w3.org/TR/scxml/#AlgorithmforSCXMLInterpretation, as xstate 5 runs it).
 * Entering a final child of the root ends the machine, which runs the exit actions of all that is active then.
 */
export function microstep(definition: Definition, leaf: number, transition: DefinitionTransition): Microstep {
  const operations: Operation[] = []
  const own = transition.actions.map((action): Operation => ({ type: 'act', action }))
  if (transition.target < 0) return { target: leaf, operations: own }
  const domain = transitionDomain(definition, transition)
  for (const node of exitSet(definition, leaf, domain)) leave(definition, node, operations)
  operations.push(...own)
  const target = defaultLeaf(definition, transition.target)
  const { entered, byDefault } = entrySet(definition, transition, domain)
  enter(definition, entered, byDefault, operations)
  if (entered.length > 0) finish(definition, target, operations)
  return { target, operations }
}

/** What the start does: everything from the root to its default leaf is entered. */
export function initialMicrostep(definition: Definition): Microstep {
  const operations: Operation[] = []
  const target = defaultLeaf(definition, 0)
  const entered = lineage(definition, target).reverse()
  enter(definition, entered, new Set(entered), operations)
  finish(definition, target, operations)
  return { target, operations }
}

/** Whether the machine as a whole is done in `leaf`: a final child of the root. */
export function isDone(definition: Definition, leaf: number): boolean {
  const node = nodeAt(definition, leaf)
  return node.kind === 'final' && node.parent === 0
}

/** The innermost node that stays active; -1 when even the root is left and entered again. */
function transitionDomain(definition: Definition, transition: DefinitionTransition): number {
  const { source, target, reenter } = transition
  if (!reenter && (target === source || isBelow(definition, target, source))) return source
  for (const ancestor of lineage(definition, target).slice(1))
    if (isBelow(definition, source, ancestor)) return ancestor
  return reenter ? -1 : 0
}

function exitSet(definition: Definition, leaf: number, domain: number): number[] {
  return lineage(definition, leaf).filter((node) => domain < 0 || isBelow(definition, node, domain))
}

/**
 * The nodes to enter, outside in, and those of them entered by default or by name: they run the actions of their
 * initial transition, ancestors that are merely passed through do not. A node that targets itself without `reenter`
 * stays, and only its children are entered anew.
 */
function entrySet(
  definition: Definition,
  transition: DefinitionTransition,
  domain: number,
): { entered: number[]; byDefault: Set<number> } {
  const { source, target, reenter } = transition
  const below = lineage(definition, defaultLeaf(definition, target)).filter((node) => isBelow(definition, node, target))
  const named = source !== target || source !== domain || reenter ? [target, ...below] : below
  const above = domain === target ? [] : until(lineage(definition, target).slice(1), domain)
  return { entered: [...above, ...named].sort((a, b) => a - b), byDefault: new Set(named) }
}

/** The nodes of `line` before `end`. */
function until(line: readonly number[], end: number): readonly number[] {
  const at = line.indexOf(end)
  return at < 0 ? line : line.slice(0, at)
}

function enter(
  definition: Definition,
  entered: readonly number[],
  byDefault: ReadonlySet<number>,
  operations: Operation[],
): void {
  for (const index of entered) {
    const node = nodeAt(definition, index)
    for (const action of node.entry) operations.push({ type: 'act', action })
    for (const delay of node.delays) operations.push({ type: 'arm', event: delay.event })
    if (byDefault.has(index)) for (const action of node.initialActions) operations.push({ type: 'act', action })
    if (node.kind === 'final') operations.push({ type: 'done', node: node.parent })
  }
}

function leave(definition: Definition, index: number, operations: Operation[]): void {
  const node = nodeAt(definition, index)
  for (const action of node.exit) operations.push({ type: 'act', action })
  for (const delay of node.delays) operations.push({ type: 'disarm', event: delay.event })
}

function finish(definition: Definition, leaf: number, operations: Operation[]): void {
  if (isDone(definition, leaf)) for (const node of lineage(definition, leaf)) leave(definition, node, operations)
}
