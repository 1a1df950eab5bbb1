import type { Cell } from '../actor/cell.js'
import { compile } from '../machine/compile.js'
import type { Timer } from '../world/timers.js'
import { type BackoffHistory, noFailures } from './backoff.js'
import { childMachine } from './child.machine.js'
import type { CheckedChild } from './spec.js'

const machine = compile(childMachine)

export const STARTED = machine.event('STARTED')
export const ENDED = machine.event('ENDED')
export const FAILED = machine.event('FAILED')
export const DELAY = machine.event('DELAY')
export const CANCEL = machine.event('CANCEL')

const STOPPED = machine.state('stopped')
const RUNNING = machine.state('running')
const WAITING = machine.state('waiting')

/** A wait under way, for children that will be started together, in this order. */
export class Wait {
  /** Those that nobody stopped or took over meanwhile. */
  readonly children: Set<Child>

  constructor(
    children: Iterable<Child>,
    private readonly timer: Timer,
  ) {
    this.children = new Set(children)
  }

  /** One of them waits no longer; with the last one the wait is over. */
  leave(child: Child): void {
    if (this.children.delete(child) && this.children.size === 0) this.timer.cancel()
  }
}

/** What backoff remembers of one child. */
interface Patience {
  history: BackoffHistory
  startedMs: number
  wait: Wait | undefined
}

/** What a supervisor knows of one child. */
export class Child {
  /** Number of a state of `child.machine`. */
  private state = STOPPED
  /** Where it stands among its siblings; kept by `Siblings`. */
  index = -1
  /** Made on first use: most children have no backoff, or never fail. */
  private patience: Patience | undefined = undefined

  constructor(
    readonly spec: CheckedChild,
    readonly cell: Cell,
  ) {}

  /** Failures in a row, and the last wait. */
  get history(): BackoffHistory {
    return this.patience?.history ?? noFailures
  }

  set history(history: BackoffHistory) {
    this.patient.history = history
  }

  /** When it was last started, in ms; kept only where there is backoff. */
  get startedMs(): number {
    return this.patience?.startedMs ?? 0
  }

  set startedMs(startedMs: number) {
    this.patient.startedMs = startedMs
  }

  /** What it waits in; absent unless it is `waiting`. */
  get wait(): Wait | undefined {
    return this.patience?.wait
  }

  set wait(wait: Wait | undefined) {
    this.patient.wait = wait
  }

  private get patient(): Patience {
    this.patience ??= { history: noFailures, startedMs: 0, wait: undefined }
    return this.patience
  }

  get running(): boolean {
    return this.state === RUNNING
  }

  get stopped(): boolean {
    return this.state === STOPPED
  }

  get waiting(): boolean {
    return this.state === WAITING
  }

  /** Restarting in OTP's sense: an attempt or a wait lies ahead. */
  get restarting(): boolean {
    return machine.hasTag(this.state, 'restarting')
  }

  /** Steps the machine; what its state ignores leaves it as it is. */
  step(event: number): void {
    this.state = machine.step(this.state, event)
  }
}
