/** A scenario and its trace, in the format of the traces recorded from Erlang's `supervisor` (see README.md). */
export interface Scenario {
  readonly id: string
  readonly name?: string
  readonly root: SupervisorNode
  readonly cmds: readonly Command[]
  readonly trace?: readonly Step[]
}

/** What is played of a scenario. */
export type Played = Pick<Scenario, 'root' | 'cmds'>

/** Atoms and strings, integers, booleans, `undefined` as null, tuples and lists. */
export type Term = string | number | boolean | null | readonly Term[]

export type StartOutcome = 'ok' | 'extra' | 'error' | 'ignore'

/** Some scenarios hold faulty values on purpose, so nothing here is as narrow as it ought to be. */
export interface Node {
  readonly id?: string
  readonly type?: string
  readonly restart?: string
  readonly shutdown?: number | string
  readonly significant?: boolean | string
  readonly plan?: readonly StartOutcome[]
  readonly rest?: StartOutcome
  readonly stop?: 'obey' | 'ignore' | { readonly slow: number } | { readonly exit: Term }
  readonly no_start?: boolean
  readonly strategy?: string
  readonly intensity?: number | string
  readonly period?: number | string
  readonly auto_shutdown?: string
  readonly children?: readonly (Node | string)[]
}

export type SupervisorNode = Node

export type Command =
  | { readonly op: 'exit' | 'signal'; readonly path: string; readonly reason: Term }
  | { readonly op: 'stop'; readonly reason: Term }
  | { readonly op: 'start_child'; readonly sup: string; readonly spec?: Node | string; readonly key?: string }
  | { readonly op: 'restart_child' | 'delete_child'; readonly sup: string; readonly id: string }
  | {
      readonly op: 'terminate_child' | 'get_childspec'
      readonly sup: string
      readonly id?: string
      readonly pid?: string
    }
  | { readonly op: 'which_children' | 'count_children'; readonly sup: string }
  | { readonly op: 'check_childspecs'; readonly specs: readonly (Node | string)[]; readonly auto_shutdown?: string }
  | { readonly op: 'wait'; readonly ms: number }

export type TraceEvent = readonly [name: string, ...rest: Term[]]

export interface Step {
  readonly events: readonly TraceEvent[]
  readonly reply: unknown
  readonly state: string
  readonly ms?: number
}
