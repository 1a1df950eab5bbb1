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

/** A verdict for all errors, or a pure function of the error, the record, and how often it has failed (from 1). */
export type ErrorPolicy<Record = unknown> = Verdict | ((error: Error, record: Record, attempt: number) => Verdict)

export function verdict(policy: ErrorPolicy, error: Error, record: unknown, attempt: number): Verdict {
  return typeof policy === 'function' ? policy(error, record, attempt) : policy
}
