import { integers, passes, runningCount, toEntry } from '../support/records.js'
import { type Peer, whole } from './peer.js'

async function* reading<T>(values: readonly T[]): AsyncGenerator<T> {
  for (const value of values) yield value
}

async function* mapping<In, Out>(source: AsyncIterable<In>, map: (value: In) => Out): AsyncGenerator<Out> {
  for await (const value of source) yield map(value)
}

async function* filtering<T>(source: AsyncIterable<T>, keep: (value: T) => boolean): AsyncGenerator<T> {
  for await (const value of source) if (keep(value)) yield value
}

export const asyncGeneratorsPeer: Peer = {
  stream: whole(async (records) => {
    let total = 0
    const entries = filtering(mapping(reading(integers(records)), toEntry), passes)
    for await (const count of mapping(entries, runningCount())) total += count.count
    return total
  }),
}
