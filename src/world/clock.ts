/** Time, in milliseconds. The only place where anything learns what time it is. */
export interface Clock {
  /** Monotonic ms since an arbitrary origin; never goes back. */
  now(): number
  /**
   * Monotonic ms, cheaper than {@link Clock.now}: may be as old as the current scheduler slice
   * (about 1 ms). For deadlines on the message path.
   */
  coarse(): number
  /** Wall-clock ms since the Unix epoch. For people and logs; never for decisions, it may jump. */
  wall(): number
}
