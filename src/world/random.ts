/** One stream of pseudo-random numbers. A stream is a function of (seed, name) alone. */
export interface RandomStream {
  /** The next number in [0, 1). */
  next(): number
  /** The next integer in [0, below); `below` is an integer from 1 to 2^32. */
  below(below: number): number
  /** `count` random bytes. */
  bytes(count: number): Uint8Array
}

/** Chance, as named streams: one more draw from one stream leaves all others as they were. */
export interface Random {
  /** The seed all streams derive from; print it wherever a run is reported. */
  readonly seed: number
  /** A new stream for `name`. The same (seed, name) gives the same numbers, from the start. */
  stream(name: string): RandomStream
}

/** Identifiers that are unique among all worlds. */
export interface Ids {
  /** A fresh URL-safe id of 21 characters (nanoid). */
  next(): string
}
