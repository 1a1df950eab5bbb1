import { BUSY, type Cell, QUEUED } from '../actor/cell.js'
import { type ExitReason, ignore, isCleanExit, toError } from '../actor/exit.js'
import type { LaneSignal } from '../actor/lane.js'
import { READY, RUNNING, STOP } from '../actor/life.js'
import { ignored, type Outcome, pending, started } from '../actor/outcome.js'
import { Performer } from '../actor/performer.js'
import type { Procedure } from '../actor/procedure.js'
import type { Place } from '../actor/startable.js'
import { afterFailure } from './backoff.js'
import { CANCEL, Child, DELAY, ENDED, FAILED, STARTED } from './child.js'
import { ChildStartError } from './errors.js'
import { Intensity } from './intensity.js'
import { stopAll, stopOne } from './shutdown.js'
import { type CheckedChild, type CheckedSupervisor, checkSupervisor, type SupervisorSpec } from './spec.js'
import { restartPlan } from './strategy.js'
import type { SupervisorInit } from './supervisor.js'

/**
 * A cell that keeps children running: OTP's `supervisor`, event for event.
 *
 * It reads its lane one signal at a time: ends of children, requests, retries, exits. What it does about one is a
 * procedure; while that waits for a child to start or stop, nothing else is read. What to do is decided in
 * `strategy`, `intensity` and `backoff`; this file does it.
 */
export class SupervisorCell extends Performer {
  /** By id, in start order. */
  readonly children = new Map<string, Child>()
  /** The checked spec of this incarnation. */
  spec: CheckedSupervisor = nothing
  private readonly declaration: SupervisorSpec | SupervisorInit
  private readonly args: unknown
  private intensity = new Intensity(0, 1)
  private info: unknown = undefined
  /** How many instances were named by number. */
  private instances = 0
  private booted: Outcome = pending
  /** True until `start` returns: a boot that ends later has to call the parent. */
  private withinStart = false
  /** Instances that are being stopped together. */
  private together: Set<Cell> | undefined = undefined

  constructor(declaration: SupervisorSpec | SupervisorInit, place: Place) {
    super(place)
    this.declaration = declaration
    this.args = place.args
  }

  /** A name for one more instance; numbers are never used twice, restarts of this supervisor included. */
  nextName(id: string): string {
    let name: string
    do {
      this.instances++
      name = `${id}-${this.instances}`
    } while (this.children.has(name))
    return name
  }

  /** Instances of one template (OTP: simple_one_for_one). */
  get simple(): boolean {
    return this.spec.strategy === 'simple-one-for-one'
  }

  start(): Outcome {
    this.begin()
    this.booted = pending
    try {
      const spec = this.declare()
      if (spec === ignore) {
        this.end('normal', false)
        if (this.kernel.events.active) this.kernel.events.emit('ignored', { atMs: this.nowMs(), path: this.path })
        return ignored
      }
      this.spec = checkSupervisor(spec, this.path)
    } catch (thrown) {
      return this.bootFailed(toError(thrown))
    }
    this.intensity = new Intensity(this.spec.restartsMax, this.spec.periodMs)
    this.withinStart = true
    this.perform(this.boot(this.prepareChildren()))
    this.withinStart = false
    return this.booted
  }

  run(limit: number): number {
    if (this.activity !== QUEUED) return this.interrupt()
    this.activity = BUSY
    let handled = 0
    while (handled < limit && this.life === RUNNING && this.activity === BUSY) {
      const signal = this.nextSignal()
      if (signal === undefined) break
      handled++
      this.serve(signal)
    }
    if (this.activity === BUSY) this.rest()
    return handled + 1
  }

  runChannel(): void {
    this.run(1)
  }

  child(name: string): Cell | undefined {
    return this.children.get(name)?.cell
  }

  kill(reason: ExitReason = 'killed'): void {
    if (!this.alive) return
    const ties = this.own()
    ties.dropProcedure()
    this.together = undefined
    for (const child of [...this.children.values()].reverse()) {
      this.cancelWait(child)
      if (child.running || child.cell.alive) {
        ties.awaiting = child.cell
        child.cell.kill()
        child.step(ENDED)
      }
    }
    const starting = this.life !== RUNNING && this.booted === pending
    this.end(reason, !starting)
    this.closeChildren()
    if (starting) this.superior.childStarted(this, { kind: 'failed', reason })
  }

  override sendSlowly(message: unknown): boolean {
    this.bury(message, this.closed ? 'stopped' : 'not-understood')
    return false
  }

