import { customRandom, urlAlphabet } from 'nanoid'
import { assert } from '../base/assert.js'
import { type Duration, toMs } from '../base/duration.js'
import { HoldfastError } from '../base/errors.js'
import { Heap } from '../base/heap.js'
import { Ring } from '../base/ring.js'
import { macrotask } from './node.js'
import { randomFrom } from './streams.js'
import type { Timers } from './timers.js'
import type { Channel, Turn } from './turn.js'
import { type VirtualDisk, virtualDisk } from './virtual-disk.js'
import { virtualNet } from './virtual-net.js'
import { type VirtualSpawn, virtualSpawn } from './virtual-spawn.js'
import type { World } from './world.js'

/**
 * A world whose time stands still until a test moves it, and in which the same seed gives the same run, byte for byte.
 *
 * Promise jobs are real: they run whenever the test awaits something. Everything else (timers, `turn.later`, disk, net,
 * spawned units) waits for one of the four ways to move on. Only one of them may be under way at a time.
 */
export interface VirtualWorld extends World {
  readonly disk: VirtualDisk
  readonly spawn: VirtualSpawn
  /**
   * Runs everything that is ready at this instant: promise jobs, `turn.later` callbacks, timers that are due; until
   * nothing is left. Rejects with what a callback throws, and with {@link VirtualWorldError} `livelock` when
   * `instantStepsMax` steps did not come to rest.
   */
  settle(): Promise<void>
  /** Settles, then moves time by `duration`, firing timers in due order and settling after each. */
  advance(duration: Duration): Promise<void>
  /**
   * Moves time from timer to timer until none is left. Rejects with {@link VirtualWorldError} `time-limit` when that
   * takes more than `within` of virtual time (default: no limit).
   */
  run(options?: { readonly within?: Duration }): Promise<void>
  /**
   * Moves on, from timer to timer, until `promise` settles, and answers as it does. Rejects with
   * {@link VirtualWorldError} `deadlock` when nothing is left to run and it has not settled, `time-limit` when it has
   * not settled after `within` of virtual time (default: no limit).
   *
   * ```ts
   * const reply = await world.until(system.ask('/tally', { type: 'read' }))
   * ```
   */
  until<Value>(promise: PromiseLike<Value>, options?: { readonly within?: Duration }): Promise<Value>
}

export interface VirtualWorldOptions {
  /** All chance and all ids derive from it; a safe integer. Default 1. */
  readonly seed?: number
  /**
   * Which ready channel is served next: in order of arrival, as the real world does, or drawn at random from the
   * stream `turn`. Default `'arrival'`.
   */
  readonly order?: 'arrival' | 'random'
  /** What the wall clock shows at the start, in ms since 1970. Default 2000-01-01T00:00:00Z. `clock.now()` starts at 0. */
  readonly startMs?: number
  /** How long bytes travel between the two ends of a connection. Default 0. */
  readonly latency?: Duration
  /** More callbacks and timers than this at one instant are taken for a livelock. Default 1,000,000. */
  readonly instantStepsMax?: number
}

/**
 * - `deadlock`: nothing is left to run, and the awaited promise has not settled.
 * - `time-limit`: the limit of virtual time is used up.
 * - `livelock`: work at one instant makes more work, without end.
 * - `busy`: two of settle, advance, run, until at once.
 */
export class VirtualWorldError extends HoldfastError<
  'deadlock' | 'time-limit' | 'livelock' | 'busy',
  { readonly nowMs: number }
> {
  static {
    VirtualWorldError.prototype.name = 'VirtualWorldError'
  }
}

/** A fresh world for one test. */
export function virtualWorld(options: VirtualWorldOptions = {}): VirtualWorld {
  const { seed = 1, order = 'arrival', startMs = 946_684_800_000, latency = 0, instantStepsMax = 1_000_000 } = options
  const random = randomFrom(seed)
  const loop = new Loop(instantStepsMax)
  const ids = random.stream('ids')
  const turn = virtualTurn(loop, order === 'random' ? random.stream('turn') : undefined)
  const now = (): number => loop.nowMs
  return {
    clock: { now, coarse: now, wall: () => startMs + loop.nowMs },
    timers: loop,
    random,
    ids: { next: customRandom(urlAlphabet, 21, (count) => ids.bytes(count)) },
    turn,
    disk: virtualDisk(turn, random.stream('disk')),
    net: virtualNet(turn, loop, toMs(latency, 'latency')),
    spawn: virtualSpawn(turn),
    settle: () => loop.drive(() => loop.settle()),
    advance: (duration) => loop.drive(() => loop.advance(toMs(duration, 'advance'))),
    run: ({ within } = {}) => loop.drive(() => loop.run(limit(loop, within))),
    until: (promise, { within } = {}) => loop.drive(() => loop.until(promise, limit(loop, within))),
  }
}

