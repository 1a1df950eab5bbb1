import type { Clock } from './clock.js'
import type { Disk } from './disk.js'
import type { Net } from './net.js'
import type { Ids, Random } from './random.js'
import type { Spawn } from './spawn.js'
import type { Timers } from './timers.js'
import type { Turn } from './turn.js'

/**
 * The one door to the outside: everything an actor system learns from, or does to, its surroundings.
 * `nodeWorld()` is the real one, `virtualWorld()` the one for tests.
 */
export interface World {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly ids: Ids
  readonly turn: Turn
  readonly disk: Disk
  readonly net: Net
  readonly spawn: Spawn
}
