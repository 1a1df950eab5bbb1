import { from, run } from 'holdfast/stream'
import { type Entry, integers, passes, toEntry } from '../support/records.js'
import type { Job } from './peer.js'

/** The pipeline with everything on: operators under a supervisor, credits, commit before release. */
export const streamTask = (records: number): Job => ({
  run: async () => {
    let total = 0
    const counts = from(integers(records))
      .map(toEntry)
      .filter(passes)
      .keyBy((entry: Entry) => entry.key)
      .aggregate({
        init: () => 0,
        add: (count: number) => count + 1,
        emit: (key: number, count: number) => ({ key, count }),
      })
      .to((record: { readonly count: number }) => {
        total += record.count
      })
    await run(counts)
    return total
  },
})
