import { whenSettled } from '../operator.js'
import { copyOf } from '../state/copy.js'
import type { Sink } from './sink.js'

/**
 * Calls `handle` with every record, in order, and waits for the promises it returns. Each completed call counts as
 * committed at once: a crash repeats only the call that failed, a kill from outside only the one that was under way.
 *
 * @example
 * from([1, 2, 3]).to(forEach((n) => console.log(n)))
 */
export function forEach<Record>(handle: (record: Record) => unknown): Sink<Record> {
  return {
    kind: 'forEach',
    open: () => ({
      commitsEachRecord: true,
      step(work) {
        const { input, limit } = work
        let index = work.index
        try {
          for (; index < limit; index++) {
            const later = handle(copyOf(input[index]) as Record)
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