function limit(loop: Loop, within: Duration | undefined): number {
  return within === undefined ? Number.POSITIVE_INFINITY : loop.nowMs + toMs(within, 'within')
}

function virtualTurn(loop: Loop, stream: { below(below: number): number } | undefined): Turn {
  return {
    choose: stream && ((ready: readonly Channel[]) => stream.below(ready.length)),
    soon(run) {
      resolved.then(run)
    },
    later(run) {
      loop.later.push(run)
    },
  }
}

const resolved = Promise.resolve()

/** The event loop of a virtual world: what runs next, and what time it is. */
class Loop implements Timers {
  /** Grows only, and only while nothing is ready. */
  nowMs = 0
  /** Ready now, in order; timers that are due come after these. */
  readonly later = new Ring<() => void>()
  /** By due time, then by age. Never holds one that is overdue, except while settling. */
  private readonly pending = new Heap<() => void>()
  private busy = false
  private readonly stepsMax: number

  constructor(stepsMax: number) {
    this.stepsMax = stepsMax
  }

  after(delayMs: number, run: () => void): { cancel(): void } {
    assert(delayMs >= 0 && delayMs < Number.POSITIVE_INFINITY, "a timer's delay is 0 ms or more, and finite")
    const entry = this.pending.insert(this.nowMs + delayMs, run)
    return { cancel: () => void this.pending.remove(entry) }
  }

  async drive<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.busy) {
      throw this.failure(
        'busy',
        'settle, advance, run or until was called while one of them is under way: await it first',
      )
    }
    this.busy = true
    try {
      return await work()
    } finally {
      this.busy = false
    }
  }

  /** Runs all that is ready at this instant, or until that is `enough`. */
  async settle(enough: () => boolean = () => false): Promise<void> {
    await macrotask()
    for (let steps = 0; !enough() && this.step(); steps++) {
      if (steps === this.stepsMax) {
        throw this.failure(
          'livelock',
          `${this.stepsMax} steps at one instant did not come to rest: look for a turn.later or a timer of 0 ms that sets itself again`,
        )
      }
      await macrotask()
    }
  }

  async advance(byMs: number): Promise<void> {
    const targetMs = this.nowMs + byMs
    await this.settle()
    while (this.dueMs() <= targetMs) await this.jump()
    this.nowMs = targetMs
  }

  async run(limitMs: number): Promise<void> {
    await this.settle()
    while (this.pending.size > 0) {
      this.check(limitMs, `${this.pending.size} timer(s) still pending`)
      await this.jump()
    }
  }

  async until<Value>(promise: PromiseLike<Value>, limitMs: number): Promise<Value> {
    let settled = false
    const note = (): void => {
      settled = true
    }
    const enough = (): boolean => settled
    promise.then(note, note)
    await this.settle(enough)
    while (!settled) {
      if (this.pending.size === 0) {
        throw this.failure(
          'deadlock',
          'nothing is left to run, and the awaited promise has not settled: it waits for something outside of this world, or for a message that nobody will send',
        )
      }
      this.check(limitMs, 'the awaited promise has not settled')
      await this.jump(enough)
    }
    return promise
  }

  /** Runs one ready thing; false when nothing is ready. */
  private step(): boolean {
    const run = this.later.shift() ?? (this.dueMs() <= this.nowMs ? this.pending.take()?.value : undefined)
    run?.()
    return run !== undefined
  }

  /** Moves time to the next timer, and settles. */
  private jump(enough?: () => boolean): Promise<void> {
    this.nowMs = Math.max(this.nowMs, this.dueMs())
    return this.settle(enough)
  }

  private dueMs(): number {
    return this.pending.first()?.key ?? Number.POSITIVE_INFINITY
  }

  private check(limitMs: number, text: string): void {
    if (this.dueMs() <= limitMs) return
    throw this.failure('time-limit', `the limit of virtual time is used up at ${limitMs} ms: ${text}`)
  }

  private failure(code: VirtualWorldError['code'], text: string): VirtualWorldError {
    return new VirtualWorldError(code, `Virtual world at ${this.nowMs} ms: ${text}.`, { nowMs: this.nowMs })
  }
}
