import type { Behavior, Callback } from './behavior.js'
import { Cell, ignored, type LaneSignal, type Outcome, PARKED, pending, QUEUED, started } from './cell.js'
import { stopChild } from './children.js'
import { Context } from './context.js'
import { ActorError } from './errors.js'
import { type ExitReason, ignore, isCleanExit, StopRequest, toError } from './exit.js'
import { releaseWaiters } from './admission.js'
import { READY, RUNNING, STARTING, STOP } from './life.js'
import type { Place } from './startable.js'
import type { ExitSignal, Signal } from './signals.js'
import { Watch } from './watch.js'

/** Which callback of a behaviour something is about. */
export type Phase = 'init' | 'receive' | 'signal' | 'stop'

/** A cell that runs a user's behaviour. */
export class ActorCell extends Cell {
  private readonly behavior: Behavior<never, never>
  private readonly args: unknown
  /** The user's state; meaningful while an incarnation runs. */
  private state: unknown = undefined
  /** The current incarnation as its handlers see it; absent while there is none. Everything older is fenced off. */
  private context: Context<never> | undefined = undefined
  private detector: Watch | undefined = undefined

  constructor(behavior: Behavior<never, never>, place: Place) {
    super(place)
    this.behavior = behavior
    this.args = place.args
  }

