import { HoldfastError } from '../base/errors.js'

/**
 * Units of execution beside this one: what they do wrong stays with them, and they can really be killed.
 *
 * A unit's code is a module whose default export is a {@link UnitMain}:
 *
 * ```ts
 * export default (port: UnitPort) => {
 *   port.onMessage((message) => port.post({ echo: message }))
 * }
 * ```
 */
export interface Spawn {
  /**
   * Starts a unit and resolves when its main function was called. Rejects with {@link SpawnError} `entry` when the
   * module cannot be loaded or has no such function, `start` when the unit could not be made.
   */
  start(spec: UnitSpec): Promise<Unit>
}

export interface UnitSpec {
  /** A worker thread (memory apart, same process) or a process of its own. */
  readonly kind: 'thread' | 'process'
  /** The module's address: a `file:` URL, such as `new URL('./unit.js', import.meta.url).href`. */
  readonly entry: string
  /** Given to main as `port.data`; copied as {@link Unit.post} does. */
  readonly data?: unknown
}

/** A running unit, seen by the one who started it. Messages are copied by structured clone, in order, at most once. */
export interface Unit {
  /** Sends to the unit; dropped without a word when it has exited. Throws {@link SpawnError} `not-cloneable`. */
  post(message: unknown): void
  /** Sets the one listener for the unit's messages; those that came before wait for it. */
  onMessage(listener: (message: unknown) => void): void
  /** Ends the unit now, whatever it does, and resolves when it is gone. */
  kill(): Promise<UnitExit>
  /** How it ended; pending while it runs. Never rejects. */
  readonly exited: Promise<UnitExit>
}

/**
 * How a unit ended. `ended`: it closed its port and had nothing left to do. `failed`: it threw, rejected, or left with
 * an exit code. `killed`: by {@link Unit.kill} or by a signal from outside.
 */
export type UnitExit =
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'killed'; readonly signal?: string }

/** What a unit's module exports as default. */
export type UnitMain = (port: UnitPort) => void | Promise<void>

/** The way back, seen from inside a unit. */
export interface UnitPort {
  readonly data: unknown
  post(message: unknown): void
  /** Sets the one listener for messages to this unit; those that came before wait for it. */
  onMessage(listener: (message: unknown) => void): void
  /** No more messages either way. The unit ends once it has nothing left to do. */
  close(): void
}

/**
 * - `entry`: the module cannot be loaded, or its default export is not a function.
 * - `start`: the unit could not be made.
 * - `exit-code`: it left with an exit code other than 0 and no error.
 * - `not-cloneable`: a message holds something that cannot be copied, such as a function.
 */
export type SpawnErrorCode = 'entry' | 'start' | 'exit-code' | 'not-cloneable'

/** A unit could not be started or reached. */
export class SpawnError extends HoldfastError<SpawnErrorCode, { readonly entry: string }> {
  static {
    SpawnError.prototype.name = 'SpawnError'
  }

  constructor(code: SpawnErrorCode, entry: string, options?: { readonly cause?: unknown }) {
    super(code, `Spawn: unit "${entry}": ${REASON[code]}.`, { entry }, options)
  }
}

const REASON: Readonly<Record<SpawnErrorCode, string>> = {
  entry: 'the module could not be loaded or its default export is not a function; see the cause, and UnitMain',
  start: 'it could not be made; see the cause',
  'exit-code': 'it left with an exit code other than 0; see what it wrote to the error stream',
  'not-cloneable': 'the message cannot be copied; send plain data, without functions',
}
