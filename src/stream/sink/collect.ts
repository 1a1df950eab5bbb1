import type { Sink } from './sink.js'

/** A sink that keeps what arrived. `records` only ever shows what was committed. */
export interface Collected<Record> extends Sink<Record> {
  readonly records: readonly Record[]
}

/**
 * Collects all records, in order, in memory.
 *
 * @example
 * const doubled = collect<number>()
 * await run(from([1, 2, 3]).map((n) => n * 2).to(doubled))
 * doubled.records // [2, 4, 6]
 */
export function collect<Record>(): Collected<Record> {
  const records: Record[] = []
  return {
    kind: 'collect',
    records,
    open() {
      records.length = 0
      let staged: Record[] = []
      return {
        step(work) {
          for (; work.index < work.limit; work.index++) staged.push(work.input[work.index] as Record)
          return undefined
        },
        commit() {
          for (const record of staged) records.push(record)
          staged = []
        },
        undo() {
          staged = []
        },
      }
    },
  }
}
