import type { Events } from '../trace/emitter.js'

/** Why a message was not handled. */
export type DeadLetterReason =
  | 'no-such-actor'
  | 'stopped'
  | 'overflow'
  | 'crashed'
  | 'cleared'
  | 'stale-sender'
  | 'not-understood'

/** A message that was not handled, with what is known about it. */
export interface DeadLetter {
  /** Path of the actor it was meant for. */
  readonly path: string
  readonly message: unknown
  readonly reason: DeadLetterReason
  /** The error, where handling it crashed the actor. */
  readonly error: Error | undefined
  readonly atMs: number
}

/** The last dead letters of a system, oldest dropped first, and how many there were in all. */
export class DeadLetters {
  private readonly kept: DeadLetter[] = []
  private next = 0
  private total = 0

  /** @internal */
  constructor(
    private readonly events: Events,
    private readonly capacity: number,
  ) {}

  /** How many messages became dead letters since the system started, those no longer kept included. */
  get count(): number {
    return this.total
  }

  /** The dead letters still kept, oldest first. */
  list(): DeadLetter[] {
    return [...this.kept.slice(this.next), ...this.kept.slice(0, this.next)]
  }

  /** @internal */
  add(letter: DeadLetter): void {
    this.total++
    if (this.kept.length < this.capacity) this.kept.push(letter)
    else if (this.capacity > 0) {
      this.kept[this.next] = letter
      this.next = (this.next + 1) % this.capacity
    }
    if (this.events.active) this.events.emit('dead-letter', letter)
  }
}
