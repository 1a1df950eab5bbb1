import { actor, type Behavior } from '../actor/behavior.js'
import { describeExit, type ExitReason } from '../actor/exit.js'
import { type System, start } from '../actor/system.js'
import { type Duration, toMs } from '../base/duration.js'
import { describe } from '../base/errors.js'
import { supervisor } from '../supervision/supervisor.js'
import { nodeWorld } from '../world/node.js'
import type { World } from '../world/world.js'
import type { Pipeline } from './build.js'
import { Edge } from './edge.js'
import { Element, type ElementPlace, type Turn } from './element.js'
import { StreamError } from './errors.js'
import { type Plan, type PlannedOperator, plan } from './plan.js'
import type { CrashReport, OperatorReport, RecordLetter, RunResult } from './report.js'
import { SourceElement } from './source-element.js'

export interface RunOptions {
  /** Where time and chance come from. Default: a fresh `nodeWorld()`. */
  readonly world?: World
  /** At most this many records travel together. Default 256. */
  readonly batchRecordsMax?: number
  /** At most this many batches wait on an edge before what feeds it pauses. Default 4. */
  readonly creditBatchesMax?: number
  /** How many crashes of all operators together are borne; one more fails the run. Default 30 within 10 s. */
  readonly intensity?: { readonly restarts: number; readonly within: Duration }
  /** After how many crashes on one record it is given up as a dead letter. Default 3. */
  readonly poisonAfter?: number
  /**
   * How long one record may take in the asynchronous handlers of an operator, all of its steps together, before it
   * counts as hung. Default: no limit. Operators that need longer have their own `deadline`.
   */
  readonly deadline?: Duration
  /** Whether neighbouring steps run as one operator. Default true. */
  readonly fuse?: boolean
  /** Called with the system before any operator starts, so that no event is missed. */
  readonly onCreate?: (system: System) => void
}

/** A pipeline at work. */
export interface Running {
  /** The system whose root supervises the operators; its events tell of every crash and restart. */
  readonly system: System
  readonly plan: Plan
  /** Resolves when the run has ended. @throws StreamError (as rejection) `escalated`, `source-not-replayable`, `stopped` */
  readonly done: Promise<RunResult>
  /** How it stands. */
  report(): RunResult
  /** Reads no further and brings what was read to the sinks. Resolves as `done`. */
  stop(): Promise<RunResult>
}

/**
 * Runs a pipeline to its end: every operator an actor, all under one supervisor, one-for-one. An operator that crashes is
 * restarted alone, with its committed state and the batch it had not answered; the result is that of a run without
 * crashes.
 *
 * @throws StreamError (as rejection) `invalid-graph`, `invalid-option`, `escalated`, `source-not-replayable`, `stopped`
 * @example
 * const result = await run(from(lines).map(parse).to(forEach(print)))
 * result.crashes.length
 */
export async function run(pipeline: Pipeline, options: RunOptions = {}): Promise<RunResult> {
  return (await launch(pipeline, options)).done
}

/** As {@link run}, but hands over the running pipeline once it has started. */
export async function launch(pipeline: Pipeline, options: RunOptions = {}): Promise<Running> {
  const job = new Job(plan(pipeline, options), checked(options))
  await job.start()
  return job
}

interface CheckedOptions {
  readonly world: World
  readonly batchRecordsMax: number
  readonly creditBatchesMax: number
  readonly intensity: { readonly restarts: number; readonly within: Duration }
  readonly poisonAfter: number
  readonly deadlineMs: number
  readonly onCreate: ((system: System) => void) | undefined
}

/** One run: its elements, its system, and what is known of both. */
class Job implements Running {
  readonly done: Promise<RunResult>
  private readonly elements = new Map<string, Element>()
  private readonly sources: SourceElement[] = []
  private readonly crashes: CrashReport[] = []
  private readonly deadLetters: RecordLetter[] = []
  private started: System | undefined
  private startedMs = 0
  private unfinished = 0
  private stopping = false
  private gaveUp = false
  private failed = false
  private lastFailure: { readonly operator: string; readonly reason: ExitReason } | undefined
  /** A source that can not be opened again: no restart will help. */
  private lost: StreamError | undefined
  private finish!: (result: RunResult) => void
  private fail!: (error: StreamError) => void

