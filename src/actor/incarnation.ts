import type { Behavior, Callback } from './behavior.js'
import { type Cell, PARKED, PARKED_QUEUED } from './cell.js'
import { stopChild } from './children.js'
import { Context } from './context.js'
import { ActorError } from './errors.js'
import { type ExitReason, isCleanExit, StopRequest, toError } from './exit.js'
import { STARTING, STOP, STOPPING } from './life.js'
import type { Outcome } from './outcome.js'
import { Performer } from './performer.js'
import type { Place } from './startable.js'
import { Watch } from './watch.js'

/** Which callback of a behaviour something is about. */
export type Phase = 'init' | 'receive' | 'signal' | 'stop'

/**
 * What one incarnation of an actor consists of, and every way in which it ends: a crash, a hang, an order, a kill.
 * How it starts and what it handles is in `ActorCell`.
 */
export abstract class Incarnation extends Performer {
  declare protected behavior: Behavior<never, never>
  protected args: unknown
  /** The user's state; meaningful while an incarnation runs. */
  declare protected state: unknown
  /** The current incarnation as its handlers see it; absent while there is none. Everything older is fenced off. */
  declare protected context: Context<never> | undefined

  constructor(behavior: Behavior<never, never>, place: Place) {
    super(place)
    this.behavior = behavior
    this.args = place.args
  }

  /** Another behaviour takes over this place; called between two incarnations only. */
  assume(behavior: Behavior<never, never>, place: Place): void {
    this.behavior = behavior
    this.args = place.args
    this.mailbox = place.mailbox
  }

  child(name: string): Cell | undefined {
    return this.relations?.children?.get(name)?.cell
  }

  *below(): Iterable<Cell> {
    for (const { cell } of this.relations?.children?.values() ?? []) yield cell
  }

  /** @internal The context still speaks for the running incarnation. */
  speaks(context: object): boolean {
    return this.context === context
  }

  /** @internal */
  get trapsExits(): boolean {
    return this.relations?.trapExit ?? this.behavior.trapExit
  }

  kill(reason: ExitReason = 'killed'): void {
    if (!this.alive) return
    const starting = this.life === STARTING
    this.abandon()
    this.finish(reason, !starting)
    if (starting) this.superior.childStarted(this, { kind: 'failed', reason })
  }

  /** A spawned child whose `init` took its time: when that failed, it has ended like any other child. */
  override childStarted(child: Cell, outcome: Outcome): void {
    if (outcome.kind === 'failed') this.childEnded(child, child.incarnation, outcome.reason)
    if (outcome.kind === 'ignored') this.childEnded(child, child.incarnation, 'normal')
  }

  protected obey(reason: ExitReason): void {
    this.terminate(reason)
  }

  /** `init` threw, rejected or hung. */
  protected refused(thrown: unknown): Outcome {
    const reason = thrown instanceof StopRequest ? thrown.reason : toError(thrown)
    this.finish(reason, false)
    if (this.kernel.events.active) {
      const { path, incarnation } = this
      this.kernel.events.emit('start-failed', { atMs: this.nowMs(), path, incarnation, reason })
    }
    return { kind: 'failed', reason }
  }

  /** A callback of a running actor threw, rejected or hung. */
  protected crash(thrown: unknown, message: unknown, phase: Phase): void {
    if (thrown instanceof StopRequest) {
      this.terminate(thrown.reason)
      return
    }
    const error = toError(thrown)
    if (this.kernel.events.active) {
      const { path, incarnation, life } = this
      this.kernel.events.emit('crashed', { atMs: this.nowMs(), path, incarnation, error, message })
      // A listener may have stopped the system, and with it an actor that no longer waits for its handler.
      if (this.incarnation !== incarnation || this.life !== life) return
    }
    if (phase === 'receive') this.disposeOf(message, error)
    this.terminate(error)
  }

  /** An orderly end: children first, then the stop hook, then everybody is told. */
  protected terminate(reason: ExitReason): void {
    this.move(STOP)
    this.context?.abort(reason)
    if (this.relations?.children === undefined && this.behavior.stop === undefined) this.finish(reason, true)
    else this.perform(this.stopping(reason))
  }

  /** The last step of every end. */
  protected finish(reason: ExitReason, report: boolean): void {
    this.context?.abort(reason)
    this.releaseDetector()
    if (this.relations?.children !== undefined) this.killChildren(reason)
    this.context = undefined
    this.state = undefined
    this.end(reason, report)
  }

