/** The limit of the stream: one loop, fused by hand, with a Map. */
import { integers } from '../support/records.js'
import { type Peer, whole } from './peer.js'

export const loopPeer: Peer = {
  stream: whole((records) => {
    const values = integers(records)
    const counts = new Map<number, number>()
    let total = 0
    for (let index = 0; index < records; index += 1) {
      const value = values[index] as number
      if (value % 4 === 0) continue
      const key = value % 1000
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      total += count
    }
    return total
  }),
}
