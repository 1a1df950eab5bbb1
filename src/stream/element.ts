import { ActorError } from '../actor/errors.js'
import { toError } from '../actor/exit.js'
import { compile } from '../machine/compile.js'
import type { MachineHost } from '../machine/compiled.js'
import type { Clock } from '../world/clock.js'
import type { Batch, Edge } from './edge.js'
import type { Operator } from './operator.js'
import { Work } from './operator.js'
import { Outages } from './outages.js'
import { type ErrorPolicy, verdict } from './policy.js'
import { recoveryMachine } from './recovery.machine.js'
import type { CrashReport, RecordLetter } from './report.js'
import { copyOf } from './state/copy.js'
import { Suspects } from './suspects.js'

const recovery = compile(recoveryMachine)
const TAKE = recovery.event('TAKE')
const COMMIT = recovery.event('COMMIT')
const DECLARED = recovery.event('DECLARED')
const CRASH = recovery.event('CRASH')
const RESTART = recovery.event('RESTART')
const END = recovery.event('END')
const ESCALATE = recovery.event('ESCALATE')
const FAILED = recovery.state('failed')
const IDLE = recovery.state('idle')
const UNDO_RECORD = recovery.action('undoRecord')
const UNDO_BATCH = recovery.action('undoBatch')

/** What an element is told about its place in a run. */
export interface ElementPlace {
  readonly id: string
  readonly operator: Operator
  readonly clock: Clock
  readonly policy: ErrorPolicy | undefined
  /** After how many crashes on one record that record is given up. */
  readonly poisonAfter: number
  readonly batchRecordsMax: number
  readonly onDeadLetter: (letter: RecordLetter) => void
  readonly onCrash: (report: CrashReport) => void
  readonly onEnd: () => void
}

/** Tells an operator's actor to take a turn. It speaks to one instance: what an earlier one left unread means nothing. */
export interface Turn {
  readonly type: 'turn'
}

/** What lets the operator's actor take a turn. */
export interface Turns {
  send(message: Turn): boolean
}

/**
 * The authority over one operator: its committed state, its place on its edges, the batch it has not answered. It lives
 * outside of the actor that does the work, so it survives that actor.
 *
 * Commit before release: an attempt writes with an undo log and collects its outputs; only when it is through, the writes
 * become permanent and the outputs go out, in one step. Nothing of an attempt that failed has been seen by anyone, so
 * the next one owes nobody determinism.
 *
 * A record that was being handled when its operator crashed is suspect: what lies before it is committed first, then it
 * is tried on its own. When it has crashed its operator `poisonAfter` times, it is committed as skipped, and kept among
 * the dead letters.
 */
export class Element implements MachineHost {
  readonly id: string
  input: Edge | undefined
  readonly outputs: Edge[] = []
  /** Records committed, skipped ones included. */
  recordsIn = 0
  /** Records released. */
  recordsOut = 0
  restarts = 0

  protected batch: Batch | undefined
  protected readonly work = new Work()
  protected readonly place: ElementPlace
  /** How many records of the batch are committed. */
  private done = 0
  /** Number of a state of `recovery.machine`. */
  private state = recovery.initial
  private attempting = false
  private finishing = false
  private readonly suspects = new Suspects()
  /** What a declared policy gave up in this attempt; known to others once it commits. */
  private letters: RecordLetter[] = []
  /** How often the record at hand has failed under the declared policy. */
  private failures = 0
  private turns: Turns | undefined
  private currentTurn: Turn = { type: 'turn' }
  private awake = false
  private readonly outages: Outages

  constructor(place: ElementPlace) {
    this.place = place
    this.id = place.id
    this.outages = new Outages(place.id, place.clock, place.onCrash)
  }

  get ended(): boolean {
    return recovery.isFinal(this.state)
  }

  /** A fresh instance is there. */
  restore(turns: Turns): void {
    this.turns = turns
    this.currentTurn = { type: 'turn' }
    this.move(RESTART)
    if (this.ended) this.outages.recovered()
    this.awake = false
    this.wake()
  }

