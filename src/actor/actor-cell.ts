import { releaseWaiters } from './admission.js'
import type { Callback } from './behavior.js'
import { BUSY, Cell, IDLE, QUEUED } from './cell.js'
import { Context } from './context.js'
import { type ExitReason, ignore } from './exit.js'
import { Incarnation, type Phase } from './incarnation.js'
import type { LaneSignal } from './lane.js'
import { READY, RUNNING } from './life.js'
import { ignored, type Outcome, pending, started } from './outcome.js'
import type { ExitSignal, Signal } from './signals.js'

/** A cell that runs a user's behaviour: its start, its turns, its messages and its signals. */
export class ActorCell extends Incarnation {
  start(): Outcome {
    this.begin()
    const context = new Context<never>(this, this.incarnation)
    this.context = context
    const { scheduler } = this.kernel
    const caller = scheduler.current
    scheduler.current = this
    try {
      const made = this.behavior.init(context, this.args)
      if (made instanceof Promise) {
        this.handleLater(made, 'init', undefined)
        return pending
      }
      return this.initialized(made)
    } catch (thrown) {
      return this.refused(thrown)
    } finally {
      scheduler.current = caller
    }
  }

  run(most: number): number {
    if (this.activity !== QUEUED) return this.interrupt()
    this.activity = BUSY
    if ((this.signals !== undefined || this.life !== RUNNING) && !this.fitForMessages()) return 1
    const before = this.head
    let end = this.tail
    if (end - before > most) end = before + most
    // One message at a time is what observers and a choosing world ask for.
    if (most === 1 && end > before) this.noteMessage()
    const { behavior, context } = this
    const { receive } = behavior
    let message: unknown
    try {
      // Not `!==`: an actor that floods its own mailbox may push its oldest messages out, past the end of this turn.
      while (this.head < end) {
        const { head } = this
        if (head === 0) {
          message = this.first
          this.first = undefined
        } else {
          const { ring } = this
          const at = head & (ring.length - 1)
          message = ring[at]
          ring[at] = undefined
        }
        this.head = head + 1
        const next = receive(this.state, message, context)
        if (next !== undefined) {
          if (next instanceof Promise) {
            const handled = this.head - before
            this.handleLater(next, 'receive', message)
            if (this.relations?.waiters !== undefined) releaseWaiters(this)
            return handled
          }
          this.state = next
        }
        if (this.signals !== undefined) break
      }
      if (this.relations?.redelivery !== undefined) this.forgetRedelivery()
    } catch (thrown) {
      this.crash(thrown, message, 'receive')
    }
    const handled = this.head - before
    if (this.relations?.waiters !== undefined) releaseWaiters(this)
    if (this.activity === BUSY) {
      // The way most turns end, spelled out: a call costs more than all of this.
      if (this.head === this.tail && this.signals === undefined && this.relations === undefined) {
        this.activity = IDLE
        this.head = 0
        this.tail = 0
      } else this.rest()
    }
    // A crash may have emptied the mailbox, and with it started the positions anew.
    return handled > 0 ? handled + 1 : 1
  }

  /** Serves the system lane first; false when no message may be handled in this turn. */
  private fitForMessages(): boolean {
    if (this.signals !== undefined) this.takeSignals()
    if (this.life === RUNNING && this.activity === BUSY) return true
    if (this.activity === BUSY) this.rest()
    return false
  }

  runChannel(offset: number): void {
    if (this.signals === undefined && this.activity === QUEUED && this.queued > offset) {
      this.bringForward(offset)
    }
    this.run(1)
  }

  /** A start has been made: its last steps, the same for a synchronous and an asynchronous `init`. */
  private initialized(made: unknown): Outcome {
    if (made === ignore) {
      this.finish('normal', false)
      if (this.kernel.events.active) this.kernel.events.emit('ignored', { atMs: this.nowMs(), path: this.path })
      return ignored
    }
    this.state = made
    this.move(READY)
    if (this.kernel.events.active) {
      this.kernel.events.emit('started', { atMs: this.nowMs(), path: this.path, incarnation: this.incarnation })
    }
    if (this.queued > 0 || this.signals !== undefined) this.wake()
    const info = this.context?.takeInfo()
    return info === undefined ? started : { kind: 'started', info }
  }

  /** An asynchronous callback: messages wait until it settles. */
  private handleLater(promise: Promise<unknown>, phase: Phase, message: unknown): void {
    this.park()
    const { context } = this
    const watch = this.watch(phase, message)
    promise.then(
      (value) => {
        if (this.context === context && this.inTime(watch)) this.settled(phase, value)
      },
      (thrown) => {
        if (this.context === context && this.inTime(watch)) this.failed(phase, thrown, message)
      },
    )
  }

  private settled(phase: Phase, value: unknown): void {
    if (phase === 'init') {
      const outcome = this.initialized(value)
      this.unpark()
      this.superior.childStarted(this, outcome)
      return
    }
    if (phase === 'signal') this.own().signalling = false
    if (value !== undefined) this.state = value
    if (phase === 'receive' && this.relations?.redelivery !== undefined) this.forgetRedelivery()
    this.unpark()
  }