  constructor(
    readonly plan: Plan,
    private readonly options: CheckedOptions,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.finish = resolve
      this.fail = reject
    })
    this.done.catch(() => undefined)
    for (const operator of plan.operators) this.add(operator)
  }

  get system(): System {
    return this.started as System
  }

  async start(): Promise<void> {
    const { world, intensity } = this.options
    this.startedMs = world.clock.now()
    const root = supervisor({
      intensity,
      children: this.plan.operators.map(({ id, deadline }) => ({
        id,
        start: worker(this.elements.get(id) as Element, deadline ?? this.options.deadlineMs),
        mailbox: { redeliver: Number.MAX_SAFE_INTEGER },
      })),
    })
    const system = await start(root, { world, deadLettersMax: 0, onCreate: (created) => this.created(created) })
    void system.terminated.then(() => this.ended())
  }

  report(): RunResult {
    const operators: OperatorReport[] = [...this.elements.values()].map((element) => ({
      id: element.id,
      recordsIn: element.recordsIn,
      recordsOut: element.recordsOut,
      restarts: element.restarts,
    }))
    return {
      status: this.status,
      elapsedMs: this.options.world.clock.now() - this.startedMs,
      operators,
      crashes: [...this.crashes],
      restarts: operators.reduce((sum, { restarts }) => sum + restarts, 0),
      deadLetters: [...this.deadLetters],
    }
  }

  stop(): Promise<RunResult> {
    if (this.unfinished > 0 && !this.failed) {
      this.stopping = true
      for (const source of this.sources) source.stop()
    }
    return this.done
  }

  private get status(): RunResult['status'] {
    if (this.failed) return 'failed'
    if (this.unfinished > 0) return 'running'
    return this.stopping ? 'stopped' : 'completed'
  }

  private add(operator: PlannedOperator): void {
    const place: ElementPlace = {
      id: operator.id,
      operator: operator.open(),
      clock: this.options.world.clock,
      policy: operator.policy,
      poisonAfter: this.options.poisonAfter,
      batchRecordsMax: this.options.batchRecordsMax,
      onDeadLetter: (letter) => void this.deadLetters.push(letter),
      onCrash: (report) => void this.crashes.push(report),
      onEnd: () => operator.kind === 'sink' && this.sinkEnded(),
    }
    const element = operator.source === undefined ? new Element(place) : new SourceElement(operator.source, place)
    if (element instanceof SourceElement) this.sources.push(element)
    if (operator.kind === 'sink') this.unfinished++
    this.elements.set(operator.id, element)
    const before = operator.input === undefined ? undefined : this.elements.get(operator.input)
    if (before !== undefined) this.connect(before, element)
  }

  private connect(before: Element, after: Element): void {
    const edge = new Edge(
      this.options.creditBatchesMax,
      () => after.wake(),
      () => before.wake(),
    )
    edge.owned = !(before instanceof SourceElement)
    before.outputs.push(edge)
    if (before.outputs.length > 1) for (const each of before.outputs) each.shared = true
    after.input = edge
  }

  private created(system: System): void {
    this.started = system
    this.listen(system)
    this.options.onCreate?.(system)
  }

  private listen(system: System): void {
    const of = (path: string): Element | undefined => this.elements.get(path.slice(1))
    system.events.on('crashed', ({ path, error }) => {
      if (!(error instanceof Error)) return
      of(path)?.crashed(error)
      if (error instanceof StreamError && error.code === 'source-not-replayable') this.lose(path.slice(1), error)
    })
    system.events.on('child-error', ({ path, reason }) => {
      this.lastFailure = { operator: path.slice(1), reason: reason as ExitReason }
    })
    system.events.on('restart', ({ path, reason }) => {
      const error = reason instanceof Error ? reason : new Error(`its operator ended: ${describe(reason)}`)
      of(path)?.decided(error)
    })
    system.events.on('max-intensity', () => {
      this.gaveUp = true
      this.escalate()
    })
  }

  private escalate(): void {
    for (const element of this.elements.values()) element.escalated()
  }

  private lose(operator: string, error: StreamError): void {
    const { lastFailure } = this
    const before = lastFailure?.operator === operator ? lastFailure.reason : undefined
    const first = before === undefined ? '' : `${operator} ended (${describeExit(before)}), and `
    this.lost ??= new StreamError(
      error.code,
      `${first}${error.message}`,
      { ...error.data, operator },
      { cause: before instanceof Error ? before : undefined },
    )
    this.escalate()
    this.options.world.turn.soon(() => void this.system.stop())
  }

  private sinkEnded(): void {
    this.unfinished--
    if (this.unfinished === 0) void this.system.stop()
  }

  /** The system is down: all sinks have ended, or the supervisor gave up, or it was ended from outside. */
  private ended(): void {
    for (const source of this.sources) source.dispose()
    if (this.unfinished === 0) {
      this.finish(this.report())
      return
    }
    this.failed = true
    if (this.lost !== undefined) this.fail(this.lost)
    else this.fail(this.gaveUp ? this.escalated() : this.interrupted())
  }

  private escalated(): StreamError {
    const { restarts, within } = this.options.intensity
    const { operator, reason } = this.lastFailure ?? {}
    const last = reason === undefined ? '' : `; last: ${operator} by ${describeExit(reason)}`
    return new StreamError(
      'escalated',
      `the pipeline gave up: more than ${restarts} crashes within ${typeof within === 'number' ? `${within} ms` : within}${last}. ` +
        'Mend the cause, declare onError for records that may fail, or raise intensity',
      { operator, restarts, within, result: this.report() },
      { cause: reason instanceof Error ? reason : undefined },
    )
  }

  private interrupted(): StreamError {
    const reason = this.started?.exitReason
    return new StreamError(
      'stopped',
      `the pipeline was ended from outside before its input was: ${describeExit(reason ?? 'shutdown')}. ` +
        'What had been read may not have reached the sinks; to end it in order, call stop() of what launch() gave',
      { reason, result: this.report() },
    )
  }
}

/** The actor of one operator. All it has is the element's; that is why it can be replaced at any moment. */
function worker(element: Element, deadline: Duration): Behavior<Turn> {
  return actor<Element, Turn>({
    init(ctx) {
      element.restore(ctx.self)
      return element
    },
    receive: (current, turn) => current.turn(turn),
    deadline,
  })
}

function checked(options: RunOptions): CheckedOptions {
  const { batchRecordsMax = 256, creditBatchesMax = 4, poisonAfter = 3 } = options
  wholeFrom1('batchRecordsMax', batchRecordsMax)
  wholeFrom1('creditBatchesMax', creditBatchesMax)
  wholeFrom1('poisonAfter', poisonAfter)
  return {
    world: options.world ?? nodeWorld(),
    batchRecordsMax,
    creditBatchesMax,
    poisonAfter,
    intensity: options.intensity ?? { restarts: 30, within: '10s' },
    deadlineMs: options.deadline === undefined ? 0 : toMs(options.deadline, 'deadline'),
    onCreate: options.onCreate,
  }
}

function wholeFrom1(key: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return
  throw new StreamError('invalid-option', `${key} is ${describe(value)}; give a whole number from 1`, { key, value })
}
