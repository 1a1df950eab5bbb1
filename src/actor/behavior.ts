import { type Duration, toMs } from '../base/duration.js'
import { ActorCell } from './actor-cell.js'
import type { Cell } from './cell.js'
import type { Context } from './context.js'
import { ActorError } from './errors.js'
import type { ExitReason, Ignore } from './exit.js'
import type { Signal } from './signals.js'
import type { Place, Startable } from './startable.js'

/** What an actor does. Every callback may be synchronous or return a promise; one runs at a time. */
export interface ActorDefinition<State, Message, Args> {
  /** Makes the state of a fresh incarnation. Throwing fails the start; returning `ignore` declines it. */
  init(ctx: Context<Message>, args: Args): State | Ignore | Promise<State | Ignore>
  /** Handles one message. What it returns is the new state; returning nothing keeps the state. */
  receive(state: State, message: Message, ctx: Context<Message>): State | void | Promise<State | void>
  /** Handles exits (when trapping) and ends of monitored actors. Returns like `receive`. */
  signal?(state: State, signal: Signal, ctx: Context<Message>): State | void | Promise<State | void>
  /** Runs when this incarnation ends in any way but a kill; bounded by the child's `shutdown` when its parent stops it. */
  stop?(state: State, reason: ExitReason, ctx: Context<Message>): void | Promise<void>
  /** True: exit signals reach `signal` instead of ending the actor. Default false. */
  trapExit?: boolean
  /** How long an asynchronous callback may take to settle before the actor counts as hung and crashes. Default: no limit. */
  deadline?: Duration
}

/** An actor's behaviour, ready to be started any number of times. Made by {@link actor}. */
export class Behavior<in Message, in Args = void> implements Startable {
  readonly kind = 'worker'
  /** Phantom: keeps `Message` and `Args` in the type. */
  declare readonly accepts: (message: Message, args: Args) => void
  /** @internal */ readonly init: Callback
  /** @internal */ readonly receive: Callback
  /** @internal */ readonly signal: Callback | undefined
  /** @internal */ readonly stop: Callback | undefined
  /** @internal */ readonly trapExit: boolean
  /** @internal */ readonly deadlineMs: number

  /** @internal */
  constructor(parts: BehaviorParts) {
    this.init = parts.init
    this.receive = parts.receive
    this.signal = parts.signal
    this.stop = parts.stop
    this.trapExit = parts.trapExit
    this.deadlineMs = parts.deadlineMs
  }

  /** @internal */
  createCell(place: Place, before?: Cell): Cell {
    if (before instanceof ActorCell && !before.alive) {
      before.assume(this as Behavior<never, never>, place)
      return before
    }
    return new ActorCell(this as Behavior<never, never>, place)
  }
}

/** @internal Callbacks with their types erased: a cell runs actors of every type. */
export type Callback = (first: unknown, second: unknown, third?: unknown) => unknown

interface BehaviorParts {
  readonly init: Callback
  readonly receive: Callback
  readonly signal: Callback | undefined
  readonly stop: Callback | undefined
  readonly trapExit: boolean
  readonly deadlineMs: number
}

/**
 * Declares an actor: state in, state out.
 *
 * @throws ActorError `invalid-behavior` when a callback is missing or of the wrong kind.
 * @example
 * const counter = actor<number, { by: number }>({
 *   init: () => 0,
 *   receive: (count, message) => count + message.by,
 * })
 */
export function actor<State, Message, Args = void>(
  definition: ActorDefinition<State, Message, Args>,
): Behavior<Message, Args> {
  const parts = definition as unknown as Record<string, unknown>
  return new Behavior<Message, Args>({
    init: required(parts, 'init'),
    receive: required(parts, 'receive'),
    signal: optional(parts, 'signal'),
    stop: optional(parts, 'stop'),
    trapExit: definition.trapExit === true,
    deadlineMs: definition.deadline === undefined ? 0 : toMs(definition.deadline, 'deadline'),
  })
}

function required(parts: Record<string, unknown>, key: string): Callback {
  const found = optional(parts, key)
  if (found === undefined) {
    throw new ActorError('invalid-behavior', `actor(): ${key} is missing; give it a function`, {
      key,
      value: undefined,
    })
  }
  return found
}

function optional(parts: Record<string, unknown>, key: string): Callback | undefined {
  const value = parts[key]
  if (value === undefined) return undefined
  if (typeof value !== 'function') {
    throw new ActorError('invalid-behavior', `actor(): ${key} must be a function, it is ${typeof value}`, {
      key,
      value,
    })
  }
  return mentionsThis(value) ? (value.bind(parts) as Callback) : (value as Callback)
}

/**
 * Handlers are called as plain functions: `call` with a receiver hides from the engine which function it is, and costs
 * 3 ns a message. Only those that could tell the difference are bound.
 */
function mentionsThis(handler: object): boolean {
  return /\b(?:this|super|eval)\b/.test(String(handler))
}
