import type { Timer } from '../world/timers.js'
import type { Ask } from './ask.js'
import type { Cell } from './cell.js'
import type { ExitReason } from './exit.js'
import type { Procedure } from './procedure.js'
import type { Monitor } from './signals.js'
import type { Watch } from './watch.js'

/** A message that waits for room in a mailbox, and the promise its sender holds. */
export interface Waiter {
  readonly message: unknown
  readonly sender: Cell | undefined
  readonly settle: (queued: boolean) => void
}

/** A child of an actor, and how long it may take to stop (Infinity: for ever; -1: none, it is killed). */
export interface Offspring {
  readonly cell: Cell
  readonly shutdownMs: number
}

/**
 * Everything an actor may have but most do not: made on first use, so that an idle actor stays small.
 * Fields marked (incarnation) are emptied when the incarnation ends.
 */
export class Relations {
  /** Who sent each message in the mailbox; kept only while somebody observes or chooses. */
  senders: unknown[] | undefined
  /** Watches the asynchronous handler under way, where there is a deadline. (incarnation) */
  detector: Watch | undefined
  /** Two-way ties: when one end goes, the other gets an exit signal. (incarnation) */
  links: Set<Cell> | undefined
  /** Who wants to know when this actor ends. (incarnation) */
  watchers: Map<Monitor, Cell> | undefined
  /** Whom this actor monitors. (incarnation) */
  watching: Set<Monitor> | undefined
  /** Children spawned by an actor, in start order, by name. (incarnation) */
  children: Map<string, Offspring> | undefined
  /** Timers that will send to this actor or wake its handler. (incarnation) */
  timers: Set<Timer> | undefined
  /** Asks that wait for this actor's answer, as a list through `Ask.next`. */
  asks: Ask<unknown> | undefined
  /** Senders that wait for room, oldest first. */
  waiters: Waiter[] | undefined
  /** The message that crashed the last incarnations and waits in front, and how often it has been tried again. */
  redelivery: { readonly message: unknown; readonly attempts: number } | undefined
  /** Who sent the message that is being handled; noted only where it may have to be put back. */
  sender: unknown
  /** What the actor is in the middle of (stopping children, running its stop hook). (incarnation) */
  procedure: Procedure | undefined
  /** True while the procedure itself runs: what it waits for may come true before it yields. */
  stepping = false
  /** The child whose start or end the procedure waits for. */
  awaiting: Cell | undefined
  /** The reason with which the awaited child ended. */
  ended: ExitReason = 'normal'
  /** True while an urgent signal waits that was not looked at. (incarnation) */
  pressing = false
  /** True while a `signal` callback that was asynchronous has the actor parked. */
  signalling = false
  /** Whether the actor traps exits, where `ctx.trapExit` changed it. (incarnation) */
  trapExit: boolean | undefined

  /** Gives up what the actor is in the middle of, its timer included. */
  dropProcedure(): void {
    const { procedure } = this
    this.procedure = undefined
    this.awaiting = undefined
    if (!this.stepping) procedure?.return()
  }
}
