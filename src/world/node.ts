import { randomInt } from 'node:crypto'
import { nanoid } from 'nanoid'
import { assert } from '../base/assert.js'
import type { Clock } from './clock.js'
import { nodeDisk } from './node-disk.js'
import { nodeNet } from './node-net.js'
import { nodeSpawn } from './node-spawn.js'
import { randomFrom } from './streams.js'
import type { Timer, Timers } from './timers.js'
import type { Turn } from './turn.js'
import type { World } from './world.js'

/**
 * The real world. `seed` fixes the random streams, not the ids; by default it is drawn from the system's entropy.
 *
 * ```ts
 * const world = nodeWorld({ seed: 7 })
 * ```
 */
export function nodeWorld({ seed = randomInt(2 ** 32) }: { readonly seed?: number } = {}): World {
  return {
    clock: nodeClock(),
    timers: nodeTimers,
    random: randomFrom(seed),
    ids: { next: () => nanoid() },
    turn: nodeTurn,
    disk: nodeDisk,
    net: nodeNet,
    spawn: nodeSpawn,
  }
}

/** Resolves after every promise job, `nextTick` callback and immediate that is ready now has run. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function nodeClock(): Clock {
  let coarseMs = 0
  let fresh = false
  const expire = (): void => {
    fresh = false
  }
  return {
    now: () => performance.now(),
    wall: () => Date.now(),
    // One real reading per turn of the event loop: the immediate marks it stale once the current slice is over.
    coarse() {
      if (!fresh) {
        fresh = true
        coarseMs = performance.now()
        setImmediate(expire)
      }
      return coarseMs
    },
  }
}

const nodeTimers: Timers = {
  after(delayMs, run) {
    assert(delayMs >= 0 && delayMs < Number.POSITIVE_INFINITY, "a timer's delay is 0 ms or more, and finite")
    return new NodeTimer(delayMs, run)
  },
}

/** The longest delay that setTimeout takes; for more it would fire at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1

class NodeTimer implements Timer {
  private handle: NodeJS.Timeout

  constructor(delayMs: number, run: () => void) {
    this.handle = this.arm(delayMs, run)
  }

  cancel(): void {
    clearTimeout(this.handle)
  }

  private arm(delayMs: number, run: () => void): NodeJS.Timeout {
    // Rounded up, because setTimeout rounds down and would be early.
    if (delayMs <= TIMEOUT_MAX_MS) return setTimeout(run, Math.ceil(delayMs))
    return setTimeout(() => {
      this.handle = this.arm(delayMs - TIMEOUT_MAX_MS, run)
    }, TIMEOUT_MAX_MS)
  }
}

/** One promise for all: `then` on a resolved one costs a third of queueMicrotask, which wraps an async resource. */
const resolved = Promise.resolve()

const nodeTurn: Turn = {
  soon(run) {
    resolved.then(run)
  },
  later(run) {
    setImmediate(run)
  },
}
