import { assert } from './assert.js'

/** An item in a {@link Heap}: the handle by which it can be removed. */
export interface HeapEntry<Value> {
  readonly key: number
  readonly value: Value
}

/**
 * A binary heap, lowest key first; equal keys leave in the order they came. Insert, take and removal by handle are
 * O(log n), {@link Heap.first} is O(1).
 */
export class Heap<Value> {
  /** Heap-ordered by (key, sequence): no entry comes before its parent at (index - 1) >> 1. */
  private readonly entries: Entry<Value>[] = []
  /** Counts insertions; breaks ties between equal keys. */
  private sequence = 0

  get size(): number {
    return this.entries.length
  }

  /** `key` is any number but NaN. */
  insert(key: number, value: Value): HeapEntry<Value> {
    assert(!Number.isNaN(key), 'the key of a heap entry is a number, not NaN')
    const entry: Entry<Value> = { key, value, sequence: this.sequence++, index: this.entries.length }
    this.entries.push(entry)
    this.rise(entry)
    return entry
  }

  /** The entry that {@link Heap.take} would take. */
  first(): HeapEntry<Value> | undefined {
    return this.entries[0]
  }

  /** Takes out the entry with the lowest key. */
  take(): HeapEntry<Value> | undefined {
    const entry = this.entries[0]
    if (entry !== undefined) this.cut(entry)
    return entry
  }

  /** Takes out `entry`, which came from this heap's `insert`. Returns false when it has left already. */
  remove(entry: HeapEntry<Value>): boolean {
    const own = entry as Entry<Value>
    if (this.entries[own.index] !== own) return false
    this.cut(own)
    return true
  }

  private cut(entry: Entry<Value>): void {
    const last = this.entries.pop()
    if (last !== undefined && last !== entry) {
      this.put(last, entry.index)
      this.rise(last)
      this.sink(last)
    }
    entry.index = -1
  }

  private rise(entry: Entry<Value>): void {
    let index = entry.index
    while (index > 0) {
      const parent = this.entries[(index - 1) >> 1]
      if (parent === undefined || before(parent, entry)) break
      const freed = parent.index
      this.put(parent, index)
      index = freed
    }
    this.put(entry, index)
  }

  private sink(entry: Entry<Value>): void {
    let index = entry.index
    for (;;) {
      const left = this.entries[2 * index + 1]
      const right = this.entries[2 * index + 2]
      const child = right !== undefined && left !== undefined && before(right, left) ? right : left
      if (child === undefined || before(entry, child)) break
      const freed = child.index
      this.put(child, index)
      index = freed
    }
    this.put(entry, index)
  }

  private put(entry: Entry<Value>, index: number): void {
    this.entries[index] = entry
    entry.index = index
  }
}

interface Entry<Value> extends HeapEntry<Value> {
  readonly sequence: number
  /** Where it stands in `entries`; -1 once it has left. */
  index: number
}

function before<Value>(one: Entry<Value>, other: Entry<Value>): boolean {
  return one.key < other.key || (one.key === other.key && one.sequence < other.sequence)
}
