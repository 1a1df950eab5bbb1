import { BUSY, type Cell, QUEUED } from '../actor/cell.js'
import { type ExitReason, ignore, isCleanExit, toError } from '../actor/exit.js'
import type { LaneSignal } from '../actor/lane.js'
import { READY, RUNNING, STOP } from '../actor/life.js'
import { ignored, type Outcome, pending, started } from '../actor/outcome.js'
import type { Procedure } from '../actor/procedure.js'
import type { Place } from '../actor/startable.js'
import { type Child, ENDED } from './child.js'
import { ChildStartError } from './errors.js'
import { Intensity } from './intensity.js'
import { reportAutoShutdown, reportChildError } from './reports.js'
import { Restarter } from './restarter.js'
import { stopAll } from './shutdown.js'
import type { Supervisor, SupervisorContext } from './supervisor.js'

/**
 * A cell that keeps children running: OTP's `supervisor`, event for event.
 *
 * It reads its lane one signal at a time: ends of children, requests, retries, exits. What it does about one is a
 * procedure; while that waits for a child to start or stop, nothing else is read.
 */
export class SupervisorCell extends Restarter {
  private declaration: Supervisor
  private args: unknown
  private info: unknown = undefined
  private booted: Outcome = pending
  /** True until `start` returns: a boot that ends later has to call the parent. */
  private withinStart = false
  /** Instances that are being stopped together. */
  private together: Set<Cell> | undefined = undefined

  constructor(declaration: Supervisor, place: Place) {
    super(place)
    this.declaration = declaration
    this.args = place.args
  }

  /** Another declaration takes over this place. */
  assume(declaration: Supervisor, place: Place): void {
    this.declaration = declaration
    this.args = place.args
    this.mailbox = place.mailbox
  }

  start(): Outcome {
    this.begin()
    this.booted = pending
    this.info = undefined
    try {
      const spec = this.declaration.specFor(this.initContext())
      if (spec === ignore) {
        this.end('normal', false)
        if (this.kernel.events.active) this.kernel.events.emit('ignored', { atMs: this.nowMs(), path: this.path })
        return ignored
      }
      this.spec = spec
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

  kill(reason: ExitReason = 'killed'): void {
    if (!this.alive) return
    const ties = this.own()
    ties.dropProcedure()
    this.together = undefined
    for (const child of [...this.children].reverse()) {
      this.cancelWait(child)
      if (child.running || child.cell.alive) {
        ties.awaiting = child.cell
        child.cell.kill()
        child.step(ENDED)
      }
    }
    const starting = this.life !== RUNNING && this.booted === pending
    this.end(reason, !starting)
    this.suspendChildren()
    if (starting) this.superior.childStarted(this, { kind: 'failed', reason })
  }

  override sendSlowly(message: unknown): boolean {
    this.bury(message, this.closed ? 'stopped' : 'not-understood')
    return false
  }

  override childEnded(cell: Cell, incarnation: number, reason: ExitReason): void {
    const { together } = this
    if (together?.delete(cell)) {
      this.childOf(cell)?.step(ENDED)
      const ties = this.own()
      if (together.size === 0 && !ties.stepping) this.resumeWithin(ties, undefined)
    } else super.childEnded(cell, incarnation, reason)
  }

  protected obey(reason: ExitReason): void {
    this.terminate(reason)
  }

  private initContext(): SupervisorContext {
    return {
      path: this.path,
      incarnation: this.incarnation,
      world: this.kernel.world,
      args: this.args,
      startInfo: (info) => {
        this.info = info
      },
    }
  }

  /** Children of this incarnation: what was added is gone, what was deleted is back; refs of the declared ones stay. */
  private prepareChildren(): Child[] {
    const before = new Map([...this.children].map((child) => [child.cell.name, child]))
    this.children.clear()
    if (!this.simple) {
      for (const spec of this.spec.children) {
        const child = this.createChild(spec, spec.id, spec.args, before.get(spec.id))
        if (!spec.mailbox.keepOnGroupRestart) child.cell.clearMailbox()
        if (before.get(spec.id)?.cell === child.cell) before.delete(spec.id)
      }
    }
    for (const child of before.values()) child.cell.retire()
    return [...this.children]
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
      else child.cell.close()
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
    this.suspendChildren()
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
    const child = this.childOf(cell)
    if (child === undefined || !child.running || cell.incarnation !== incarnation || cell.alive) return
    child.step(ENDED)
    const { restart } = child.spec
    const clean = isCleanExit(reason)
    if ((restart === 'permanent' || !clean) && this.kernel.events.active) reportChildError(this, child, reason)
    if (restart === 'permanent' || (restart === 'transient' && !clean)) {
      this.restart(child, reason)
      return
    }
    if (restart === 'temporary' || this.simple) this.remove(child)
    else cell.close()
    this.shutDownAfter(child)
  }

  /** Automatic shutdown (OTP 24): a significant child ended by itself and stays down. */
  private shutDownAfter(child: Child): void {
    const { autoShutdown } = this.spec
    if (!child.spec.significant || autoShutdown === 'never') return
    if (autoShutdown === 'all-significant') {
      for (const other of this.children) {
        if (other !== child && other.spec.significant && !other.stopped) return
      }
    }
    if (this.kernel.events.active) reportAutoShutdown(this, child)
    this.terminate('shutdown')
  }

  protected terminate(reason: ExitReason): void {
    this.move(STOP)
    this.perform(this.stopping(reason))
  }

  private *stopping(reason: ExitReason): Procedure {
    yield* stopAll(this)
    this.end(reason, true)
    this.suspendChildren()
  }

  /** Stops live instances at the same time; the procedure of `shutdown` waits for the last one. */
  startTogether(cells: Set<Cell>): void {
    this.together = cells
  }
}