  private failed(phase: Phase, thrown: unknown, message: unknown): void {
    if (phase === 'init') {
      this.superior.childStarted(this, this.refused(thrown))
      return
    }
    if (phase === 'signal') this.own().signalling = false
    const asked = this.askedToStop()
    this.unpark()
    if (asked !== undefined && this.context?.causedBy(thrown) === true) this.terminate(asked)
    else this.crash(thrown, message, phase)
  }

  /** Handles what is in the system lane, until it is empty or something takes longer. */
  private takeSignals(): void {
    while (this.life === RUNNING && this.activity === BUSY) {
      const signal = this.nextSignal()
      if (signal === undefined) return
      this.takeSignal(signal)
    }
  }

  private takeSignal(signal: LaneSignal): void {
    switch (signal.type) {
      case 'shutdown':
        this.terminate(signal.reason)
        return
      case 'exit':
        this.takeExit(signal)
        return
      case 'down':
        if (this.behavior.signal !== undefined) this.handleSignal(this.behavior.signal, signal)
        return
      case 'child-ended':
        this.takeChildEnded(signal.child, signal.incarnation, signal.reason)
        return
      case 'request':
        signal.refuse()
    }
  }

  private takeExit(signal: ExitSignal): void {
    if (signal.reason === 'kill' && !signal.link) this.kill()
    else if (this.trapsExits) {
      if (this.behavior.signal !== undefined) this.handleSignal(this.behavior.signal, signal)
    } else if (this.mustEnd(signal)) this.terminate(signal.reason)
  }

  /** `normal` ends nobody but the one who sends it to itself. */
  private mustEnd({ reason, from, link }: ExitSignal): boolean {
    return reason !== 'normal' || (!link && from === this)
  }

  private takeChildEnded(child: Cell, incarnation: number, reason: ExitReason): void {
    const { children } = this.own()
    if (children?.get(child.label)?.cell !== child || child.incarnation !== incarnation || child.alive) return
    children.delete(child.label)
    child.retire()
    this.takeExit({ type: 'exit', from: child, reason, link: true })
  }

  private handleSignal(callback: Callback, signal: Signal): void {
    try {
      const next = callback(this.state, signal, this.context)
      if (next instanceof Promise) {
        this.own().signalling = true
        this.handleLater(next, 'signal', undefined)
      } else if (next !== undefined) this.state = next
    } catch (thrown) {
      this.crash(thrown, undefined, 'signal')
    }
  }

  /** A signal for an actor in the middle of an asynchronous handler: some act at once, the others wait. */
  private interrupt(): number {
    this.beginInterrupt()
    const { incarnation } = this
    const kept: LaneSignal[] = []
    for (let signal = this.nextSignal(); signal !== undefined; signal = this.nextSignal()) {
      if (signal.type === 'shutdown') this.warn(signal.reason)
      const exit = exitOf(signal)
      if (exit === undefined || !this.endsAtOnce(exit)) {
        kept.push(signal)
        continue
      }
      if (exit.reason === 'kill' && !exit.link) this.kill()
      else {
        this.abandon()
        this.unpark()
        this.terminate(exit.reason)
      }
      break
    }
    if (this.alive && this.incarnation === incarnation) this.putBack(kept)
    return 1
  }

  /** Aborts `ctx.signal`, also for a handler that has not looked at it yet. */
  private warn(reason: ExitReason): void {
    const { context } = this
    if (context?.signal.aborted === false) context.abort(reason)
  }

  protected urgent(signal: LaneSignal): boolean {
    if (signal.type === 'shutdown') return true
    const exit = exitOf(signal)
    return exit !== undefined && this.endsAtOnce(exit)
  }

  private endsAtOnce(signal: ExitSignal): boolean {
    if (signal.reason === 'kill' && !signal.link) return true
    return this.life === RUNNING && !this.trapsExits && this.mustEnd(signal)
  }

  /** The reason of a shutdown that waits in the lane. */
  private askedToStop(): ExitReason | undefined {
    if (this.signals === undefined) return undefined
    for (const signal of this.signals) if (signal.type === 'shutdown') return signal.reason
    return undefined
  }

  /** What only simulations and listeners need to know of the next message; how many may be handled in this turn. */
  private noteMessage(): void {
    if (this.mailbox.redeliver > 0) this.own().sender = this.senderAt(0)
    if (this.kernel.events.messages) this.reportReceived()
  }

  private reportReceived(): void {
    const sender = this.senderAt(0)
    const { path, incarnation } = this
    this.kernel.events.emit('received', {
      atMs: this.nowMs(),
      path,
      incarnation,
      message: this.at(this.head),
      sender: sender instanceof Cell ? sender.path : undefined,
    })
  }
}

/** The exit signal that the news of a child's end amount to. */
function exitOf(signal: LaneSignal): ExitSignal | undefined {
  if (signal.type === 'exit') return signal
  if (signal.type !== 'child-ended') return undefined
  return { type: 'exit', from: signal.child, reason: signal.reason, link: true }
}
