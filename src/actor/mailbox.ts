/**
 * The user lane of an actor: a growable power-of-two ring.
 *
 * `Cell.send` is the busiest line of the framework, so it makes one comparison do three jobs: `room` is how many
 * messages fit right now without asking anybody. It is 0 for an actor that is closed or has never had a
 * message, the size of the ring while that may still grow, and the capacity of a bounded mailbox when that is
 * less. Only when it is used up does `sendSlowly` look at which of these it was.
 */
export abstract class Mailbox<Message> {
  /** Power-of-two ring; slots outside head..tail are undefined. */
  protected ring: unknown[] = none
  /** Size of the ring minus one. */
  protected mask = -1
  /** Position of the oldest message. Positions only grow while messages wait; an emptied mailbox starts at 0 again. */
  protected head = 0
  /** Position behind the newest message. */
  protected tail = 0
  /** How many messages may wait before `sendSlowly` is asked. */
  protected room = 0
  /** Who sent each message, beside the ring; kept only while somebody records or chooses channels. */
  protected abstract senders: unknown[] | undefined

  /** How many messages wait. */
  get queued(): number {
    return this.tail - this.head
  }

  /** Queues at the end. The caller has made sure of room in the ring. */
  protected push(message: Message): void {
    if (this.tail - this.head > this.mask) this.grow()
    const tail = this.tail
    this.ring[tail & this.mask] = message
    this.tail = tail + 1
  }

  /** Puts a message back in front of all others. */
  protected unshift(message: Message, sender: unknown): void {
    if (this.tail - this.head > this.mask) this.grow()
    if (this.head === 0) this.shiftPositions()
    this.head--
    this.ring[this.head & this.mask] = message
    if (this.senders !== undefined) this.senders[this.head & this.mask] = sender
  }

  /** Takes the oldest message; the mailbox must not be empty. */
  protected take(): Message {
    const at = this.head & this.mask
    const message = this.ring[at] as Message
    this.ring[at] = undefined
    this.head++
    return message
  }

  /** Moves the message at `offset` from the front to the front; the others keep their order. */
  protected bringForward(offset: number): void {
    for (let i = this.head + offset; i > this.head; i--) {
      swap(this.ring, i & this.mask, (i - 1) & this.mask)
      if (this.senders !== undefined) swap(this.senders, i & this.mask, (i - 1) & this.mask)
    }
  }

  /** The sender of the message at `offset` from the front, as far as it was recorded. */
  protected senderAt(offset: number): unknown {
    return this.senders?.[(this.head + offset) & this.mask]
  }

  /** Notes who sent the message that was queued last. */
  protected noteSender(sender: unknown): void {
    this.senders ??= new Array(this.ring.length).fill(undefined)
    this.senders[(this.tail - 1) & this.mask] = sender
  }

  /** Gives the ring back to the collector. */
  protected release(): void {
    this.ring = none
    this.mask = -1
    this.head = 0
    this.tail = 0
    this.senders = undefined
  }

  private grow(): void {
    const length = Math.max(smallestRing, this.ring.length * 2)
    this.ring = unroll(this.ring, this.head, this.tail, length)
    if (this.senders !== undefined) this.senders = unroll(this.senders, this.head, this.tail, length)
    this.mask = length - 1
  }

  private shiftPositions(): void {
    this.head += this.ring.length
    this.tail += this.ring.length
  }
}

const none: unknown[] = []
const smallestRing = 2

/** The same items at the same positions in a longer ring: a turn under way goes on counting where it was. */
function unroll(ring: unknown[], head: number, tail: number, length: number): unknown[] {
  const next = new Array(length).fill(undefined)
  const mask = ring.length - 1
  for (let at = head; at < tail; at++) next[at & (length - 1)] = ring[at & mask]
  return next
}

function swap(items: unknown[], a: number, b: number): void {
  const kept = items[a]
  items[a] = items[b]
  items[b] = kept
}
