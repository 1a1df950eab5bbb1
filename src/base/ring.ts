import { assert } from './assert.js'

/**
 * A double-ended queue in a ring of 2^n slots. The methods mean what they mean on an array; all at the ends are O(1),
 * amortised over growth. Memory grows with the longest queue and is given back by {@link Ring.clear}.
 */
export class Ring<Value> {
  /** The length is a power of two. Slots outside of [head, head + count), wrapped, hold `undefined`. */
  private slots: (Value | undefined)[]
  /** Index of the first item. */
  private head = 0
  private count = 0
  private readonly capacity: number

  /** `capacity`: how many items it holds before it first grows; a power of two. Default 8. */
  constructor(capacity = 8) {
    assert(
      capacity >= 1 && (capacity | 0) === capacity && (capacity & (capacity - 1)) === 0,
      'the capacity of a ring is a power of two',
    )
    this.capacity = capacity
    this.slots = emptySlots(capacity)
  }

  get size(): number {
    return this.count
  }

  /** Adds at the end. */
  push(value: Value): void {
    if (this.count === this.slots.length) this.grow()
    this.slots[(this.head + this.count) & (this.slots.length - 1)] = value
    this.count++
  }

  /** Takes the first item, or `undefined` when empty. */
  shift(): Value | undefined {
    if (this.count === 0) return undefined
    const value = this.slots[this.head]
    this.slots[this.head] = undefined
    this.head = (this.head + 1) & (this.slots.length - 1)
    this.count--
    return value
  }

  /** Adds at the front. */
  unshift(value: Value): void {
    if (this.count === this.slots.length) this.grow()
    this.head = (this.head - 1) & (this.slots.length - 1)
    this.slots[this.head] = value
    this.count++
  }

  /** Takes the last item, or `undefined` when empty. */
  pop(): Value | undefined {
    if (this.count === 0) return undefined
    this.count--
    const index = (this.head + this.count) & (this.slots.length - 1)
    const value = this.slots[index]
    this.slots[index] = undefined
    return value
  }

  /** The item at `index` from the front, left where it is, or `undefined` outside of [0, size). */
  at(index: number): Value | undefined {
    return index >= 0 && index < this.count ? this.slots[(this.head + index) & (this.slots.length - 1)] : undefined
  }

  /** Drops all items and the memory they needed. */
  clear(): void {
    this.slots = emptySlots(this.capacity)
    this.head = 0
    this.count = 0
  }

  /** From front to back, without taking. */
  *[Symbol.iterator](): IterableIterator<Value> {
    for (let i = 0; i < this.count; i++) yield this.at(i) as Value
  }

  private grow(): void {
    const slots = emptySlots<Value>(this.slots.length * 2)
    for (let i = 0; i < this.count; i++) slots[i] = this.at(i)
    this.slots = slots
    this.head = 0
  }
}

function emptySlots<Value>(length: number): (Value | undefined)[] {
  return new Array<Value | undefined>(length).fill(undefined)
}
