import { compile } from '../machine/compile.js'
import type { Expiring } from './deadlines.js'
import { detectorMachine } from './detector.machine.js'

const detector = compile(detectorMachine)
const WATCHING = detector.state('watching')
const HUNG = detector.state('hung')
const SETTLE = detector.event('SETTLE')
const EXPIRE = detector.event('EXPIRE')
const RELEASE = detector.event('RELEASE')

/** The detector of one asynchronous handler; its states are those of `detector.machine`. */
export class Watch implements Expiring {
  dueMs = 0
  private state = detector.initial

  constructor(private readonly onHung: () => void) {}

  get settled(): boolean {
    return this.state !== WATCHING
  }

  /** The handler has settled; true when it was in time. */
  settle(): boolean {
    const inTime = this.state === WATCHING
    this.state = detector.step(this.state, SETTLE)
    return inTime
  }

  /** The actor ended for another reason. */
  release(): void {
    this.state = detector.step(this.state, RELEASE)
  }

  expire(): void {
    this.state = detector.step(this.state, EXPIRE)
    if (this.state === HUNG) this.onHung()
  }
}
