import type { Definition } from './definition.js'

/**
 * A machine as integer tables. Its owner keeps one number, the state; everything else is shared, so a million owners
 * of one machine cost a million numbers.
 *
 * `State` and `Event` are the literal names where TypeScript can infer them (`setup(...).createMachine(...)`).
 */
export interface CompiledMachine<State extends string = string, Event extends string = string> {
  readonly id: string
  /** Leaf states as dotted paths; the index is the state's number. */
  readonly states: readonly State[]
  /** Events a sender may name; the index is the event's number. `*`, last where used, is any event not listed. */
  readonly events: readonly Event[]
  /** Named actions; the index is what {@link MachineHost.act} receives. */
  readonly actions: readonly string[]
  /** Named guards; the index is what {@link MachineHost.guard} receives. */
  readonly guards: readonly string[]
  /** The `after` delays; the index is what {@link MachineHost.arm} receives. */
  readonly delays: readonly MachineDelay[]
  /** The state entered by default, before any `always` transition; see {@link CompiledMachine.start}. */
  readonly initial: number
  /** Actions of entering the initial state, in order. */
  readonly initialActions: readonly number[]
  /** What was compiled, as plain data. */
  readonly definition: Definition

  /** @throws MachineError `unknown-name` */
  state(name: State): number
  /** @throws MachineError `unknown-name` */
  event(name: Event): number
  /** @throws MachineError `unknown-name` */
  action(name: string): number
  /** @throws MachineError `unknown-name` */
  guard(name: string): number

  /**
   * Enters the initial state and follows `always` transitions until none is enabled; returns the state reached.
   * A machine whose start has no actions, guards or delays needs no host.
   *
   * @throws MachineError `missing-host`, `endless`
   */
  start(host?: MachineHost): number
  /**
   * Takes one event to the end (run to completion): returns the next state, or the same number when the event is
   * ignored, unhandled, or refused by its guards. One table look-up where no guard, action or `always` is concerned.
   *
   * What the host throws passes through, with the step half done: the owner must not go on from its old state.
   * `state` and `event` are trusted; numbers outside the tables give no meaningful answer.
   *
   * @throws MachineError `missing-host`, `endless`
   *
   * ```ts
   * state = machine.step(state, machine.event('STOP'), host)
   * ```
   */
  step(state: number, event: number, host?: MachineHost): number
  /**
   * What `event` means in `state`, before guards are asked: `ignored` is on purpose (a forbidden transition, or the
   * machine is done), `unhandled` is not.
   */
  handles(state: number, event: number): 'transition' | 'ignored' | 'unhandled'
  /** Whether `state` or a state around it carries `tag`. */
  hasTag(state: number, tag: string): boolean
  /** Whether the machine is done in `state` (a final child of the root): no event changes it any more. */
  isFinal(state: number): boolean
  /**
   * Whether `state` is the state at `path`, or lies inside it.
   *
   * @throws MachineError `unknown-name`
   */
  matches(state: number, path: string): boolean
}

/** What a step needs from the owner of the state. Names become numbers by `action`, `guard` and `delays`. */
export interface MachineHost {
  /** Answers a guard. Asked in definition order, until one holds. */
  guard(guard: number): boolean
  /** Performs an action. Must not step the same owner's machine. */
  act(action: number): void
  /** Starts the timer of a delay: steps `machine.delays[delay].event` when it fires. Needed where there are delays. */
  arm?(delay: number): void
  /** Stops the timer of a delay. */
  disarm?(delay: number): void
}

export interface MachineDelay {
  /** Dotted path of the state it belongs to; empty for the root. */
  readonly state: string
  /** As written: a name, or the number of ms. */
  readonly name: string
  readonly delayMs: number
  /** Number of the internal event to step when the delay has passed. */
  readonly event: number
}