  override childEnded(cell: Cell, incarnation: number, reason: ExitReason): void {
    const { together } = this
    if (together?.delete(cell)) {
      this.children.get(cell.name)?.step(ENDED)
      if (together.size === 0 && !this.own().stepping) this.resume(undefined)
    } else super.childEnded(cell, incarnation, reason)
  }

  override retire(): void {
    super.retire()
    for (const child of this.children.values()) child.cell.retire()
    this.children.clear()
  }

  /** Starts a child that is not running; `pending` when its `init` takes time. */
  startChild(child: Child): Outcome {
    const outcome = child.cell.start()
    if (outcome === pending) this.own().awaiting = child.cell
    return outcome
  }

  /** Makes the cell of a new child, or takes up the one that stood there before this supervisor was restarted. */
  createChild(spec: CheckedChild, name: string, args: unknown, before?: Child): Child {
    const reused = before?.spec.start === spec.start && before.spec.mailbox === spec.mailbox ? before.cell : undefined
    const { kernel } = this
    const cell = reused ?? spec.start.createCell({ kernel, parent: this, name, mailbox: spec.mailbox, args })
    return new Child(spec, cell)
  }

  /** The reason of an end whose news are still in the lane; they will be ignored there. */
  swallowEnd(cell: Cell): ExitReason {
    for (const signal of this.signals ?? []) {
      if (signal.type === 'child-ended' && signal.child === cell && signal.incarnation === cell.incarnation) {
        return signal.reason
      }
    }
    return 'noproc'
  }

  /** Notes that a child is up. */
  up(child: Child): void {
    child.step(STARTED)
    if (child.spec.backoff !== undefined) child.startedMs = this.nowMs()
  }

  /** Drops a child and everything that is known of it. */
  remove(child: Child): void {
    this.cancelWait(child)
    this.children.delete(child.cell.name)
    if (!child.cell.alive) child.cell.retire()
  }

  /** A child that waits for its restart will not get it. */
  cancelWait(child: Child): void {
    if (child.timer !== undefined) {
      const { timer } = child
      child.timer = undefined
      if (![...this.children.values()].some((other) => other.timer === timer)) timer.cancel()
    }
    child.step(CANCEL)
  }

  protected obey(reason: ExitReason): void {
    this.terminate(reason)
  }

  private declare(): SupervisorSpec | typeof ignore {
    const { declaration } = this
    if (typeof declaration !== 'function') return declaration
    return declaration({
      path: this.path,
      incarnation: this.incarnation,
      world: this.kernel.world,
      args: this.args,
      startInfo: (info) => {
        this.info = info
      },
    })
  }

  /** Children of this incarnation: what was added is gone, what was deleted is back; refs of the declared ones stay. */
  private prepareChildren(): Child[] {
    const before = new Map(this.children)
    this.children.clear()
    if (!this.simple) {
      for (const spec of this.spec.children) {
        const child = this.createChild(spec, spec.id, spec.args, before.get(spec.id))
        if (before.get(spec.id)?.cell === child.cell) before.delete(spec.id)
        this.children.set(spec.id, child)
      }
    }
    for (const child of before.values()) child.cell.retire()
    return [...this.children.values()]
  }

  private *boot(children: readonly Child[]): Procedure {
    for (const child of children) {
      let outcome = this.startChild(child)
      if (outcome === pending) outcome = (yield) as Outcome
      if (outcome.kind === 'failed') {
        const reason = { shutdown: new ChildStartError(this.path, child.spec.id, outcome.reason) }
        yield* stopAll(this)
        this.bootEnded(this.bootFailed(reason))
        return
      }
      if (outcome.kind === 'started') this.up(child)
      else if (child.spec.restart === 'temporary') this.remove(child)
    }
    this.move(READY)
    if (this.kernel.events.active) {
      this.kernel.events.emit('started', { atMs: this.nowMs(), path: this.path, incarnation: this.incarnation })
    }
    const { info } = this
    this.info = undefined
    if (this.signals !== undefined) this.wake()
    this.bootEnded(info === undefined ? started : { kind: 'started', info })
  }

  private bootFailed(reason: ExitReason): Outcome {
    this.end(reason, false)
    this.closeChildren()
    if (this.kernel.events.active) {
      const { path, incarnation } = this
      this.kernel.events.emit('start-failed', { atMs: this.nowMs(), path, incarnation, reason })
    }
    return { kind: 'failed', reason }
  }

