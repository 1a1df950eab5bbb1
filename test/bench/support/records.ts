/** What flows through the stream workload once a number became a record. */
export interface Entry {
  readonly key: number
  readonly value: number
}

/** A running count of one key. */
export interface Count {
  readonly key: number
  readonly count: number
}

export const toEntry = (value: number): Entry => ({ key: value % 1000, value })

/** Three of four records pass. */
export const passes = (entry: Entry): boolean => entry.value % 4 !== 0

/** The keyed aggregate of the peers that have none: a running count by 1,000 keys. */
export const runningCount = (): ((entry: Entry) => Count) => {
  const counts = new Map<number, number>()
  return ({ key }) => {
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return { key, count }
  }
}

/** The source of the stream workload: 0, 1, 2 and so on. */
export const integers = (count: number): number[] => {
  const values = new Array<number>(count)
  for (let index = 0; index < count; index += 1) values[index] = index
  return values
}
