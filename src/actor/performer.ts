import { Cell, depthMax, PARKED, PARKED_QUEUED, QUEUED } from './cell.js'
import type { ExitReason } from './exit.js'
import type { Outcome } from './outcome.js'
import type { Procedure } from './procedure.js'
import type { Relations } from './relations.js'

/**
 * A cell that may be in the middle of something: an asynchronous handler, or a procedure of several steps. It is
 * parked then: messages and signals wait, and only what can not wait interrupts.
 */
export abstract class Performer extends Cell {
  /** A child's incarnation has ended: what the procedure waits for, or news for the lane. */
  childEnded(child: Cell, incarnation: number, reason: ExitReason): void {
    const ties = this.relations
    if (ties === undefined || ties.awaiting !== child) {
      this.signal({ type: 'child-ended', child, incarnation, reason })
      return
    }
    ties.awaiting = undefined
    ties.ended = reason
    if (!ties.stepping) this.resumeWithin(ties, undefined)
  }

  /** A child's asynchronous start has come to an end. */
  childStarted(child: Cell, outcome: Outcome): void {
    const ties = this.relations
    if (ties === undefined || ties.awaiting !== child) return
    ties.awaiting = undefined
    this.resumeWithin(ties, outcome)
  }

  /** Begins a procedure. Until it is done, neither messages nor signals are handled here. */
  protected perform(procedure: Procedure): void {
    const ties = this.own()
    ties.procedure = procedure
    if (!this.advance(ties, procedure, undefined)) this.park()
  }

  /** Goes on with the procedure after what it waited for. */
  protected resume(value: unknown): void {
    const ties = this.relations
    const procedure = ties?.procedure
    if (ties === undefined || procedure === undefined) return
    const { incarnation } = this
    // The end of this incarnation may have led to the next one already, which parks on its own account.
    if (this.advance(ties, procedure, value) && this.incarnation === incarnation) this.unpark()
  }

  /** Something asynchronous begins: messages wait. */
  protected park(): void {
    const queued = this.activity === QUEUED || this.activity === PARKED_QUEUED
    this.activity = queued ? PARKED_QUEUED : PARKED
    this.wake()
  }

  /** A turn for urgent signals begins; what the cell is in the middle of goes on. */
  protected beginInterrupt(): void {
    this.activity = PARKED
    this.own().pressing = false
  }

  /** It is over. */
  protected unpark(): void {
    if (this.activity === PARKED_QUEUED) this.activity = QUEUED
    else if (this.activity === PARKED) this.rest()
  }

  /** Resumes at once, or, in a deep tree that starts or ends level by level, with a stack of its own. */
  protected resumeWithin(ties: Relations, value: unknown): void {
    const { scheduler, world } = this.kernel
    if (scheduler.depth === depthMax) {
      const { procedure } = ties
      world.turn.soon(() => {
        if (ties.procedure === procedure) this.resume(value)
      })
      return
    }
    scheduler.depth++
    try {
      this.resume(value)
    } finally {
      scheduler.depth--
    }
  }

  private advance(ties: Relations, procedure: Procedure, value: unknown): boolean {
    ties.stepping = true
    const { done } = procedure.next(value)
    ties.stepping = false
    if (done && ties.procedure === procedure) ties.procedure = undefined
    return done === true
  }
}