  /** Answers `start`, or the parent when `start` has long returned. */
  private bootEnded(outcome: Outcome): void {
    this.booted = outcome
    if (!this.withinStart) this.superior.childStarted(this, outcome)
  }

  private serve(signal: LaneSignal): void {
    switch (signal.type) {
      case 'child-ended':
        this.takeEnd(signal.child, signal.incarnation, signal.reason)
        return
      case 'request':
        this.begun(signal.run())
        return
      case 'shutdown':
        this.terminate(signal.reason)
        return
      case 'exit':
        if (signal.reason === 'kill' && !signal.link) this.kill()
        return
      case 'down':
    }
  }

  private begun(procedure: Procedure | undefined): void {
    if (procedure !== undefined) this.perform(procedure)
  }

  /** Only a kill does not wait for the procedure that is under way. */
  protected urgent(signal: LaneSignal): boolean {
    return signal.type === 'exit' && signal.reason === 'kill' && !signal.link
  }

  /** An urgent signal while a procedure is under way. */
  private interrupt(): number {
    this.beginInterrupt()
    const kept: LaneSignal[] = []
    for (let signal = this.nextSignal(); signal !== undefined; signal = this.nextSignal()) {
      if (this.urgent(signal)) {
        this.putBack(kept)
        this.kill()
        return 1
      }
      kept.push(signal)
    }
    if (kept.length > 0) this.putBack(kept)
    return 1
  }

  /** OTP's table of restart types: what the end of a child leads to. */
  private takeEnd(cell: Cell, incarnation: number, reason: ExitReason): void {
    const child = this.children.get(cell.name)
    if (child?.cell !== cell || !child.running || cell.incarnation !== incarnation || cell.alive) return
    child.step(ENDED)
    const { restart } = child.spec
    const clean = isCleanExit(reason)
    if (restart === 'permanent' || !clean) this.reportChildError(child, reason)
    if (restart === 'permanent' || (restart === 'transient' && !clean)) {
      this.restart(child, reason)
      return
    }
    if (restart === 'temporary' || this.simple) this.remove(child)
    else cell.close()
    this.shutDownAfter(child)
  }

  private restart(child: Child, reason: ExitReason): void {
    const nowMs = this.nowMs()
    const allowed = this.intensity.allows(nowMs)
    if (!allowed) {
      this.giveUp(child)
      return
    }
    const delayMs = this.delayAfterFailure(child, nowMs)
    if (this.kernel.events.active) this.reportRestart(child, reason, delayMs)
    if (!child.cell.mailbox.keepOnCrash) child.cell.clearMailbox()
    const { strategy } = this.spec
    if (strategy === 'one-for-one' || strategy === 'simple-one-for-one') {
      if (delayMs > 0) this.waitFor([child], child, delayMs)
      else this.begun(this.restartAlone(child))
    } else this.perform(this.restartGroup(child, delayMs))
  }

  private delayAfterFailure(child: Child, nowMs: number): number {
    const { backoff } = child.spec
    if (backoff === undefined) return 0
    const chance = this.kernel.world.random.stream(`${child.cell.path}#${child.cell.incarnation}.backoff`).next()
    child.history = afterFailure(backoff, child.history, nowMs - child.startedMs, chance)
    return child.history.delayMs
  }

  /** The way of nearly every restart: no procedure where `init` is synchronous. */
  private restartAlone(child: Child): Procedure | undefined {
    const outcome = this.startChild(child)
    if (outcome === pending) return this.restartLater(child)
    this.restarted(child, outcome)
    return undefined
  }

  private *restartLater(child: Child): Procedure {
    this.restarted(child, (yield) as Outcome)
  }

  /** How the restart of one child went; true when the next one may follow. */
  private restarted(child: Child, outcome: Outcome): boolean {
    if (outcome.kind === 'failed') {
      this.retryLater(child, outcome.reason)
      return false
    }
    if (outcome.kind === 'started') this.up(child)
    else {
      child.step(CANCEL)
      if (this.simple) this.remove(child)
      else child.cell.close()
    }
    return true
  }

  private *restartGroup(failed: Child, delayMs: number): Procedure {
    const plan = restartPlan(this.spec.strategy, [...this.children.values()], failed)
    for (const child of plan.stop) {
      this.cancelWait(child)
      if (child.running) yield* stopOne(this, child)
      if (child.spec.restart === 'temporary') this.remove(child)
      else if (!child.cell.mailbox.keepOnGroupRestart) child.cell.close()
    }
    const group = plan.start.filter((child) => child === failed || child.spec.restart !== 'temporary')
    if (delayMs > 0) this.waitFor(group, failed, delayMs)
    else yield* this.startGroup(group)
  }

