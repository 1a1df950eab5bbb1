import { Ring } from '../base/ring.js'
import type { Cell } from './cell.js'
import type { ExitReason } from './exit.js'
import { Mailbox } from './mailbox.js'
import type { Procedure } from './procedure.js'
import type { DownSignal, ExitSignal } from './signals.js'

/** What travels in the system lane. */
export type LaneSignal =
  | ExitSignal
  | DownSignal
  | { readonly type: 'shutdown'; readonly reason: ExitReason }
  | { readonly type: 'child-ended'; readonly child: Cell; readonly incarnation: number; readonly reason: ExitReason }
  | Request

/** Something a supervisor is asked to do. */
export interface Request {
  readonly type: 'request'
  /** Does it, in the supervisor's turn; what takes longer is given back as a procedure. */
  run(): Procedure | undefined
  /** The supervisor ended first. */
  refuse(): void
}

/** A mailbox with a second lane for the system: served first, never bounded, never dropped while its actor lives. */
export abstract class Lane extends Mailbox<unknown> {
  /** What waits in the system lane, oldest first; absent while there is nothing. */
  protected signals: Ring<LaneSignal> | undefined = undefined

  protected queueSignal(signal: LaneSignal): void {
    this.signals ??= new Ring(2)
    this.signals.push(signal)
  }

  protected nextSignal(): LaneSignal | undefined {
    const signals = this.signals
    if (signals === undefined) return undefined
    const signal = signals.shift()
    if (signals.size === 0) this.signals = undefined
    return signal
  }

  /** Drops what has become pointless while it waited. */
  dropSignals(pointless: (signal: LaneSignal) => boolean): void {
    const waiting = [...(this.signals ?? [])]
    this.signals = undefined
    this.putBack(waiting.filter((signal) => !pointless(signal)))
  }

  /** Signals that can not be handled yet go back to the front of the lane, in order, without asking for a turn. */
  protected putBack(kept: readonly LaneSignal[]): void {
    if (kept.length === 0) return
    this.signals ??= new Ring()
    for (let i = kept.length - 1; i >= 0; i--) this.signals.unshift(kept[i] as LaneSignal)
  }
}