  /** There may be something to do. */
  wake(): void {
    if (this.awake || this.turns === undefined || this.ended) return
    this.awake = true
    this.turns.send(this.currentTurn)
  }

  /** One turn of the operator: at most one attempt. A promise while a record takes its time. */
  turn(turn: Turn): undefined | Promise<void> {
    if (turn !== this.currentTurn) return undefined
    this.awake = false
    if (this.ended) return undefined
    if (!this.attempting && !this.outputs.every(hasCredit)) return this.beIdle()
    if (this.batch === undefined) {
      const later = this.take()
      if (later !== undefined) return this.waitFor(later)
      if (this.batch === undefined) return this.beIdle()
    }
    if (!this.attempting) this.begin(this.batch)
    const later =
      this.place.policy === undefined ? this.place.operator.step(this.work) : this.stepByRecord(this.place.policy)
    if (later !== undefined) return this.waitFor(later)
    if (this.finishing) this.place.operator.finish?.(this.work)
    this.commit()
    return undefined
  }

  /** The operator's actor ended; `error` is absent when that was not the doing of a record. */
  crashed(error: Error | undefined): void {
    if (this.state === FAILED) return
    this.outages.failed(error instanceof ActorError && error.code === 'hung')
    if (error !== undefined && this.attempting && !this.finishing) {
      this.suspects.add(this.done + this.work.index, error)
    }
    this.move(CRASH)
  }

  /** The supervisor has decided on a restart. */
  decided(error: Error): void {
    // An operator that was ended from outside did not crash: this is the first word of it.
    this.crashed(undefined)
    this.restarts++
    this.outages.known(error)
  }

  /** The supervisor has given up. */
  escalated(): void {
    if (!this.ended) this.move(ESCALATE)
  }

  guard(): boolean {
    return this.batch !== undefined
  }

  act(action: number): void {
    if (action === UNDO_RECORD) this.place.operator.undoRecord?.()
    else if (action === UNDO_BATCH) this.undo()
    else this.attempting = false
  }

  /** Takes the next batch, if there is one; a promise where the source takes its time. */
  protected take(): undefined | Promise<void> {
    const { input } = this
    const batch = input?.take()
    if (batch !== undefined) this.taken(batch)
    else if (input?.ended) this.finish()
    return undefined
  }

  protected taken(batch: Batch): void {
    this.batch = batch
    this.done = 0
    if (this.suspects.size > 0) this.suspects.clear()
  }

  /** The input has ended: what is still owed is a last batch without records. */
  protected finish(): void {
    this.finishing = true
    this.taken({ records: [], position: -1 })
  }

  protected get position(): number {
    return this.recordsIn
  }

  /** Waits for input or for credit. An operator that has nothing to answer for has recovered. */
  private beIdle(): undefined {
    if (this.batch === undefined) this.outages.recovered()
    return undefined
  }

  private waitFor(later: Promise<void>): Promise<void> {
    this.outages.began()
    const { attempt } = this.work
    return later.then(() => {
      if (this.work.attempt !== attempt) return
      this.outages.settled()
      this.wake()
    })
  }

  /** Begins an attempt on what is left of the batch, up to the next suspect, or on the suspect alone. */
  private begin(batch: Batch): void {
    if (this.state === IDLE) this.move(TAKE)
    const { work } = this
    const end = this.suspects.size === 0 ? batch.records.length : this.nextCut(batch)
    const whole = this.done === 0 && end === batch.records.length
    const records = whole ? batch.records : batch.records.slice(this.done, end)
    work.input = this.place.policy === undefined ? records : [...records]
    work.index = 0
    work.limit = work.input.length
    work.out = []
    this.failures = 0
    this.attempting = true
  }

  private nextCut(batch: Batch): number {
    const { suspects } = this
    let suspect = suspects.at(this.done)
    for (; suspect !== undefined && suspect.crashes >= this.place.poisonAfter; suspect = suspects.at(this.done)) {
      this.place.onDeadLetter(this.letter(batch.records[this.done], suspect.error, suspect.crashes))
      this.done++
      this.recordsIn++
    }
    return suspects.cut(this.done, batch.records.length)
  }

