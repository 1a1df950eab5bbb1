import { Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Count, type Entry, integers, passes, runningCount, toEntry } from '../support/records.js'
import { type Peer, whole } from './peer.js'

const mapping = <In, Out>(map: (value: In) => Out): Transform =>
  new Transform({
    objectMode: true,
    transform(value: In, _encoding, callback) {
      callback(null, map(value))
    },
  })

const filtering = <In>(keep: (value: In) => boolean): Transform =>
  new Transform({
    objectMode: true,
    transform(value: In, _encoding, callback) {
      if (keep(value)) this.push(value)
      callback()
    },
  })

const reading = (values: readonly number[]): Readable => {
  let at = 0
  return new Readable({
    objectMode: true,
    read() {
      while (at < values.length) {
        const value = values[at]
        at += 1
        if (!this.push(value)) return
      }
      this.push(null)
    },
  })
}

export const nodeStreamPeer: Peer = {
  stream: whole(async (records) => {
    let total = 0
    await pipeline(
      reading(integers(records)),
      mapping<number, Entry>(toEntry),
      filtering<Entry>(passes),
      mapping<Entry, Count>(runningCount()),
      new Writable({
        objectMode: true,
        write(count: Count, _encoding, callback) {
          total += count.count
          callback()
        },
      }),
    )
    return total
  }),
}
