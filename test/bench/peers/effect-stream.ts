import { Effect, Stream } from 'effect'
import { integers, passes, runningCount, toEntry } from '../support/records.js'
import { type Peer, whole } from './peer.js'

export const effectStreamPeer: Peer = {
  stream: whole(async (records) => {
    let total = 0
    await Effect.runPromise(
      Stream.fromArray(integers(records)).pipe(
        Stream.map(toEntry),
        Stream.filter(passes),
        Stream.map(runningCount()),
        Stream.runForEach((count) =>
          Effect.sync(() => {
            total += count.count
          }),
        ),
      ),
    )
    return total
  }),
}
