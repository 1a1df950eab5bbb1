import { describe } from '../base/errors.js'
import { StreamError } from './errors.js'

/**
 * R0: what is to become of a record whose handler failed, declared by the user.
 *
 * - `crash`: it is a crash after all, as without a policy;
 * - `skip`: the record is dropped without a trace, its writes are undone, its outputs with them;
 * - `dead-letter`: the same, and it is kept among the dead letters with its error;
 * - `retry`: the handler is tried on it once more; `attempt` tells how often that was;
 * - `{ repair: record }`: the handler is tried on this one instead.
 */
export type Verdict = 'crash' | 'skip' | 'dead-letter' | 'retry' | { readonly repair: unknown }

/**
 * A verdict for all errors, or a function of the error, the record, and how often it has failed (from 1). A verdict for
 * all errors that tries again holds for the first failure of a record; the second one is a crash.
 */
export type ErrorPolicy<Record = unknown> = Verdict | ((error: Error, record: Record, attempt: number) => Verdict)

export function verdict(policy: ErrorPolicy, error: Error, record: unknown, attempt: number): Verdict {
  if (typeof policy === 'function') return checkVerdict(policy(error, record, attempt), 'an onError function answered')
  return attempt > 1 && !settles(policy) ? 'crash' : policy
}

/** @throws StreamError `invalid-option` */
export function checkPolicy(policy: ErrorPolicy, operator: string): void {
  if (typeof policy !== 'function') checkVerdict(policy, `${operator}: onError is`)
}

function settles(decided: Verdict): boolean {
  return decided !== 'retry' && typeof decided !== 'object'
}

function checkVerdict(given: Verdict, what: string): Verdict {
  if (given === 'crash' || given === 'skip' || given === 'dead-letter' || given === 'retry') return given
  if (typeof given === 'object' && given !== null && 'repair' in given) return given
  throw new StreamError(
    'invalid-option',
    `${what} ${describe(given)}; give 'crash', 'skip', 'dead-letter', 'retry' or { repair: record }`,
    { verdict: given },
  )
}
