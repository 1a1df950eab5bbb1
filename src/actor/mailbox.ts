/**
 * The user lane of an actor: a growable power-of-two ring, with its first place beside it.
 *
 * `Cell.send` is the busiest line of the framework, so it makes one comparison do three jobs: `room` is how many
 * messages fit right now without asking anybody. It is -1 for an actor that is closed or observed, 0 for one without a
 * ring, else the size of the ring while that may still grow, or the capacity of a bounded mailbox when that is less.
 * Only when it is used up does `sendSlowly` look at which of these it was.
 *
 * A mailbox that was emptied counts its positions from 0 again, and the message at position 0 lies in the cell itself.
 * An actor that has one message at a time, as most have most of the time, never gets a ring and never touches one.
 */
export abstract class Mailbox<Message> {
  /** The message at position 0. */
  protected first: unknown = undefined
  /** Position of the oldest message. Positions only grow while messages wait; an emptied mailbox starts at 0 again. */
  protected head = 0
  /** Position behind the newest message. */
  protected tail = 0
  /** How many messages may wait before `sendSlowly` is asked. */
  protected room = -1
  /** Power-of-two ring of all other positions; slots outside head..tail are undefined. */
  protected ring: unknown[] = none
  /** Who sent each message, beside the ring; kept only while somebody records or chooses channels. */
  protected abstract senders: unknown[] | undefined

  /** How many messages wait. */
  get queued(): number {
    return this.tail - this.head
  }

  /** Queues at the end, in a larger ring where it has to be. */
  protected push(message: Message): void {
    if (this.tail !== 0 && this.queued >= this.ring.length) this.grow()
    this.put(this.tail, message)
    this.tail++
  }

  /** The message at a position between head and tail. */
  protected at(position: number): unknown {
    return position === 0 ? this.first : this.ring[position & (this.ring.length - 1)]
  }

  /** Puts a message back in front of all others. */
  protected unshift(message: Message, sender: unknown): void {
    if (this.queued >= this.ring.length) this.grow()
    if (this.head === 0) this.shiftPositions()
    this.head--
    this.put(this.head, message)
    if (this.senders !== undefined) this.senders[this.senderIndex(this.head)] = sender
  }

  /** Takes the oldest message; the mailbox must not be empty. */
  protected take(): Message {
    const message = this.at(this.head) as Message
    this.put(this.head, undefined)
    this.head++
    return message
  }

  /** Moves the message at `offset` from the front to the front; the others keep their order. */
  protected bringForward(offset: number): void {
    for (let i = this.head + offset; i > this.head; i--) {
      const kept = this.at(i)
      this.put(i, this.at(i - 1))
      this.put(i - 1, kept)
      if (this.senders !== undefined) swap(this.senders, this.senderIndex(i), this.senderIndex(i - 1))
    }
  }

  /** The sender of the message at `offset` from the front, as far as it was recorded. */
  protected senderAt(offset: number): unknown {
    return this.senders?.[this.senderIndex(this.head + offset)]
  }

  /** Notes who sent the message that was queued last. */
  protected noteSender(sender: unknown): void {
    this.senders ??= new Array(Math.max(1, this.ring.length)).fill(undefined)
    this.senders[this.senderIndex(this.tail - 1)] = sender
  }

  /** Gives the ring back to the collector. */
  protected release(): void {
    this.ring = none
    this.first = undefined
    this.head = 0
    this.tail = 0
    this.senders = undefined
  }

  private put(position: number, message: unknown): void {
    if (position === 0) this.first = message
    else this.ring[position & (this.ring.length - 1)] = message
  }

  private senderIndex(position: number): number {
    return position & (Math.max(1, this.ring.length) - 1)
  }

  private grow(): void {
    const { ring, head, tail } = this
    const length = Math.max(smallestRing, ring.length * 2)
    this.ring = unroll(ring, Math.max(head, 1), tail, length)
    if (this.senders !== undefined) this.senders = unroll(this.senders, head, tail, length)
  }

  /** Makes place in front of position 0. */
  private shiftPositions(): void {
    const { length } = this.ring
    if (this.tail > 0) this.ring[0] = this.first
    this.first = undefined
    this.head += length
    this.tail += length
  }
}

const none: unknown[] = []
const smallestRing = 4

/** The same items at the same positions in a longer ring: a turn under way goes on counting where it was. */
function unroll(ring: unknown[], head: number, tail: number, length: number): unknown[] {
  const next = new Array(length).fill(undefined)
  for (let at = head; at < tail; at++) next[at & (length - 1)] = ring[at & Math.max(0, ring.length - 1)]
  return next
}

function swap(items: unknown[], a: number, b: number): void {
  const kept = items[a]
  items[a] = items[b]
  items[b] = kept
}
