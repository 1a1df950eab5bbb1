import { assert } from '../base/assert.js'

/**
 * State twice: as the program sees it, and as it is after a loss of power. Between the two stand the changes that no
 * sync has covered yet, in order.
 */
export class Kept<State> {
  live: State
  /** Changes since the last sync; `live` is `durable` with all of them made. */
  private pending: ((state: State) => void)[] = []
  private readonly durable: State
  private readonly copy: (state: State) => State

  constructor(empty: () => State, copy: (state: State) => State) {
    this.live = empty()
    this.durable = empty()
    this.copy = copy
  }

  get unsynced(): number {
    return this.pending.length
  }

  change(make: (state: State) => void): void {
    make(this.live)
    this.pending.push(make)
  }

  sync(): void {
    this.settle(this.pending.length)
  }

  /** Loses power: the first `survivors` of the unsynced changes are kept, the others never happened. */
  crash(survivors: number): void {
    assert(survivors >= 0 && survivors <= this.pending.length, 'no more changes survive a crash than there are')
    this.settle(survivors)
    this.live = this.copy(this.durable)
  }

  private settle(count: number): void {
    for (const make of this.pending.slice(0, count)) make(this.durable)
    this.pending = []
  }
}
