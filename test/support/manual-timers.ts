import type { Timer, Timers } from '../../src/world/timers.js'

/** Timers moved by hand, without promises: whole ms at a time, due timers in due order, equals in order of setting. */
export class ManualTimers implements Timers {
  #nowMs = 0
  #pending: { dueMs: number; run: () => void }[] = []

  /** How many timers have neither fired nor been cancelled. */
  get pending(): number {
    return this.#pending.length
  }

  after(delayMs: number, run: () => void): Timer {
    const entry = { dueMs: this.#nowMs + delayMs, run }
    this.#pending.push(entry)
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((one) => one !== entry)
      },
    }
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      const entry = next
      this.#pending = this.#pending.filter((one) => one !== entry)
      this.#nowMs = Math.max(this.#nowMs, entry.dueMs)
      entry.run()
    }
    this.#nowMs = untilMs
  }

  #next(untilMs: number): { dueMs: number; run: () => void } | undefined {
    const due = this.#pending.filter((entry) => entry.dueMs <= untilMs)
    return due.length === 0 ? undefined : due.reduce((first, entry) => (entry.dueMs < first.dueMs ? entry : first))
  }
}
