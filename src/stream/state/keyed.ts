import { copyOf } from './copy.js'

/** One key's value. `before` is what it was when the epoch began; meaningful while `epoch` is the current one. */
interface Entry {
  readonly key: unknown
  value: unknown
  before: unknown
  epoch: number
}

/** `before` of a key that did not exist. */
const absent: unique symbol = Symbol('absent')

/**
 * Values by key, written in place, with an undo log that reaches back to the last commit.
 *
 * State is by value: what a handler does to a value it was given is undone too, so the log keeps copies, one per key
 * and commit. The log is the list of entries touched since; each holds its old value itself, which spares a write a
 * second look-up.
 */
export class KeyedState {
  private readonly entries = new Map<unknown, Entry>()
  /** Entries written since the last commit: the first `touchedCount`; what lies behind is left over. */
  private readonly touched: Entry[] = []
  private touchedCount = 0
  private epoch = 1
  /** The record being handled: its entry, and what its value was before. Kept only for `undoRecord`. */
  private recordEntry: Entry | undefined
  private recordBefore: unknown

  constructor(private readonly init: (key: unknown) => unknown) {}

  get size(): number {
    return this.entries.size
  }

  /** The entry of a key, ready to be written: made where there is none, its old value in the log. */
  open(key: unknown): { readonly key: unknown; value: unknown } {
    const entry = this.entries.get(key)
    if (entry === undefined) return this.add(key)
    if (entry.epoch !== this.epoch) {
      const { value } = entry
      entry.before = typeof value === 'object' ? copyOf(value) : value
      entry.epoch = this.epoch
      this.touched[this.touchedCount++] = entry
    }
    return entry
  }

  /** Notes where `undoRecord` leads back to. */
  beginRecord(key: unknown): void {
    const entry = this.entries.get(key)
    this.recordBefore = entry === undefined ? absent : copyOf(entry.value)
    this.recordEntry = entry
  }

  /** Takes back what was written to `key` since `beginRecord`. */
  undoRecord(key: unknown): void {
    if (this.recordBefore === absent) this.drop(key)
    else if (this.recordEntry !== undefined) this.recordEntry.value = this.recordBefore
  }

  commit(): void {
    this.touchedCount = 0
    this.epoch++
  }

  undo(): void {
    for (let i = this.touchedCount - 1; i >= 0; i--) {
      const entry = this.touched[i] as Entry
      if (entry.before === absent) this.entries.delete(entry.key)
      else entry.value = entry.before
      entry.epoch = 0
    }
    this.touchedCount = 0
    this.epoch++
  }

  /** Keys with their values, in the order in which the keys came up. */
  *[Symbol.iterator](): IterableIterator<readonly [key: unknown, value: unknown]> {
    for (const { key, value } of this.entries.values()) yield [key, value]
  }

  private add(key: unknown): Entry {
    const entry: Entry = { key, value: this.init(key), before: absent, epoch: this.epoch }
    this.entries.set(key, entry)
    this.touched[this.touchedCount++] = entry
    return entry
  }

  private drop(key: unknown): void {
    const entry = this.entries.get(key)
    this.entries.delete(key)
    // It was the last to be added: a record writes to no other key.
    if (entry !== undefined && this.touched[this.touchedCount - 1] === entry) this.touchedCount--
  }
}
