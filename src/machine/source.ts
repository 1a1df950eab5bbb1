/**
 * The parts of an xstate v5 machine that are read, declared structurally: xstate's own types stay out of the public
 * surface, and what depends on its shape stands in this file and in `read.ts` alone.
 */
export interface MachineSource {
  readonly id: string
  /** The definition as it was written. */
  readonly config: unknown
  /** The root state node, targets resolved. */
  readonly root: unknown
  /** Named guards, actions and delays. Only delays are used; the rest is checked for built-ins. */
  readonly implementations: unknown
}

export interface SourceImplementations {
  readonly actions: Readonly<Record<string, unknown>>
  readonly guards: Readonly<Record<string, unknown>>
  readonly delays: Readonly<Record<string, unknown>>
}

export interface SourceNode {
  readonly key: string
  readonly id: string
  readonly path: readonly string[]
  readonly type: string
  readonly config: Readonly<Record<string, unknown>>
  readonly states: Readonly<Record<string, SourceNode>>
  readonly tags: readonly string[]
  readonly description: string | undefined
  readonly transitions: ReadonlyMap<string, readonly SourceTransition[]>
  readonly always: readonly SourceTransition[] | undefined
  readonly initial: { readonly target: readonly SourceNode[] | undefined; readonly actions: readonly unknown[] }
}

export interface SourceTransition {
  readonly source: SourceNode
  readonly target: readonly SourceNode[] | undefined
  readonly actions: readonly unknown[]
  readonly guard: unknown
  readonly reenter: boolean
  readonly description?: string | undefined
}

/** Whether `value` has the shape of an xstate v5 machine. */
export function isMachineSource(value: unknown): value is MachineSource {
  if (!isRecord(value) || typeof value.id !== 'string' || !isRecord(value.config)) return false
  const implementations = value.implementations
  if (!isRecord(implementations)) return false
  if (!isRecord(implementations.actions) || !isRecord(implementations.guards) || !isRecord(implementations.delays)) {
    return false
  }
  const root = value.root
  return isRecord(root) && root.transitions instanceof Map && isRecord(root.states) && Array.isArray(root.path)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
