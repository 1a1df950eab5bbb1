import { compile } from '../machine/compile.js'
import type { MachineHost } from '../machine/compiled.js'
import type { Clock } from '../world/clock.js'
import type { Batch, Edge } from './edge.js'
import type { Operator } from './operator.js'
import { Work } from './operator.js'
import { type ErrorPolicy, verdict } from './policy.js'
import { recoveryMachine } from './recovery.machine.js'
import type { CrashReport, RecordLetter } from './report.js'
import { copyRecords } from './state/copy.js'

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

/** What lets the operator's actor take a turn. */
export interface Turns {
  send(message: 'turn'): boolean
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
  /** Crashes by index in the batch. */
  private readonly suspects = new Map<number, number>()
  private lastError: Error | undefined
  /** How often the record at hand has failed under the declared policy. */
  private failures = 0
  private turns: Turns | undefined
  private awake = false
  private sinceMs: number | undefined
  private unrecovered: { readonly error: Error; readonly detectionMs: number; readonly knownMs: number }[] = []
  private failedMs = 0

  constructor(place: ElementPlace) {
    this.place = place
    this.id = place.id
  }

  get ended(): boolean {
    return recovery.isFinal(this.state)
  }

  /** A fresh instance is there. */
  restore(turns: Turns): void {
    if (this.turns !== undefined && this.state !== FAILED) this.crashed(undefined)
    this.turns = turns
    this.move(RESTART)
    this.awake = false
    this.wake()
  }

  /** There may be something to do. */
  wake(): void {
    if (this.awake || this.turns === undefined) return
    this.awake = true
    this.turns.send('turn')
  }

  /** One turn of the operator: at most one attempt. A promise while a record takes its time. */
  turn(): undefined | Promise<void> {
    this.awake = false
    if (this.ended) return undefined
    if (this.batch === undefined) {
      if (!this.outputs.every(hasCredit)) return undefined
      const later = this.take()
      if (later !== undefined) return this.waitFor(later)
      if (this.batch === undefined) return undefined
    }
    if (!this.attempting) this.begin(this.batch)
    const later = this.place.policy === undefined ? this.place.operator.step(this.work) : this.stepByRecord(this.place.policy)
    if (later !== undefined) return this.waitFor(later)
    if (this.finishing) this.place.operator.finish?.(this.work)
    this.commit()
    return undefined
  }

  /** The operator's actor ended; `error` is absent when that was not the doing of a record. */
  crashed(error: Error | undefined): void {
    this.failedMs = this.sinceMs ?? this.place.clock.now()
    this.sinceMs = undefined
    this.lastError = error
    if (error !== undefined && this.attempting && !this.finishing) {
      const index = this.done + this.work.index
      this.suspects.set(index, (this.suspects.get(index) ?? 0) + 1)
    }
    this.move(CRASH)
  }

  /** The supervisor has decided on a restart. */
  decided(error: Error): void {
    this.restarts++
    const knownMs = this.place.clock.now()
    this.unrecovered.push({ error, detectionMs: knownMs - this.failedMs, knownMs })
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

  private waitFor(later: Promise<void>): Promise<void> {
    this.sinceMs = this.place.clock.now()
    const { attempt } = this.work
    return later.then(() => {
      if (this.work.attempt !== attempt) return
      this.sinceMs = undefined
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
    const copies = this.place.operator.readsOnly ? records : copyRecords(records)
    work.input = this.place.policy === undefined ? copies : [...copies]
    work.index = 0
    work.limit = work.input.length
    work.out = []
    this.failures = 0
    this.attempting = true
  }

  private nextCut(batch: Batch): number {
    for (const [index, crashes] of this.suspects) {
      if (index !== this.done || crashes < this.place.poisonAfter) continue
      this.giveUp(batch.records[index], crashes)
    }
    let end = batch.records.length
    for (const index of this.suspects.keys()) {
      if (index === this.done) return index + 1
      if (index > this.done && index < end) end = index
    }
    return end
  }

  /** The record at `done` is committed as skipped. */
  private giveUp(record: unknown, attempts: number): void {
    this.bury(record, this.lastError ?? new Error('its operator was killed'), attempts)
    this.done++
    this.recordsIn++
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
    if (this.unrecovered.length > 0) this.reportRecovery()
    if (this.done >= batch.records.length) {
      this.batch = undefined
      if (this.finishing) this.close()
    }
    this.wake()
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
    }
    operator.undo?.()
    this.work.attempt++
    this.work.out = []
    this.attempting = false
  }

  private reportRecovery(): void {
    const nowMs = this.place.clock.now()
    for (const { error, detectionMs, knownMs } of this.unrecovered) {
      this.place.onCrash({ operator: this.id, error, atMs: knownMs - detectionMs, detectionMs, recoveryMs: nowMs - knownMs })
    }
    this.unrecovered = []
  }

  /** R0: record by record, so that each can be taken back on its own. */
  private stepByRecord(policy: ErrorPolicy): undefined | Promise<void> {
    const { work } = this
    const end = work.input.length
    while (work.index < end) {
      const mark = work.out.length
      work.limit = work.index + 1
      try {
        const later = this.place.operator.step(work)
        if (later !== undefined) {
          return later.then(
            () => this.afterRecord(end),
            (thrown) => this.declare(policy, thrown, mark, end),
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
    const error = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown })
    const batch = this.batch as Batch
    const record = batch.records[this.done + work.index]
    this.failures++
    const decided = verdict(policy, error, record, this.failures)
    if (decided === 'crash') throw thrown
    this.move(DECLARED)
    work.out.length = mark
    work.limit = end
    if (decided === 'retry') (work.input as unknown[])[work.index] = copyRecords([record])[0]
    else if (typeof decided === 'object') (work.input as unknown[])[work.index] = decided.repair
    else {
      if (decided === 'dead-letter') this.bury(record, error, this.failures)
      this.failures = 0
      work.index++
    }
  }

  private bury(record: unknown, error: Error, attempts: number): void {
    this.place.onDeadLetter({ operator: this.id, record, error, attempts, atMs: this.place.clock.now() })
  }

  private move(event: number): void {
    this.state = recovery.step(this.state, event, this)
  }
}

function hasCredit(edge: Edge): boolean {
  return edge.hasCredit
}
