import { type Cell, depthMax } from '../actor/cell.js'
import type { ExitReason } from '../actor/exit.js'
import { type Outcome, pending } from '../actor/outcome.js'
import { Performer } from '../actor/performer.js'
import { CANCEL, Child, STARTED } from './child.js'
import { Siblings } from './siblings.js'
import type { CheckedChild, CheckedSupervisor } from './spec.js'

/** What a supervisor knows of its children, and the steps it is made of: make, start, forget. */
export abstract class Roster extends Performer {
  readonly children = new Siblings()
  /** The checked spec of this incarnation. */
  spec: CheckedSupervisor = nothing
  /** How many instances were named by number. */
  private instances = 0

  /** Instances of one template (OTP: simple_one_for_one). */
  get simple(): boolean {
    return this.spec.strategy === 'simple-one-for-one'
  }

  child(name: string): Cell | undefined {
    return this.childNamed(name)?.cell
  }

  override get instanceId(): string {
    return this.spec.children[0]?.id ?? ''
  }

  /** A child by its id, or an instance by what its path ends with. */
  childNamed(name: string): Child | undefined {
    const named = this.children.get(name)
    if (named !== undefined || !this.simple) return named
    const number = Number(name.slice(this.instanceId.length + 1))
    return name === `${this.instanceId}-${number}` ? this.children.get(number) : undefined
  }

  /** Supervisors take no messages: all that come are looked at, and refused. */
  override measureRoom(): void {
    this.room = -1
  }

  *below(): Iterable<Cell> {
    for (const { cell } of this.children) yield cell
  }

  /** The child that a cell stands for, if it is one of ours. */
  childOf(cell: Cell): Child | undefined {
    const { seat } = cell
    return seat instanceof Child && cell.parent === this ? seat : undefined
  }

  override retire(): void {
    super.retire()
    for (const child of this.children) child.cell.retire()
    this.children.clear()
  }

  /**
   * Makes a child and gives it its place, last in start order. Takes up the cell that stood there before this
   * supervisor was restarted, so that refs stay good.
   */
  createChild(spec: CheckedChild, name: string | number, args: unknown, before?: Child): Child {
    const place = { kernel: this.kernel, parent: this, name, mailbox: spec.mailbox, args }
    const child = new Child(spec, spec.start.createCell(place, before?.cell))
    child.cell.seat = child
    this.children.add(child)
    return child
  }

  /** A number for one more instance: never used twice, restarts of this supervisor included, nor taken by a name. */
  nextNumber(): number {
    do this.instances++
    while (this.named && this.children.get(`${this.instanceId}-${this.instances}`) !== undefined)
    return this.instances
  }

  /** Whether instances may have been given names by others. */
  named = false

  /** Starts a child that is not running; `pending` when its `init` takes time. */
  startChild(child: Child): Outcome {
    const { cell } = child
    const { scheduler } = this.kernel
    if (scheduler.depth === depthMax) return this.startDeep(cell)
    scheduler.depth++
    try {
      const outcome = cell.start()
      if (outcome === pending) this.own().awaiting = cell
      return outcome
    } finally {
      scheduler.depth--
    }
  }

  /** Far down in a tree that starts level by level, a child is started with a stack of its own. */
  private startDeep(cell: Cell): Outcome {
    const ties = this.own()
    ties.awaiting = cell
    this.kernel.world.turn.soon(() => {
      if (ties.awaiting !== cell || cell.alive) return
      const outcome = cell.start()
      if (outcome !== pending) this.childStarted(cell, outcome)
    })
    return pending
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
    const { cell } = child
    this.children.remove(child)
    cell.seat = undefined
    if (!cell.alive) cell.retire()
  }

  /** A child that waits for its restart will not get it. */
  cancelWait(child: Child): void {
    const { wait } = child
    if (wait !== undefined) {
      child.wait = undefined
      wait.leave(child)
    }
    child.step(CANCEL)
  }

  override close(): void {
    super.close()
    for (const child of this.children) child.cell.close()
  }

  /** No restart is due for those that are down. */
  closeStopped(): void {
    for (const child of this.children) if (child.stopped) child.cell.close()
  }

  /** This incarnation has ended, and another may follow: until that is known, only what survives a restart is kept. */
  protected suspendChildren(): void {
    for (const { cell } of this.children) {
      if (cell instanceof Roster) cell.suspendChildren()
      else if (!cell.mailbox.keepOnGroupRestart) cell.close()
    }
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
