import { describeExit, type ExitReason } from '../actor/exit.js'
import type { ActorRef } from '../actor/ref.js'
import { HoldfastError } from '../base/errors.js'

/** What can be wrong with a declaration; OTP's names where OTP has the check. */
export type SpecErrorCode =
  // Supervisor flags
  | 'invalid_type'
  | 'invalid_strategy'
  | 'invalid_intensity'
  | 'invalid_period'
  | 'invalid_auto_shutdown'
  // Child specs
  | 'invalid_child_spec'
  | 'missing_id'
  | 'invalid_id'
  | 'missing_start'
  | 'invalid_start'
  | 'invalid_restart_type'
  | 'bad_combination'
  | 'invalid_significant'
  | 'invalid_child_type'
  | 'invalid_shutdown'
  | 'duplicate_child_name'
  | 'bad_start_spec'
  // Both; OTP has none of these
  | 'invalid_backoff'
  | 'invalid_mailbox'
  | 'unknown_key'

/** A declaration was refused; nothing of it was started. `data.path` is the supervisor or child it is about. */
export class SpecError extends HoldfastError<
  SpecErrorCode,
  { readonly path: string; readonly key: string; readonly value: unknown }
> {
  static {
    SpecError.prototype.name = 'SpecError'
  }
}

/** A supervisor could not start one of its children; `data.reason` is why. OTP: `{failed_to_start_child, Id, Reason}`. */
export class ChildStartError extends HoldfastError<
  'failed_to_start_child',
  { readonly path: string; readonly id: string; readonly reason: ExitReason }
> {
  static {
    ChildStartError.prototype.name = 'ChildStartError'
  }

  constructor(path: string, id: string, reason: ExitReason) {
    // So that the chain of causes leads through every level of the tree down to what went wrong first.
    const detail = typeof reason === 'object' && 'shutdown' in reason ? reason.shutdown : reason
    const cause = detail instanceof Error ? detail : undefined
    super(
      'failed_to_start_child',
      `${path} could not start its child ${id}: ${describeExit(reason)}`,
      { path, id, reason },
      { cause },
    )
  }
}

/**
 * Why a request to a supervisor was refused, as a value. The codes are OTP's:
 * `start_failed` stands for the bare reason OTP gives, `noproc` for the exit of the caller.
 */
export type SupervisorError =
  | { readonly code: 'already_started'; readonly ref: ActorRef<never> }
  | { readonly code: 'already_present' }
  | { readonly code: 'not_found' }
  | { readonly code: 'running' }
  | { readonly code: 'restarting' }
  | { readonly code: 'simple_one_for_one' }
  | { readonly code: 'start_failed'; readonly reason: ExitReason }
  | { readonly code: 'invalid_spec'; readonly error: SpecError }
  | { readonly code: 'noproc' }

/** The answer of a request that starts nothing. */
export type Done = { readonly ok: true } | Refused

export interface Refused {
  readonly ok: false
  readonly error: SupervisorError
}

/** The answer of a request that starts a child. `ref` is absent when the child declined (`ignore`). */
export type StartedChild<Message = never> =
  | { readonly ok: true; readonly ref: ActorRef<Message> | undefined; readonly info?: unknown }
  | Refused

export const done: Done = { ok: true }

export function refuse(error: SupervisorError): Refused {
  return { ok: false, error }
}
