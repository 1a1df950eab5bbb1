/**
 * The restarts of one supervisor within its period: a sliding window.
 *
 * OTP's rule: before each restart, entries older than `now - periodMs` are dropped, `now` is added, and the restart is
 * allowed if at most `restartsMax` remain. Entries come in order of time, so dropping is amortised O(1), however many
 * restarts fall into one period.
 */
export class Intensity {
  /** Ring of the times of restarts, in ms; slots outside head..head+count are meaningless. */
  private times = new Float64Array(4)
  private head = 0
  private count = 0

  constructor(
    readonly restartsMax: number,
    readonly periodMs: number,
  ) {}

  /** How many restarts count at the moment of the last question. */
  get used(): number {
    return this.count
  }

  /** Counts one restart at `nowMs` (never earlier than the one before); false when it is one too many. */
  allows(nowMs: number): boolean {
    const oldestMs = nowMs - this.periodMs
    while (this.count > 0 && (this.times[this.head] as number) < oldestMs) {
      this.head = (this.head + 1) & (this.times.length - 1)
      this.count--
    }
    if (this.count === this.times.length) this.grow()
    this.times[(this.head + this.count) & (this.times.length - 1)] = nowMs
    this.count++
    return this.count <= this.restartsMax
  }

  private grow(): void {
    const times = new Float64Array(this.times.length * 2)
    for (let i = 0; i < this.count; i++) times[i] = this.times[(this.head + i) & (this.times.length - 1)] as number
    this.times = times
    this.head = 0
  }
}
