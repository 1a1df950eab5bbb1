/** A pending timer. */
export interface Timer {
  /** Cancels the timer; a no-op when it has fired or was cancelled before. */
  cancel(): void
}

/** One-shot timers. Repetition is built above, so that a stopped owner has exactly one thing to cancel. */
export interface Timers {
  /**
   * Calls `run` once, `delayMs` ms from now; never within this call. Equal due times fire in the order they were set.
   * In the real world a timer may be late by what else there is to do, and early by the rounding of the system's timers
   * (below 1 ms of `clock.now()`).
   *
   * @throws {AssertionFailure} when `delayMs` is negative, infinite or not a number.
   */
  after(delayMs: number, run: () => void): Timer
}
