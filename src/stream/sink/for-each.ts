import { whenSettled } from '../operator.js'
import type { Sink } from './sink.js'

/**
 * Calls `handle` with every record, in order. Each completed call counts as committed at once: a crash repeats only the
 * call that failed.
 *
 * @example
 * from([1, 2, 3]).to(forEach((n) => console.log(n)))
 */
export function forEach<Record>(handle: (record: Record) => void | Promise<void>): Sink<Record> {
  return {
    kind: 'forEach',
    open: () => ({
      commitsEachRecord: true,
      step(work) {
        const { input, limit } = work
        let index = work.index
        try {
          for (; index < limit; index++) {
            const later = handle(input[index] as Record)
            if (later instanceof Promise) return whenSettled(work, later, () => undefined)
          }
        } finally {
          work.index = index
        }
        return undefined
      },
    }),
  }
}
