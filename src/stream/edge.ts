import { Ring } from '../base/ring.js'

/** A batch on its way. Never changed once it is on an edge. */
export interface Batch {
  readonly records: readonly unknown[]
  /** Number of the batch on its edge, from 0. */
  readonly position: number
}

/**
 * The way from one operator to the next: released batches, in order, at most as many as there are credits.
 * It belongs to neither of them, so it survives both.
 */
export class Edge {
  private readonly batches = new Ring<Batch>()
  private positions = 0
  /** No more batches will come. */
  ended = false
  /** True when the same records also travel on another edge: then no handler may be given the records themselves. */
  shared = false

  /** True when its lists of records were made here: those of a source may be the user's. */
  owned = false

  constructor(
    private readonly creditsMax: number,
    private readonly onBatch: () => void,
    private readonly onCredit: () => void,
  ) {}

  /** Whether one more batch may be worked on for this edge. */
  get hasCredit(): boolean {
    return this.batches.size < this.creditsMax
  }

  get waiting(): number {
    return this.batches.size
  }

  release(records: readonly unknown[]): void {
    this.batches.push({ records, position: this.positions++ })
    this.onBatch()
  }

  end(): void {
    this.ended = true
    this.onBatch()
  }

  /** Takes the next batch and gives its credit back. */
  take(): Batch | undefined {
    const batch = this.batches.shift()
    if (batch !== undefined && this.batches.size === this.creditsMax - 1) this.onCredit()
    return batch
  }
}
