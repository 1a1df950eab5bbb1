import { type Operator, type Work, whenSettled } from '../operator.js'
import { copyOf } from '../state/copy.js'
import { KeyedState } from '../state/keyed.js'

/** A running value per key. */
export interface Aggregate<Record, Key, Value, Out> {
  /** The value of a key that is seen for the first time. */
  init(key: Key): Value
  /** The value with one more record. Returning nothing keeps the value given, changed or not. */
  add(value: Value, record: Record, key: Key): Value | void | Promise<Value | void>
  /** What is handed on for a key. Default `{ key, value }`. */
  emit?(key: Key, value: Value): Out
  /** When: after each record, or once per key when the input has ended. Default `update`. */
  when?: 'update' | 'end'
}

/** Keeps a value per key; the value lives outside of the operator and is taken back with the batch. */
export function aggregate(
  keyOf: (record: unknown) => unknown,
  parts: Aggregate<unknown, unknown, unknown, unknown>,
  undoesRecords: boolean,
): Operator {
  const state = new KeyedState((key) => parts.init(key))
  const emit = (key: unknown, value: unknown): unknown =>
    parts.emit === undefined ? { key, value: copyOf(value) } : parts.emit(key, value)
  const add = (value: unknown, record: unknown, key: unknown): unknown => parts.add(value, record, key)
  const updates = (parts.when ?? 'update') === 'update'
  /** The key of the record being handled, for `undoRecord`. */
  let recordKey: unknown

  const beginRecord = (key: unknown): void => {
    recordKey = key
    state.beginRecord(key)
  }
  const write = (work: Work, entry: { readonly key: unknown; value: unknown }, value: unknown): void => {
    if (value !== undefined) entry.value = value
    if (updates) work.out.push(emit(entry.key, entry.value))
  }
  return {
    step(work) {
      const { input, limit } = work
      let index = work.index
      try {
        for (; index < limit; index++) {
          const record = input[index]
          const key = keyOf(record)
          if (key instanceof Promise) return later(work, record, key)
          if (undoesRecords) beginRecord(key)
          const entry = state.open(key)
          const value = add(entry.value, record, key)
          if (value instanceof Promise) return whenSettled(work, value, (made) => write(work, entry, made))
          if (value !== undefined) entry.value = value
          if (updates) work.out.push(emit(key, entry.value))
        }
      } finally {
        work.index = index
      }
      return undefined
    },
    finish(work) {
      if (!updates) for (const [each, value] of state) work.out.push(emit(each, value))
    },
    commit: () => state.commit(),
    undo: () => state.undo(),
    undoRecord: () => state.undoRecord(recordKey),
  }

  function later(work: Work, record: unknown, keyLater: Promise<unknown>): Promise<void> {
    const { attempt } = work
    const added = keyLater.then((made) => {
      if (work.attempt !== attempt) return undefined
      if (undoesRecords) beginRecord(made)
      const entry = state.open(made)
      return Promise.resolve(add(entry.value, record, made)).then((value) => ({ entry, value }))
    })
    return whenSettled(work, added, (done) => {
      const { entry, value } = done as { entry: { readonly key: unknown; value: unknown }; value: unknown }
      write(work, entry, value)
    })
  }
}
