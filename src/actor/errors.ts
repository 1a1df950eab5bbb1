import { HoldfastError } from '../base/errors.js'

/**
 * Everything the actor boundary may throw or reject with.
 *
 * - `invalid-behavior`, `invalid-mailbox`, `invalid-name`: bad input, refused before anything happened.
 * - `name-taken`: a sibling or another registered actor holds the name.
 * - `start-failed`: a spawned child ended while it was starting.
 * - `no-such-actor`: no actor stands at that path.
 * - `hung`: a handler did not settle within its deadline; the exit reason of its actor.
 * - `stale-context`: a context was used after its incarnation had ended.
 * - `system-stopped`: the system is not running any more.
 */
export type ActorErrorCode =
  | 'invalid-behavior'
  | 'invalid-mailbox'
  | 'invalid-name'
  | 'name-taken'
  | 'start-failed'
  | 'no-such-actor'
  | 'hung'
  | 'stale-context'
  | 'system-stopped'

/** An error of the actor layer. `data` holds what the text mentions. */
export class ActorError extends HoldfastError<ActorErrorCode, Readonly<Record<string, unknown>>> {
  static {
    ActorError.prototype.name = 'ActorError'
  }
}

/**
 * Why an `ask` got no answer.
 *
 * - `timeout`: the deadline passed. The question may still be handled; its answer will be dropped.
 * - `aborted`: the asker's AbortSignal fired.
 * - `not-delivered`: the question was refused or became a dead letter.
 * - `target-ended`: the incarnation that had taken the question ended without answering.
 */
export type AskErrorCode = 'timeout' | 'aborted' | 'not-delivered' | 'target-ended'

/** Rejection of an `ask`; `data.path` is the actor that was asked. */
export class AskError extends HoldfastError<AskErrorCode, { readonly path: string; readonly timeoutMs: number }> {
  static {
    AskError.prototype.name = 'AskError'
  }
}