  private *startGroup(group: readonly Child[]): Procedure {
    for (const child of group) {
      let outcome = this.startChild(child)
      if (outcome === pending) outcome = (yield) as Outcome
      if (!this.restarted(child, outcome)) return
    }
  }

  /** A restart failed. Without backoff the next attempt comes after everything that is in the lane, and counts again. */
  private retryLater(child: Child, reason: ExitReason): void {
    child.step(FAILED)
    const delayMs = this.delayAfterFailure(child, child.startedMs)
    if (delayMs > 0) this.waitFor([child], child, delayMs)
    else this.signal(this.retry(child, reason))
  }

  private retry(child: Child, reason: ExitReason): LaneSignal {
    return {
      type: 'request',
      run: () => {
        if (child.restarting && !child.waiting && this.children.get(child.cell.name) === child) {
          this.restart(child, reason)
        }
        return undefined
      },
      refuse: () => undefined,
    }
  }

  /** Backoff: these children are started together after a while, those that nobody stopped or took over meanwhile. */
  private waitFor(group: readonly Child[], failed: Child, delayMs: number): void {
    const timer = this.kernel.world.timers.after(delayMs, () => {
      this.signal({ type: 'request', run: () => this.startWaiting(group, failed, timer), refuse: () => undefined })
    })
    for (const child of group) {
      child.step(DELAY)
      child.timer = timer
    }
    if (this.kernel.events.active) {
      this.kernel.events.emit('backoff', {
        atMs: this.nowMs(),
        supervisor: this.path,
        path: failed.cell.path,
        delayMs,
        failures: failed.history.failures,
      })
    }
  }

  private startWaiting(group: readonly Child[], failed: Child, timer: Child['timer']): Procedure | undefined {
    const waiting = group.filter((child) => child.waiting && child.timer === timer)
    for (const child of waiting) child.timer = undefined
    if (waiting.length === 1 && waiting[0] === failed) return this.restartAlone(failed)
    return this.startGroup(waiting)
  }

  private giveUp(child: Child): void {
    child.step(CANCEL)
    if (this.kernel.events.active) {
      this.kernel.events.emit('max-intensity', {
        atMs: this.nowMs(),
        path: this.path,
        restartsAllowed: this.spec.restartsMax,
        periodMs: this.spec.periodMs,
        child: child.cell.path,
      })
    }
    this.terminate('shutdown')
  }

  /** Automatic shutdown (OTP 24): a significant child ended by itself and stays down. */
  private shutDownAfter(child: Child): void {
    const { autoShutdown } = this.spec
    if (!child.spec.significant || autoShutdown === 'never') return
    if (autoShutdown === 'all-significant') {
      for (const other of this.children.values()) {
        if (other !== child && other.spec.significant && !other.stopped) return
      }
    }
    if (this.kernel.events.active) {
      this.kernel.events.emit('auto-shutdown', { atMs: this.nowMs(), path: this.path, child: child.cell.path })
    }
    this.terminate('shutdown')
  }

  private terminate(reason: ExitReason): void {
    this.move(STOP)
    this.perform(this.stopping(reason))
  }

  private *stopping(reason: ExitReason): Procedure {
    yield* stopAll(this)
    this.end(reason, true)
    this.closeChildren()
  }

  /** Stops live instances at the same time; the procedure of `shutdown` waits for the last one. */
  startTogether(cells: Set<Cell>): void {
    this.together = cells
  }

  private closeChildren(): void {
    for (const child of this.children.values()) child.cell.close()
  }

  private reportChildError(child: Child, reason: ExitReason): void {
    if (!this.kernel.events.active) return
    const { path, incarnation } = child.cell
    this.kernel.events.emit('child-error', { atMs: this.nowMs(), supervisor: this.path, path, incarnation, reason })
  }

  private reportRestart(child: Child, reason: ExitReason, delayMs: number): void {
    this.kernel.events.emit('restart', {
      atMs: this.nowMs(),
      supervisor: this.path,
      path: child.cell.path,
      strategy: this.spec.strategy,
      reason,
      restartsUsed: this.intensity.used,
      restartsAllowed: this.spec.restartsMax,
      periodMs: this.spec.periodMs,
      delayMs,
    })
  }
}

const nothing: CheckedSupervisor = {
  strategy: 'one-for-one',
  restartsMax: 0,
  periodMs: 1,
  autoShutdown: 'never',
  backoff: undefined,
  children: [],
}
