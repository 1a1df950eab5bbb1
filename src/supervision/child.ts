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

/** What backoff remembers of one child. */
export class Patience {
  /** Failures in a row, and the last wait. */
  history: BackoffHistory = noFailures
  /** When the child was last started, in ms. */
  startedMs = 0
  /** The wait under way, shared by all children that wait for the same restart. */
  timer: Timer | undefined = undefined
}

/** What a supervisor knows of one child. */
export class Child {
  /** Number of a state of `child.machine`. */
  private state = STOPPED
  private kept: Patience | undefined = undefined

  constructor(
    readonly spec: CheckedChild,
    readonly cell: Cell,
  ) {}

  /** Made on first use: most children have no backoff, or never fail. */
  get patience(): Patience {
    this.kept ??= new Patience()
    return this.kept
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
