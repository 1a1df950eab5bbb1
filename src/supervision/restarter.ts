import type { ExitReason } from '../actor/exit.js'
import type { LaneSignal } from '../actor/lane.js'
import { type Outcome, pending } from '../actor/outcome.js'
import type { Procedure } from '../actor/procedure.js'
import { afterFailure } from './backoff.js'
import { CANCEL, type Child, DELAY, FAILED, Wait } from './child.js'
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
    const delayMs = this.delayAfterFailure(child, nowMs - child.startedMs)
    if (this.kernel.events.active) reportRestart(this, child, reason, this.intensity, delayMs)
    if (!child.cell.mailbox.keepOnCrash) child.cell.clearMailbox()
    const { strategy } = this.spec
    if (strategy === 'one-for-one' || strategy === 'simple-one-for-one') {
      if (delayMs > 0) this.waitFor([child], child, delayMs)
      else this.begun(this.restartAlone(child))
    } else this.perform(this.restartGroup(child, delayMs))
  }

  private delayAfterFailure(child: Child, upMs: number): number {
    const { backoff } = child.spec
    if (backoff === undefined) return 0
    const chance = this.kernel.world.random.stream(`${child.cell.path}#${child.cell.incarnation}.backoff`).next()
    child.history = afterFailure(backoff, child.history, upMs, chance)
    return child.history.delayMs
  }

  /** The way of nearly every restart: no procedure where `init` is synchronous. */
  private restartAlone(child: Child): Procedure | undefined {
    const outcome = this.startChild(child)
    if (outcome === pending) return this.restartLater(child)
    return this.restarted(child, outcome)
  }

  private *restartLater(child: Child): Procedure {
    const next = this.restarted(child, (yield) as Outcome)
    if (next !== undefined) yield* next
  }

  /** How the restart of one child went: what is to be done at once where it failed. */
  private restarted(child: Child, outcome: Outcome): Procedure | undefined {
    if (outcome.kind === 'failed') return this.retryLater(child, outcome.reason)
    if (outcome.kind === 'started') this.up(child)
    else {
      child.step(CANCEL)
      if (this.simple) this.remove(child)
      else child.cell.close()
    }
    return undefined
  }

  private *restartGroup(failed: Child, delayMs: number): Procedure {
    const group = yield* this.stopGroup(failed)
    if (delayMs > 0) this.waitFor(group, failed, delayMs)
    else yield* this.startGroup(group)
  }

  private *waitInGroup(failed: Child, delayMs: number): Procedure {
    this.waitFor(yield* this.stopGroup(failed), failed, delayMs)
  }

  /** Stops those that are restarted with a failed child, and answers with those to be started. */
  private *stopGroup(failed: Child): Generator<void, Child[], unknown> {
    const plan = restartPlan(this.spec.strategy, [...this.children], failed)
    for (const child of plan.stop) {
      this.cancelWait(child)
      if (child.running) yield* stopOne(this, child)
      if (child.spec.restart === 'temporary') this.remove(child)
      else if (!child.cell.mailbox.keepOnGroupRestart) child.cell.clearMailbox()
    }
    return plan.start.filter((child) => child === failed || child.spec.restart !== 'temporary')
  }

  private *startGroup(group: readonly Child[]): Procedure {
    for (const child of group) {
      let outcome = this.startChild(child)
      if (outcome === pending) outcome = (yield) as Outcome
      const next = this.restarted(child, outcome)
      if (outcome.kind !== 'failed') continue
      if (next !== undefined) yield* next
      return
    }
  }

  /**
   * A restart failed. Without backoff the next attempt comes after everything that is in the lane, and counts again, as
   * in OTP. With backoff it comes after a wait and does not count: what has to be waited for anyway must not use up the
   * budget that is there for crashes.
   */
  private retryLater(child: Child, reason: ExitReason): Procedure | undefined {
    child.step(FAILED)
    if (child.spec.backoff === undefined) {
      this.signal(this.retry(child, reason))
      return undefined
    }
    // The restart that has just failed was the immediate one, also where it was a sibling that had crashed.
    if (child.history.failures === 0) this.delayAfterFailure(child, 0)
    const delayMs = this.delayAfterFailure(child, 0)
    const { strategy } = this.spec
    if (strategy !== 'one-for-one' && strategy !== 'simple-one-for-one') return this.waitInGroup(child, delayMs)
    this.waitFor([child], child, delayMs)
    return undefined
  }

  private retry(child: Child, reason: ExitReason): LaneSignal {
    return {
      type: 'request',
      run: () => {
        if (child.restarting && !child.waiting && this.children.has(child)) {
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
      this.signal({ type: 'request', run: () => this.startWaiting(wait, failed), refuse: () => undefined })
    })
    const wait = new Wait(group, timer)
    for (const child of group) {
      child.step(DELAY)
      child.wait = wait
    }
    if (this.kernel.events.active) reportBackoff(this, failed, delayMs)
  }

  private startWaiting(wait: Wait, failed: Child): Procedure | undefined {
    const group = [...wait.children]
    // Until its turn comes, or where the start of another fails first, a child is down like after any group restart.
    for (const child of group) this.cancelWait(child)
    if (group.length === 1 && group[0] === failed) return this.restartAlone(failed)
    return this.startGroup(group)
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