  /** Sets the deadline of an asynchronous callback, if it has one. */
  protected watch(phase: Phase, message: unknown): Watch | undefined {
    const { deadlineMs } = this.behavior
    if (deadlineMs === 0) return undefined
    const watch = new Watch(() => this.hung(phase, message))
    this.own().detector = watch
    this.kernel.deadlines.add(watch, deadlineMs)
    return watch
  }

  /** A callback has settled; true when nobody has given it up. */
  protected inTime(watch: Watch | undefined): boolean {
    if (watch === undefined) return true
    this.own().detector = undefined
    return watch.settle()
  }

  /** Fences off a handler that still runs. */
  protected abandon(): void {
    const phase = this.handling
    if (phase === undefined) return
    this.releaseDetector()
    if (this.kernel.events.active) {
      const { path, incarnation } = this
      this.kernel.events.emit('abandoned', { atMs: this.nowMs(), path, incarnation, phase })
    }
    this.context = new Context<never>(this, this.incarnation, this.context)
  }

  private releaseDetector(): void {
    const ties = this.relations
    if (ties?.detector === undefined) return
    ties.detector.release()
    ties.detector = undefined
  }

  /** The asynchronous callback that is under way. */
  private get handling(): Phase | undefined {
    if (this.activity !== PARKED && this.activity !== PARKED_QUEUED) return undefined
    if (this.life === STARTING) return 'init'
    if (this.life === STOPPING) return this.relations?.awaiting === undefined ? 'stop' : undefined
    return this.relations?.signalling === true ? 'signal' : 'receive'
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
    this.abandon()
    if (phase === 'init') this.superior.childStarted(this, this.refused(error))
    else if (phase === 'stop') this.resume({ thrown: error })
    else {
      this.unpark()
      this.crash(error, message, phase)
    }
  }

  /** The message that crashed its actor: once more, or to the dead letters. */
  private disposeOf(message: unknown, error: Error): void {
    if (this.mailbox.redeliver > 0) {
      const ties = this.own()
      const { redelivery } = ties
      const attempts = redelivery !== undefined && redelivery.message === message ? redelivery.attempts + 1 : 1
      if (attempts <= this.mailbox.redeliver) {
        ties.redelivery = { message, attempts }
        this.unshift(message, ties.sender)
        return
      }
      ties.redelivery = undefined
    }
    this.bury(message, 'crashed', error)
  }

  /** A message that was put back for another try is forgotten once it has been handled. */
  protected forgetRedelivery(): void {
    const ties = this.own()
    if (!this.queuedMessages().has(ties.redelivery?.message)) ties.redelivery = undefined
  }

  private *stopping(reason: ExitReason): Generator<void, void, unknown> {
    const ties = this.own()
    if (ties.children !== undefined) {
      for (const { cell, shutdownMs } of [...ties.children.values()].reverse()) {
        if (cell.alive) yield* stopChild(this, cell, shutdownMs)
        cell.retire()
      }
      ties.children = undefined
    }
    let last = reason
    if (this.behavior.stop !== undefined) {
      try {
        const stopped = this.runStopHook(this.behavior.stop, reason)
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

  private runStopHook(stop: Callback, reason: ExitReason): unknown {
    const { scheduler } = this.kernel
    const caller = scheduler.current
    scheduler.current = this
    try {
      return stop(this.state, reason, this.context)
    } finally {
      scheduler.current = caller
    }
  }

  private followStop(promise: Promise<unknown>): void {
    const { context } = this
    const watch = this.watch('stop', undefined)
    const goOn = (outcome: { readonly thrown: unknown } | undefined): void => {
      if (this.context === context && this.inTime(watch)) this.resume(outcome)
    }
    promise.then(
      () => goOn(undefined),
      (thrown) => goOn({ thrown }),
    )
  }

  private killChildren(reason: ExitReason): void {
    const ties = this.own()
    ties.dropProcedure()
    const children = [...(ties.children?.values() ?? [])]
    ties.children = undefined
    for (const { cell } of children.reverse()) {
      ties.awaiting = cell
      cell.kill(isCleanExit(reason) ? 'killed' : reason)
      cell.retire()
    }
  }
}
