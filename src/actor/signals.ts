import type { ExitReason } from './exit.js'
import type { ActorRef } from './ref.js'

/** A linked actor ended, or someone called `exit(ref, reason)`. Seen only by actors that trap exits. */
export interface ExitSignal {
  readonly type: 'exit'
  readonly from: ActorRef<never> | undefined
  readonly reason: ExitReason
  /** True when it came over a link (the sender has ended), false when it was sent by `exit`. */
  readonly link: boolean
}

/** A monitored actor ended. */
export interface DownSignal {
  readonly type: 'down'
  readonly from: ActorRef<never>
  readonly reason: ExitReason
  readonly monitor: Monitor
}

/** What the system lane hands to a behaviour's `signal` callback. */
export type Signal = ExitSignal | DownSignal

/** One monitoring relation; each call of `ctx.monitor` makes a separate one. */
export interface Monitor {
  readonly target: ActorRef<never>
  readonly id: number
}