  private commit(): void {
    const { work, place } = this
    const batch = this.batch as Batch
    place.operator.commit?.()
    this.attempting = false
    this.move(COMMIT)
    this.done += work.limit
    this.recordsIn += work.limit
    this.release(work.out)
    work.out = []
    this.sendLetters()
    this.outages.recovered()
    if (this.done >= batch.records.length) {
      this.emptyLists(batch)
      if (this.finishing) this.close()
    }
    this.wake()
  }

  /**
   * Empties the lists of an answered batch. Otherwise a collection that is marking just now takes all records that pass
   * for live, V8 then takes them for long-lived ones, and makes all that follow in its old space at three times the cost.
   */
  private emptyLists(batch: Batch): void {
    const { input } = this.work
    if (input !== batch.records) (input as unknown[]).length = 0
    if (this.input?.owned === true && !this.input.shared) (batch.records as unknown[]).length = 0
    this.batch = undefined
  }

  private release(records: readonly unknown[]): void {
    this.recordsOut += records.length
    const most = this.place.batchRecordsMax
    for (const edge of this.outputs) {
      if (records.length === 0) continue
      if (records.length <= most * 4) edge.release(records)
      else for (let at = 0; at < records.length; at += most) edge.release(records.slice(at, at + most))
    }
  }

  private close(): void {
    this.move(END)
    for (const edge of this.outputs) edge.end()
    this.place.onEnd()
  }

  private undo(): void {
    const { operator } = this.place
    if (operator.commitsEachRecord && this.attempting) {
      this.done += this.work.index
      this.recordsIn += this.work.index
      this.sendLetters()
    }
    operator.undo?.()
    this.work.attempt++
    this.work.out = []
    this.letters = []
    this.attempting = false
  }

  private sendLetters(): void {
    if (this.letters.length === 0) return
    for (const letter of this.letters) this.place.onDeadLetter(letter)
    this.letters = []
  }

  /** R0: record by record, so that each can be taken back on its own. */
  private stepByRecord(policy: ErrorPolicy): undefined | Promise<void> {
    const { work } = this
    const end = work.input.length
    const { attempt } = work
    while (work.index < end) {
      const mark = work.out.length
      work.limit = work.index + 1
      try {
        const later = this.place.operator.step(work)
        if (later !== undefined) {
          return later.then(
            () => (work.attempt === attempt ? this.afterRecord(end) : undefined),
            (thrown) => (work.attempt === attempt ? this.declare(policy, thrown, mark, end) : undefined),
          )
        }
        this.failures = 0
      } catch (thrown) {
        this.declare(policy, thrown, mark, end)
      }
    }
    work.limit = end
    return undefined
  }

  private afterRecord(end: number): void {
    this.failures = 0
    this.work.limit = end
  }

  private declare(policy: ErrorPolicy, thrown: unknown, mark: number, end: number): void {
    const { work } = this
    const error = toError(thrown)
    const batch = this.batch as Batch
    const record = batch.records[this.done + work.index]
    this.failures++
    const decided = verdict(policy, error, copyOf(record), this.failures)
    if (decided === 'crash') throw thrown
    this.move(DECLARED)
    work.out.length = mark
    work.limit = end
    if (decided === 'retry') (work.input as unknown[])[work.index] = record
    else if (typeof decided === 'object') (work.input as unknown[])[work.index] = decided.repair
    else {
      if (decided === 'dead-letter') this.letters.push(this.letter(record, error, this.failures))
      this.failures = 0
      work.index++
    }
  }

  private letter(record: unknown, error: Error, attempts: number): RecordLetter {
    return { operator: this.id, record, error, attempts, atMs: this.place.clock.now() }
  }

  private move(event: number): void {
    this.state = recovery.step(this.state, event, this)
  }
}

function hasCredit(edge: Edge): boolean {
  return edge.hasCredit
}
