/** The part of a batch that an operator works on, and what it has made of it so far. */
export class Work {
  /** The records. Handlers are given copies: what they do to one is gone when it is tried again. */
  input: readonly unknown[] = []
  /** The next record to be handled; behind a throw, the one that was being handled. */
  index = 0
  /** Where this attempt ends, exclusive. */
  limit = 0
  /** What will be released when this attempt commits. */
  out: unknown[] = []
  /** Goes up with each attempt: what an older one still has to say is fenced off. */
  attempt = 0
}

/**
 * What an operator does with records. It is handed its {@link Work} once per instance and owns nothing that would
 * have to survive a crash.
 */
export interface Operator {
  /**
   * Handles records from `work.index` to `work.limit`, pushing to `work.out`. Leaves `work.index` at the record being
   * handled when it throws. A promise means: one record is under way, call again when it settles.
   */
  step(work: Work): undefined | Promise<void>
  /** The input has ended: pushes what is still owed. */
  finish?(work: Work): void
  /** The writes of this attempt become permanent. */
  commit?(): void
  /** The writes since the last commit are taken back. */
  undo?(): void
  /** The writes of the record at `work.index` are taken back; only called where a policy was declared. */
  undoRecord?(): void
  /** True for sinks with effects outside: each record counts as committed as soon as it is handled. */
  readonly commitsEachRecord?: boolean
}

/** Handles one record at a time where a record may take its time: goes on with the next call once it has settled. */
export function whenSettled(work: Work, promise: Promise<unknown>, apply: (value: unknown) => void): Promise<void> {
  const { attempt } = work
  return promise.then((value) => {
    if (work.attempt !== attempt) return
    apply(value)
    work.index++
  })
}
