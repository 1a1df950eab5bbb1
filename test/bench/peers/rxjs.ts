import { filter, from, map } from 'rxjs'
import { integers, passes, runningCount, toEntry } from '../support/records.js'
import { type Peer, whole } from './peer.js'

export const rxjsPeer: Peer = {
  stream: whole((records) => {
    let total = 0
    from(integers(records))
      .pipe(map(toEntry), filter(passes), map(runningCount()))
      .subscribe((count) => {
        total += count.count
      })
    return total
  }),
}