  start(): Outcome {
    this.begin()
    const context = new Context<never>(this, this.incarnation)
    this.context = context
    const { scheduler } = this.kernel
    const caller = scheduler.current
    scheduler.current = this
    try {
      const made = this.behavior.init.call(this.behavior.definition, context, this.args)
      if (made instanceof Promise) {
        this.follow(made, 'init', undefined)
        this.activity = PARKED
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
    let limit = most
    if (this.activity !== QUEUED) return this.interrupt()
    if (this.signals !== undefined) this.takeSignals()
    if (this.life !== RUNNING || this.activity !== QUEUED) {
      this.rest()
      return 1
    }
    if (this.kernel.events.messages) {
      this.reportReceived()
      limit = 1
    }
    const { behavior, context } = this
    const { receive, definition } = behavior
    const before = this.head
    const end = this.tail - before > limit ? before + limit : this.tail
    let message: unknown
    try {
      while (this.head !== end) {
        const at = this.head & this.mask
        message = this.ring[at]
        this.ring[at] = undefined
        this.head++
        const next = receive.call(definition, this.state, message, context)
        if (next !== undefined) {
          if (next instanceof Promise) {
            const handled = this.head - before
            this.handleLater(next, 'receive', message)
            return handled
          }
          this.state = next
        }
        if (this.signals !== undefined) break
      }
    } catch (thrown) {
      this.crash(thrown, message, 'receive')
    }
    const handled = this.head - before
    if (this.relations?.waiters !== undefined) releaseWaiters(this)
    this.rest()
    return handled + 1
  }

  runChannel(offset: number): void {
    if (this.signals === undefined && this.activity === QUEUED && this.queued > offset) {
      this.bringForward(offset)
    }
    this.run(1)
  }

  kill(reason: ExitReason = 'killed'): void {
    if (!this.alive) return
    const starting = this.life === STARTING
    this.abandon(starting ? 'init' : 'receive')
    this.killChildren(reason)
    this.finish(reason, !starting)
    if (starting) this.startEnded({ kind: 'failed', reason })
  }

  child(name: string): Cell | undefined {
    return this.relations?.children?.get(name)?.cell
  }

  /** @internal The context still speaks for the running incarnation. */
  speaks(context: object): boolean {
    return this.context === context
  }

  /** @internal */
  get trapsExits(): boolean {
    return this.relations?.trapExit ?? this.behavior.trapExit
  }

  protected obey(reason: ExitReason): void {
    this.terminate(reason)
  }

  /** A start has been made: its last steps, the same for a synchronous and an asynchronous `init`. */
  private initialized(made: unknown): Outcome {
    if (made === ignore) {
      this.killChildren('shutdown')
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

  private refused(thrown: unknown): Outcome {
    const reason = thrown instanceof StopRequest ? thrown.reason : toError(thrown)
    this.killChildren(reason)
    this.finish(reason, false)
    if (this.kernel.events.active) {
      const { path, incarnation } = this
      this.kernel.events.emit('start-failed', { atMs: this.nowMs(), path, incarnation, reason })
    }
    return { kind: 'failed', reason }
  }

  /** Tells the parent about a start it could not wait for. */
  private startEnded(outcome: Outcome): void {
    this.superior.childStarted(this, outcome)
  }

  /** An asynchronous callback: messages wait until it settles. */
  private handleLater(promise: Promise<unknown>, phase: Phase, message: unknown): void {
    this.follow(promise, phase, message)
    this.park()
  }

  private follow(promise: Promise<unknown>, phase: Phase, message: unknown): void {
    const { context } = this
    const watch = this.behavior.deadlineMs > 0 ? this.watch(phase, message) : undefined
    promise.then(
      (value) => {
        if (this.context === context && this.inTime(watch)) this.settled(phase, value)
      },
      (thrown) => {
        if (this.context === context && this.inTime(watch)) this.failed(phase, thrown, message)
      },
    )
  }

  private watch(phase: Phase, message: unknown): Watch {
    const watch = new Watch(() => this.hung(phase, message))
    this.detector = watch
    this.kernel.deadlines.add(watch, this.behavior.deadlineMs)
    return watch
  }

  private inTime(watch: Watch | undefined): boolean {
    if (watch === undefined) return true
    this.detector = undefined
    return watch.settle()
  }

  private settled(phase: Phase, value: unknown): void {
    if (phase === 'init') {
      const outcome = this.initialized(value)
      this.unpark()
      this.startEnded(outcome)
      return
    }
    if (value !== undefined) this.state = value
    if (this.relations?.waiters !== undefined) releaseWaiters(this)
    this.unpark()
  }

  private failed(phase: Phase, thrown: unknown, message: unknown): void {
    if (phase === 'init') {
      this.startEnded(this.refused(thrown))
      return
    }
    const asked = this.askedToStop()
    this.unpark()
    if (asked !== undefined && this.context?.causedBy(thrown) === true) this.terminate(asked)
    else this.crash(thrown, message, phase)
  }

  private hung(phase: Phase, message: unknown): void {
    const { path, incarnation } = this
    const { deadlineMs } = this.behavior
    if (this.kernel.events.active) {
      this.kernel.events.emit('hung', { atMs: this.nowMs(), path, incarnation, deadlineMs, phase })
    }
    const error = new ActorError(
      'hung',
      `${path}#${incarnation}: ${phase} did not settle within its deadline of ${deadlineMs} ms and was abandoned; ` +
        'find what it waits for, or raise the deadline',
      { path, incarnation, phase, deadlineMs },
    )
    this.abandon(phase)
    if (phase === 'init') this.startEnded(this.refused(error))
    else {
      this.unpark()
      this.crash(error, message, phase)
    }
  }

  /** Fences off a handler that still runs. */
  private abandon(phase: Phase): void {
    if (this.detector !== undefined) {
      this.detector.release()
      this.detector = undefined
    }
    if (this.activity !== QUEUED && this.kernel.events.active) {
      const { path, incarnation } = this
      this.kernel.events.emit('abandoned', { atMs: this.nowMs(), path, incarnation, phase })
    }
    this.context = new Context<never>(this, this.incarnation, this.context)
  }

  /** Handles what is in the system lane, until it is empty or something takes longer. */
  private takeSignals(): void {
    while (this.life === RUNNING && this.activity === QUEUED) {
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
    } else if (signal.reason !== 'normal') this.terminate(signal.reason)
  }

  private takeChildEnded(child: Cell, incarnation: number, reason: ExitReason): void {
    const { children } = this.own()
    if (children?.get(child.name)?.cell !== child || child.incarnation !== incarnation || child.alive) return
    children.delete(child.name)
    child.retire()
    this.takeExit({ type: 'exit', from: child, reason, link: true })
  }

  private handleSignal(callback: Callback, signal: Signal): void {
    try {
      const next = callback.call(this.behavior.definition, this.state, signal, this.context)
      if (next instanceof Promise) this.handleLater(next, 'signal', undefined)
      else if (next !== undefined) this.state = next
    } catch (thrown) {
      this.crash(thrown, undefined, 'signal')
    }
  }

  /** A signal for an actor in the middle of an asynchronous handler: some act at once, the others wait. */
  private interrupt(): number {
    this.activity = PARKED
    const kept: LaneSignal[] = []
    for (let signal = this.nextSignal(); signal !== undefined; signal = this.nextSignal()) {
      if (signal.type === 'shutdown') this.context?.abort(signal.reason)
      if (signal.type === 'exit' && this.endsAtOnce(signal)) {
        if (signal.reason === 'kill' && !signal.link) this.kill()
        else {
          this.abandon('receive')
          this.unpark()
          this.terminate(signal.reason)
        }
        break
      }
      kept.push(signal)
    }
    if (this.alive && kept.length > 0) this.putBack(kept)
    return 1
  }

  private endsAtOnce(signal: ExitSignal): boolean {
    if (signal.reason === 'kill' && !signal.link) return true
    return this.life === RUNNING && !this.trapsExits && signal.reason !== 'normal'
  }

  /** The reason of a shutdown that waits in the lane. */
  private askedToStop(): ExitReason | undefined {
    if (this.signals === undefined) return undefined
    for (const signal of this.signals) if (signal.type === 'shutdown') return signal.reason
    return undefined
  }

  /** A callback threw or rejected. */
  private crash(thrown: unknown, message: unknown, phase: Phase): void {
    if (thrown instanceof StopRequest) {
      this.terminate(thrown.reason)
      return
    }
    const error = toError(thrown)
    if (this.kernel.events.active) {
      const { path, incarnation } = this
      this.kernel.events.emit('crashed', { atMs: this.nowMs(), path, incarnation, error, message })
    }
    if (phase === 'receive') this.disposeOf(message, error)
    this.terminate(error)
  }

  /** The message that crashed its actor: once more, or to the dead letters. */
  private disposeOf(message: unknown, error: Error): void {
    if (this.mailbox.redeliver > 0) {
      const ties = this.own()
      const { redelivery } = ties
      const attempts = redelivery !== undefined && redelivery.message === message ? redelivery.attempts + 1 : 1
      if (attempts <= this.mailbox.redeliver) {
        ties.redelivery = { message, attempts }
        this.unshift(message, undefined)
        return
      }
      ties.redelivery = undefined
    }
    this.bury(message, 'crashed', error)
  }

  /** An orderly end: children first, then the stop hook, then everybody is told. */
  private terminate(reason: ExitReason): void {
    this.move(STOP)
    this.context?.abort(reason)
    if (this.relations?.children === undefined && this.behavior.stop === undefined) this.finish(reason, true)
    else this.perform(this.stopping(reason))
  }

  private *stopping(reason: ExitReason): Generator<void, void, unknown> {
    const { children } = this.own()
    if (children !== undefined) {
      for (const { cell, shutdownMs } of [...children.values()].reverse()) {
        if (cell.alive) yield* stopChild(this, cell, shutdownMs)
        cell.retire()
      }
    }
    const { stop, definition } = this.behavior
    let last = reason
    if (stop !== undefined) {
      try {
        const stopped = stop.call(definition, this.state, reason, this.context)
        if (stopped instanceof Promise) {
          this.followStop(stopped)
          const thrown = yield
          if (thrown !== undefined) throw (thrown as { readonly thrown: unknown }).thrown
        }
      } catch (thrown) {
        last = thrown instanceof StopRequest ? thrown.reason : toError(thrown)
      }
    }
    this.finish(last, true)
  }

  private followStop(promise: Promise<unknown>): void {
    const { context } = this
    const watch = this.behavior.deadlineMs > 0 ? this.watch('stop', undefined) : undefined
    const goOn = (outcome: { readonly thrown: unknown } | undefined): void => {
      if (this.context === context && this.inTime(watch)) this.resume(outcome)
    }
    promise.then(
      () => goOn(undefined),
      (thrown) => goOn({ thrown }),
    )
  }

  private finish(reason: ExitReason, report: boolean): void {
    this.detector?.release()
    this.detector = undefined
    this.context = undefined
    this.state = undefined
    this.end(reason, report)
  }

  private killChildren(reason: ExitReason): void {
    const ties = this.relations
    const children = ties?.children
    if (ties === undefined || children === undefined) return
    ties.procedure = undefined
    for (const { cell } of [...children.values()].reverse()) {
      ties.awaiting = cell
      cell.kill(isCleanExit(reason) ? 'killed' : reason)
      cell.retire()
    }
    ties.children = undefined
  }

  private reportReceived(): void {
    if (this.queued === 0) return
    const sender = this.senderAt(0)
    const { path, incarnation } = this
    this.kernel.events.emit('received', {
      atMs: this.nowMs(),
      path,
      incarnation,
      message: this.ring[this.head & this.mask],
      sender: sender instanceof Cell ? sender.path : undefined,
    })
  }
}
