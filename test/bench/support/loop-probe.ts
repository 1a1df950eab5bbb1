/**
 * Watches how long the event loop is away: the time between two turns of it, seen by a chain of
 * immediates. This is the delay that a socket or timer of the same process would meet.
 */
export class LoopProbe {
  private readonly gapsMs: number[] = []
  private running = true
  private lastMs = performance.now()

  constructor() {
    setImmediate(this.tick)
  }

  /** Ends the watch and gives the 99th percentile of the gaps, in ms. The gap that is open now counts too. */
  stop(): number {
    this.running = false
    this.gapsMs.push(performance.now() - this.lastMs)
    const sorted = this.gapsMs.sort((left, right) => left - right)
    return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0
  }

  private readonly tick = (): void => {
    const nowMs = performance.now()
    this.gapsMs.push(nowMs - this.lastMs)
    this.lastMs = nowMs
    if (this.running) setImmediate(this.tick)
  }
}
