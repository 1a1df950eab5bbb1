import { describe } from '../base/errors.js'

/**
 * Why an actor ended, with OTP's meaning:
 *
 * - `'normal'`: its work is done. Links do not spread it; a transient child is not restarted.
 * - `'shutdown'`, `{ shutdown: detail }`: asked to stop. A transient child is not restarted.
 * - `'kill'` sent as a signal cannot be trapped; the receiver ends with `'killed'`.
 * - `'noproc'`: a link or monitor was set on an actor that was not alive.
 * - an `Error`: it crashed.
 */
export type ExitReason = 'normal' | 'shutdown' | 'kill' | 'killed' | 'noproc' | { readonly shutdown: unknown } | Error

/** True for `'normal'`, `'shutdown'` and `{ shutdown }`: ends after which a transient child stays down. */
export function isCleanExit(reason: ExitReason): boolean {
  return reason === 'normal' || reason === 'shutdown' || isShutdown(reason)
}

/** True for `{ shutdown: detail }`, OTP's `{shutdown, Term}`. */
export function isShutdown(reason: ExitReason): reason is { readonly shutdown: unknown } {
  return typeof reason === 'object' && !(reason instanceof Error) && 'shutdown' in reason
}

/** One line for people: `crashed: TypeError: x is not a function`, `shutdown`, `killed`. */
export function describeExit(reason: ExitReason): string {
  if (typeof reason === 'string') return reason
  if (reason instanceof Error) return `${reason.name}: ${reason.message}`
  const detail = reason.shutdown
  return `shutdown (${detail instanceof Error ? detail.message : describe(detail)})`
}

/** Thrown by `ctx.stop()` to leave the handler at once; never seen by user code that does not catch everything. */
export class StopRequest {
  constructor(readonly reason: ExitReason) {}
}

/** What `init` returns to say: do not start me, and that is fine (OTP's `ignore`). */
export const ignore: unique symbol = Symbol('holdfast.ignore')
export type Ignore = typeof ignore

/** Crash reasons are errors, so that each carries a stack and a cause; anything else thrown is wrapped. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  return new Error(`a handler threw ${describe(thrown)}, which is not an Error`, { cause: thrown })
}
