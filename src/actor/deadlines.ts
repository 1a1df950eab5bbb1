import type { Clock } from '../world/clock.js'
import type { Timer, Timers } from '../world/timers.js'

/** Something with a deadline. `settled` entries are skipped and forgotten. */
export interface Expiring {
  /** True once it no longer matters. */
  readonly settled: boolean
  /** When it is due, in ms of the world's clock; written by {@link Deadlines.add}. */
  dueMs: number
  expire(): void
}

/**
 * Deadlines of many short waits, cheap to set and free to drop.
 *
 * A timer per ask would cost more than the ask. Waits of the same length fall due in the order in which they
 * began, so each length has a plain queue and at most one timer, armed for the oldest that still matters.
 */
export class Deadlines {
  private readonly queues = new Map<number, Queue>()
  private forgetAbove = queuesMin
  /** The queue used last: most asks of a system wait equally long. */
  private recent: Queue | undefined
  private recentMs = -1

  constructor(
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}

  add(entry: Expiring, timeoutMs: number): void {
    if (timeoutMs === this.recentMs && this.recent !== undefined) {
      this.recent.add(entry)
      return
    }
    let queue = this.queues.get(timeoutMs)
    if (queue === undefined) {
      queue = new Queue(timeoutMs, this.clock, this.timers)
      this.queues.set(timeoutMs, queue)
      if (this.queues.size > this.forgetAbove) this.forgetIdle()
    }
    this.recentMs = timeoutMs
    this.recent = queue
    queue.add(entry)
  }

  /** Cancels everything without calling anybody. */
  close(): void {
    for (const queue of this.queues.values()) queue.close()
    this.queues.clear()
    this.recent = undefined
  }

  private forgetIdle(): void {
    for (const [timeoutMs, queue] of this.queues) if (queue.idle) this.queues.delete(timeoutMs)
    this.recent = undefined
    this.forgetAbove = Math.max(queuesMin, this.queues.size * 2)
  }
}

const queuesMin = 64
const compactAbove = 1024

class Queue {
  private entries: Expiring[] = []
  private head = 0
  private timer: Timer | undefined
  /** True while entries are told: what they add is armed for afterwards. */
  private firing = false
  private compactAt = compactAbove

  constructor(
    private readonly timeoutMs: number,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}

  get idle(): boolean {
    return this.timer === undefined && this.head === this.entries.length
  }

  add(entry: Expiring): void {
    const entries = this.entries
    let end = entries.length
    while (end > this.head && (entries[end - 1] as Expiring).settled) end--
    // Whole ms, rounded up: never too early, and no boxed number for each wait.
    entry.dueMs = Math.ceil(this.clock.coarse() + this.timeoutMs)
    // Written over the settled ones: cutting the list off first would throw its memory away each time.
    entries[end] = entry
    if (entries.length > end + 1) entries.length = end + 1
    if (this.firing) return
    if (this.timer === undefined) this.arm(this.timeoutMs)
    else if (entries.length > this.compactAt) this.compact()
  }

  close(): void {
    this.timer?.cancel()
    this.timer = undefined
    this.entries = []
    this.head = 0
  }

  private arm(delayMs: number): void {
    this.timer = this.timers.after(delayMs, () => this.fire())
  }

  private fire(): void {
    this.timer = undefined
    const nowMs = this.clock.now()
    this.firing = true
    const next = this.expireUntil(nowMs)
    this.firing = false
    if (next !== undefined) {
      this.arm(next.dueMs - nowMs)
      return
    }
    this.entries = []
    this.head = 0
  }

  /** Tells all that are due, and answers with the first that is not. */
  private expireUntil(nowMs: number): Expiring | undefined {
    while (this.head < this.entries.length) {
      const entry = this.entries[this.head] as Expiring
      if (!entry.settled && entry.dueMs > nowMs) return entry
      this.head++
      if (!entry.settled) entry.expire()
    }
    return undefined
  }

  /** Long queues of answered entries behind one slow one are squeezed, so that memory follows what is in flight. */
  private compact(): void {
    this.entries = this.entries.slice(this.head).filter((entry) => !entry.settled)
    this.head = 0
    this.compactAt = Math.max(compactAbove, this.entries.length * 2)
  }
}
