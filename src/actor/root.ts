import type { Cell } from './cell.js'
import type { ExitReason } from './exit.js'
import { type Outcome, pending } from './outcome.js'

/** Whoever started a cell and learns of its end. */
export interface Superior {
  childEnded(child: Cell, incarnation: number, reason: ExitReason): void
  childStarted(child: Cell, outcome: Outcome): void
}

/** Stands above the root of a system: starts it once, and learns of its end. */
export class RootParent implements Superior {
  readonly terminated: Promise<ExitReason>
  reason: ExitReason | undefined = undefined
  private resolveTerminated!: (reason: ExitReason) => void
  private resolveStarted: ((outcome: Outcome) => void) | undefined = undefined

  constructor(private readonly onEnd: (reason: ExitReason) => void) {
    this.terminated = new Promise((resolve) => {
      this.resolveTerminated = resolve
    })
  }

  started(root: Cell): Promise<Outcome> {
    return new Promise((resolve) => {
      this.resolveStarted = resolve
      const outcome = root.start()
      if (outcome !== pending) this.childStarted(root, outcome)
    })
  }

  childStarted(root: Cell, outcome: Outcome): void {
    this.resolveStarted?.(outcome)
    this.resolveStarted = undefined
    if (outcome.kind === 'failed') this.childEnded(root, root.incarnation, outcome.reason)
    if (outcome.kind === 'ignored') this.childEnded(root, root.incarnation, 'normal')
  }

  childEnded(root: Cell, _incarnation: number, reason: ExitReason): void {
    this.reason = reason
    root.retire()
    this.onEnd(reason)
    this.resolveTerminated(reason)
  }
}
