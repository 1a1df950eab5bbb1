/** A pending timer. */
export interface Timer {
  /** Cancels the timer; a no-op when it has fired or was cancelled before. */
  cancel(): void
}

/** One-shot timers. Repetition is built above, so that a stopped owner has exactly one thing to cancel. */
export interface Timers {
  /** Calls `run` once, `delayMs` ms from now (0 or more). Equal due times fire in the order they were set. */
  after(delayMs: number, run: () => void): Timer
}
