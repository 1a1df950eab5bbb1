import type { ExitReason } from '../actor/exit.js'
import type { LaneSignal } from '../actor/lane.js'
import { type Outcome, pending } from '../actor/outcome.js'
import type { Procedure } from '../actor/procedure.js'
import { afterFailure } from './backoff.js'
import { CANCEL, type Child, DELAY, FAILED, type Patience } from './child.js'
import { Intensity } from './intensity.js'
import { reportBackoff, reportMaxIntensity, reportRestart } from './reports.js'
import { Roster } from './roster.js'
import { stopOne } from './shutdown.js'
import { restartPlan } from './strategy.js'

/**
 * The restarting half of a supervisor. What is to be restarted, whether, and when is decided in `strategy`,
 * `intensity` and `backoff`, which are pure; here it is done.
 */
export abstract class Restarter extends Roster {
  protected intensity = new Intensity(0, 1)

  /** Ends this supervisor with its children. */
  protected abstract terminate(reason: ExitReason): void

  /** A child has failed: it is started again, with those that its strategy ties to it, or the supervisor gives up. */
  protected restart(child: Child, reason: ExitReason): void {
    const nowMs = this.nowMs()
    const allowed = this.intensity.allows(nowMs)
    if (!allowed) {
      this.giveUp(child)
      return
    }
    const delayMs = this.delayAfterFailure(child, nowMs)
    if (this.kernel.events.active) reportRestart(this, child, reason, this.intensity, delayMs)
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
    const { patience } = child
    patience.history = afterFailure(backoff, patience.history, nowMs - patience.startedMs, chance)
    return patience.history.delayMs
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
      else if (!child.cell.mailbox.keepOnGroupRestart) child.cell.clearMailbox()
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
    const delayMs = child.spec.backoff === undefined ? 0 : this.delayAfterFailure(child, child.patience.startedMs)
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
      child.patience.timer = timer
    }
    if (this.kernel.events.active) reportBackoff(this, failed, delayMs)
  }

  private startWaiting(group: readonly Child[], failed: Child, timer: Patience['timer']): Procedure | undefined {
    const waiting = group.filter((child) => child.waiting && child.patience.timer === timer)
    for (const child of waiting) child.patience.timer = undefined
    if (waiting.length === 1 && waiting[0] === failed) return this.restartAlone(failed)
    return this.startGroup(waiting)
  }

  private giveUp(child: Child): void {
    child.step(CANCEL)
    if (this.kernel.events.active) reportMaxIntensity(this, child)
    this.terminate('shutdown')
  }

  /** Goes on with what takes longer. */
  protected begun(procedure: Procedure | undefined): void {
    if (procedure !== undefined) this.perform(procedure)
  }
}
