/** A growable power-of-two ring buffer: what a mailbox costs at the least on this engine. */
export class Ring<T> {
  private slots: (T | undefined)[]
  private mask: number
  private head = 0
  private tail = 0

  /** `capacity` is the first size, a power of two. */
  constructor(capacity: number) {
    this.slots = new Array<T | undefined>(capacity).fill(undefined)
    this.mask = capacity - 1
  }

  get empty(): boolean {
    return this.head === this.tail
  }

  push(message: T): void {
    const at = this.tail
    this.slots[at & this.mask] = message
    this.tail = at + 1
    if (at + 1 - this.head > this.mask) this.grow()
  }

  /** Takes the oldest message; the ring must not be empty. */
  shift(): T {
    const at = this.head & this.mask
    const message = this.slots[at] as T
    this.slots[at] = undefined
    this.head += 1
    return message
  }

  /** Hands every message to `handler`, those included that arrive meanwhile. A throw leaves the rest in the ring. */
  drain(handler: (message: T) => void): void {
    while (this.head !== this.tail) {
      const at = this.head & this.mask
      const message = this.slots[at] as T
      this.slots[at] = undefined
      this.head += 1
      handler(message)
    }
  }

  private grow(): void {
    const size = this.tail - this.head
    const slots = new Array<T | undefined>(this.slots.length * 2).fill(undefined)
    for (let index = 0; index < size; index += 1) slots[index] = this.slots[(this.head + index) & this.mask]
    this.slots = slots
    this.mask = slots.length - 1
    this.head = 0
    this.tail = size
  }
}
