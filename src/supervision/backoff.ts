import { type Duration, toMs } from '../base/duration.js'
import { describe } from '../base/errors.js'

/**
 * Waiting between restarts, so that what is broken outside gets time to recover. The first restart is immediate; the
 * wait begins with the second failure in a row. A child that then stays up for `reset` starts over. A restart that fails
 * is tried again after a wait, for as long as it takes, and counts as a restart only once: intensity is for crashes.
 *
 * Jitter spreads restarts of many clients of one broken thing (Marc Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015): `full` draws from 0 to the exponential wait, `decorrelated` from `initial` to three times
 * the wait before, `none` waits exactly the exponential wait.
 */
export interface Backoff {
  /** The first wait; above 0. */
  readonly initial: Duration
  /** The longest wait. Default: 60 times `initial`. */
  readonly max?: Duration
  /** Growth per failure, 1 or more. Default 2. */
  readonly factor?: number
  /** Default `full`. */
  readonly jitter?: 'none' | 'full' | 'decorrelated'
  /** How long a child must stay up to start over; above 0. Default: `max`. */
  readonly reset?: Duration
}

/** @internal {@link Backoff} in ms, with every default filled in. */
export interface BackoffPolicy {
  readonly initialMs: number
  readonly maxMs: number
  readonly factor: number
  readonly jitter: 'none' | 'full' | 'decorrelated'
  readonly resetMs: number
}

/** What is remembered of one child between two failures. */
export interface BackoffHistory {
  /** Failures in a row, 0 for a child that never failed or stayed up long enough. */
  readonly failures: number
  /** The wait before the last restart. */
  readonly delayMs: number
}

export const noFailures: BackoffHistory = { failures: 0, delayMs: 0 }

/**
 * What one more failure leads to. `upMs` is how long the child had been up; `chance` in [0, 1) is the only randomness.
 *
 * @example
 * afterFailure(policy, noFailures, 10, 0.5) // { failures: 1, delayMs: 0 }: the first restart is immediate
 */
export function afterFailure(
  policy: BackoffPolicy,
  history: BackoffHistory,
  upMs: number,
  chance: number,
): BackoffHistory {
  if (history.failures === 0 || upMs >= policy.resetMs) return { failures: 1, delayMs: 0 }
  const failures = history.failures + 1
  return { failures, delayMs: waitMs(policy, failures, history.delayMs, chance) }
}

function waitMs(policy: BackoffPolicy, failures: number, beforeMs: number, chance: number): number {
  const { initialMs, maxMs, factor, jitter } = policy
  if (jitter === 'decorrelated') {
    const highMs = Math.max(initialMs, beforeMs * 3)
    return Math.min(maxMs, initialMs + chance * (highMs - initialMs))
  }
  const exponentialMs = Math.min(maxMs, initialMs * factor ** (failures - 2))
  return jitter === 'full' ? chance * exponentialMs : exponentialMs
}

/** @internal Checks and completes; `refuse` is called with key, value and what is allowed. */
export function backoffPolicy(
  backoff: Backoff,
  refuse: (key: string, value: unknown, allowed: string) => never,
): BackoffPolicy {
  if (typeof backoff !== 'object' || backoff === null)
    refuse('backoff', backoff, 'an object such as { initial: "50ms" }')
  const ms = (key: 'initial' | 'max' | 'reset', value: unknown): number => {
    try {
      const durationMs = toMs(value as Duration, key)
      if (durationMs > 0) return durationMs
    } catch {
      // Refused below, like 0.
    }
    return refuse(`backoff.${key}`, value, "a duration above 0, such as 50 or '50ms'")
  }
  const initialMs = ms('initial', backoff.initial)
  const maxMs = backoff.max === undefined ? initialMs * 60 : ms('max', backoff.max)
  const resetMs = backoff.reset === undefined ? maxMs : ms('reset', backoff.reset)
  const { factor = 2, jitter = 'full' } = backoff
  if (maxMs < initialMs) refuse('backoff.max', backoff.max, `at least backoff.initial (${describe(backoff.initial)})`)
  if (!(Number.isFinite(factor) && factor >= 1)) refuse('backoff.factor', factor, 'a number from 1')
  if (jitter !== 'none' && jitter !== 'full' && jitter !== 'decorrelated') {
    refuse('backoff.jitter', jitter, 'none, full, decorrelated')
  }
  return { initialMs, maxMs, factor, jitter, resetMs }
}
