/** A (sender, receiver) pair with at least one undelivered message. FIFO inside, unordered between. */
export interface Channel {
  /** Path of the sender, or `undefined` for code outside any actor. */
  readonly sender: string | undefined
  /** Path of the receiver. */
  readonly receiver: string
  /** Its place in the order in which a world that does not choose would serve the channels, from 0. */
  readonly sequence: number
}

/** Decides what runs next. */
export interface Turn {
  /**
   * Picks which ready channel is served next: returns an index into `ready` (never empty).
   * Absent in the real world, where ready actors are served first come, first served, in batches,
   * and the message path does not look here at all.
   */
  readonly choose?: ((ready: readonly Channel[]) => number) | undefined
  /** Runs `run` as soon as the current job is over, before any I/O (a microtask). It must not throw: nobody would catch. */
  soon(run: () => void): void
  /** Runs `run` after pending I/O and timers had their turn (a macrotask). */
  later(run: () => void): void
}
