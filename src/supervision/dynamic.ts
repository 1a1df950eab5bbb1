import { Cell } from '../actor/cell.js'
import type { Shutdown } from '../actor/children.js'
import { ActorError } from '../actor/errors.js'
import type { Request } from '../actor/lane.js'
import { isName } from '../actor/name.js'
import { type Outcome, pending } from '../actor/outcome.js'
import type { Procedure } from '../actor/procedure.js'
import type { ActorRef } from '../actor/ref.js'
import type { Child } from './child.js'
import { type Done, done, type Refused, refuse, SpecError, type StartedChild, type SupervisorError } from './errors.js'
import { awaitOne, stopAtOnce } from './shutdown.js'
import { type CheckedChild, type ChildSpec, checkBelow, checkChild, type Restart, toSpecError } from './spec.js'
import { SupervisorCell } from './supervisor-cell.js'

/** One line of `whichChildren`. */
export interface ChildEntry {
  /** Its id; for an instance of a template its name. */
  readonly id: string
  /** The child, `undefined` while it is down, or `'restarting'`. */
  readonly child: ActorRef<never> | 'restarting' | undefined
  readonly type: 'worker' | 'supervisor'
}

/** Counts as OTP's `count_children`. */
export interface ChildCounts {
  /** Child specs; 1 for a template. */
  readonly specs: number
  /** Children that are alive. */
  readonly active: number
  /** Children declared as supervisors, alive or not. */
  readonly supervisors: number
  /** Children declared as workers, alive or not. */
  readonly workers: number
}

/** A child's spec as it was understood, defaults included. */
export interface ChildSpecView {
  readonly id: string
  readonly restart: Restart
  readonly shutdown: Shutdown
  readonly significant: boolean
  readonly type: 'worker' | 'supervisor'
}

/**
 * OTP's dynamic API. Every call is a request that the supervisor handles in turn, after whatever it is in the middle
 * of; answers are values, refusals carry OTP's names. A supervisor that is not alive answers `noproc`.
 */
export class SupervisorRef {
  /** @internal Use {@link supervisorOf}. */
  constructor(private readonly cell: SupervisorCell) {}

  /** The supervisor as an actor: to link, monitor, or send exits to. */
  get ref(): ActorRef<never> {
    return this.cell as ActorRef<never>
  }

  /**
   * Adds a child and starts it, last in start order.
   * Refused with `already_started`, `already_present` (stopped or restarting), `invalid_spec`, `start_failed` (spec not kept).
   */
  startChild<Message = never>(spec: ChildSpec): Promise<StartedChild<Message>>
  /** Starts one more instance of the template: `args` for its `init`, `name` for its path (default: id and a number). */
  startChild<Message = never>(args?: unknown, name?: string): Promise<StartedChild<Message>>
  startChild(specOrArgs?: unknown, name?: string): Promise<StartedChild> {
    return this.request<StartedChild>((answer) =>
      this.cell.simple
        ? startInstance(this.cell, specOrArgs, name, answer)
        : startSpec(this.cell, specOrArgs as ChildSpec, answer),
    )
  }

  /** Starts a stopped child again; does not count as a restart. Refused with `not_found`, `running`, `restarting`, `simple_one_for_one`, `start_failed`. */
  restartChild<Message = never>(id: string): Promise<StartedChild<Message>> {
    return this.request<StartedChild>((answer) => restartStopped(this.cell, id, answer)) as Promise<
      StartedChild<Message>
    >
  }

  /**
   * Stops a child (its spec stays, unless temporary) or, by ref, an instance of a template. A pending restart is
   * cancelled. Ok also when it is not running. Refused with `not_found`, `simple_one_for_one`.
   */
  terminateChild(which: string | ActorRef<never>): Promise<Done> {
    return this.request<Done>((answer) => terminate(this.cell, which, answer))
  }

  /**
   * Forgets a stopped child, or one that waits for its restart under backoff: it will not come.
   * Refused with `not_found`, `running`, `restarting`, `simple_one_for_one`.
   */
  deleteChild(id: string): Promise<Done> {
    return this.request((answer) => answer(forget(this.cell, id)))
  }

  /** A child's spec, by id or, for instances, by ref. Refused with `not_found`. */
  childSpec(which: string | ActorRef<never>): Promise<{ readonly ok: true; readonly spec: ChildSpecView } | Refused> {
    return this.request((answer) => answer(viewSpec(this.cell, which)))
  }

  /** All children, last started first. Nothing when the supervisor is not alive. */
  whichChildren(): Promise<{ readonly ok: true; readonly children: ChildEntry[] } | Refused> {
    return this.request((answer) => answer({ ok: true, children: entries(this.cell) }))
  }

  /** How many there are. */
  countChildren(): Promise<{ readonly ok: true; readonly counts: ChildCounts } | Refused> {
    return this.request((answer) => answer({ ok: true, counts: count(this.cell) }))
  }

  private request<Given>(work: (answer: Answer<Given>) => Procedure | undefined | void): Promise<Given | Refused> {
    const promise = new Promise<Given | Refused>(catchResolve)
    this.cell.signal(new Call(work as (answer: Answer<unknown>) => Procedure | undefined, caughtResolve))
    return promise
  }
}

/** A request on its way to its supervisor. */
class Call implements Request {
  readonly type = 'request'

  constructor(
    private readonly work: (answer: Answer<unknown>) => Procedure | undefined,
    private readonly answer: Answer<unknown>,
  ) {}

  run(): Procedure | undefined {
    const procedure = this.work(this.answer)
    return procedure === undefined ? undefined : this.answered(procedure)
  }

  refuse(): void {
    this.answer(refuse({ code: 'noproc' }))
  }

  /** A supervisor that is killed in the middle of it still owes an answer; after another one, this one is lost. */
  private *answered(procedure: Procedure): Procedure {
    try {
      yield* procedure
    } finally {
      this.refuse()
    }
  }
}

let caughtResolve: Answer<unknown>

/** One executor for all promises: a closure for each would be garbage at once. */
function catchResolve(resolve: Answer<never>): void {
  caughtResolve = resolve as Answer<unknown>
}

/**
 * The dynamic API of a supervisor, given its ref.
 *
 * @throws ActorError `no-such-actor` when `ref` is not a supervisor.
 * @example
 * const pool = supervisorOf(system.ref('/pool'))
 * const child = await pool.startChild({ url })
 */
export function supervisorOf(ref: ActorRef<never>): SupervisorRef {
  if (ref instanceof SupervisorCell) return new SupervisorRef(ref)
  throw new ActorError('no-such-actor', `${ref.path} is not a supervisor; give the ref of one`, { path: ref.path })
}

type Answer<Given> = (given: Given | Refused) => void

function startSpec(cell: SupervisorCell, spec: ChildSpec, answer: Answer<StartedChild>): Procedure | undefined {
  let checked: CheckedChild
  try {
    checked = checkChild(spec, cell.path, cell.spec.autoShutdown, cell.spec.backoff)
    checkBelow([checked], cell.path)
  } catch (error) {
    answer(refuse({ code: 'invalid_spec', error: toSpecError(error, spec, cell.path) }))
    return undefined
  }
  const present = cell.children.get(checked.id)
  if (present !== undefined) {
    answer(refuse(whyTaken(present)))
    return undefined
  }
  return add(cell, cell.createChild(checked, checked.id, checked.args), answer)
}

function startInstance(
  cell: SupervisorCell,
  args: unknown,
  name: string | undefined,
  answer: Answer<StartedChild>,
): Procedure | undefined {
  const template = cell.spec.children[0] as CheckedChild
  const chosen = name ?? cell.nextNumber()
  if (name !== undefined && !isName(name)) {
    const path = `${cell.path}/${String(chosen)}`
    const error = new SpecError('invalid_id', `${path}: a name is a string of one or more characters without /`, {
      path,
      key: 'name',
      value: chosen,
    })
    answer(refuse({ code: 'invalid_spec', error }))
    return undefined
  }
  const present = name === undefined ? undefined : cell.childNamed(name)
  if (present !== undefined) {
    answer(refuse(whyTaken(present)))
    return undefined
  }
  if (name !== undefined) cell.named = true
  return add(cell, cell.createChild(template, chosen, args === undefined ? template.args : args), answer)
}

function add(cell: SupervisorCell, child: Child, answer: Answer<StartedChild>): Procedure | undefined {
  const outcome = cell.startChild(child)
  if (outcome === pending) return addLater(cell, child, answer)
  added(cell, child, outcome, answer)
  return undefined
}

function* addLater(cell: SupervisorCell, child: Child, answer: Answer<StartedChild>): Procedure {
  added(cell, child, (yield) as Outcome, answer)
}

function added(cell: SupervisorCell, child: Child, outcome: Outcome, answer: Answer<StartedChild>): void {
  if (outcome.kind === 'started') cell.up(child)
  else if (outcome.kind === 'failed' || cell.simple || child.spec.restart === 'temporary') cell.remove(child)
  else child.cell.close()
  answer(replyTo(child, outcome))
}

function restartStopped(cell: SupervisorCell, id: string, answer: Answer<StartedChild>): Procedure | undefined {
  const child = cell.simple ? undefined : cell.children.get(id)
  if (child === undefined || !child.stopped) {
    answer(refuse(whyNot(cell, child)))
    return undefined
  }
  const outcome = cell.startChild(child)
  if (outcome === pending) return restartLater(cell, child, answer)
  restarted(cell, child, outcome, answer)
  return undefined
}

function* restartLater(cell: SupervisorCell, child: Child, answer: Answer<StartedChild>): Procedure {
  restarted(cell, child, (yield) as Outcome, answer)
}

function restarted(cell: SupervisorCell, child: Child, outcome: Outcome, answer: Answer<StartedChild>): void {
  if (outcome.kind === 'started') cell.up(child)
  else child.cell.close()
  answer(replyTo(child, outcome))
}

function replyTo(child: Child, outcome: Outcome): StartedChild {
  if (outcome.kind === 'failed') return refuse({ code: 'start_failed', reason: outcome.reason })
  if (outcome.kind !== 'started') return { ok: true, ref: undefined }
  const ref = child.cell as ActorRef<never>
  return outcome.info === undefined ? { ok: true, ref } : { ok: true, ref, info: outcome.info }
}

function terminate(cell: SupervisorCell, which: string | ActorRef<never>, answer: Answer<Done>): Procedure | undefined {
  const child = findChild(cell, which)
  if (child === undefined) {
    answer(cell.simple ? instanceMissing(which) : refuse({ code: 'not_found' }))
    return undefined
  }
  if (child.running && !stopAtOnce(cell, child)) return awaitEnd(cell, child, answer)
  putDown(cell, child)
  answer(done)
  return undefined
}

function* awaitEnd(cell: SupervisorCell, child: Child, answer: Answer<Done>): Procedure {
  yield* awaitOne(cell, child)
  putDown(cell, child)
  answer(done)
}

/** A child that was stopped on request: temporary ones and instances are forgotten, others stay stopped. */
function putDown(cell: SupervisorCell, child: Child): void {
  if (cell.simple || child.spec.restart === 'temporary') cell.remove(child)
  else {
    const { restarting } = child
    cell.cancelWait(child)
    child.cell.close()
    // No retry will start those that were down with it.
    if (restarting) cell.closeStopped()
  }
}

function forget(cell: SupervisorCell, id: string): Done {
  const child = cell.simple ? undefined : cell.children.get(id)
  // A child that only waits for its time (OTP has none such) is not in the middle of anything: its wait is over.
  if (child === undefined || !(child.stopped || child.waiting)) return refuse(whyNot(cell, child))
  cell.remove(child)
  return done
}

function viewSpec(
  cell: SupervisorCell,
  which: string | ActorRef<never>,
): { readonly ok: true; readonly spec: ChildSpecView } | Refused {
  const spec = findChild(cell, which)?.spec ?? templateOfDead(cell, which)
  if (spec === undefined) return refuse({ code: 'not_found' })
  const { id, restart, shutdown, significant, type } = spec
  return { ok: true, spec: { id, restart, shutdown, significant, type } }
}

function entries(cell: SupervisorCell): ChildEntry[] {
  return [...cell.children].reverse().map((child) => ({
    id: child.cell.label,
    child: child.restarting ? 'restarting' : child.running ? (child.cell as ActorRef<never>) : undefined,
    type: child.spec.type,
  }))
}

function count(cell: SupervisorCell): ChildCounts {
  const children = [...cell.children]
  const supervisors = children.filter((child) => child.spec.type === 'supervisor').length
  return {
    specs: cell.simple ? 1 : children.length,
    active: children.filter((child) => child.cell.alive).length,
    supervisors,
    workers: children.length - supervisors,
  }
}

/** By id; instances of a template by ref only. */
function findChild(cell: SupervisorCell, which: string | ActorRef<never>): Child | undefined {
  if (typeof which === 'string') return cell.simple ? undefined : cell.children.get(which)
  return cell.simple && which instanceof Cell ? cell.childOf(which) : undefined
}

/** OTP: a dead pid is as good as a stopped instance, a live stranger is not found. */
function instanceMissing(which: string | ActorRef<never>): Done {
  if (typeof which === 'string') return refuse({ code: 'simple_one_for_one' })
  return which.alive ? refuse({ code: 'not_found' }) : done
}

function templateOfDead(cell: SupervisorCell, which: string | ActorRef<never>): CheckedChild | undefined {
  if (!cell.simple) return undefined
  if (typeof which === 'string') return which === cell.spec.children[0]?.id ? cell.spec.children[0] : undefined
  return which.alive ? undefined : cell.spec.children[0]
}

function whyTaken({ running, cell }: Child): SupervisorError {
  return running ? { code: 'already_started', ref: cell as ActorRef<never> } : { code: 'already_present' }
}

function whyNot(cell: SupervisorCell, child: Child | undefined): SupervisorError {
  if (cell.simple) return { code: 'simple_one_for_one' }
  if (child === undefined) return { code: 'not_found' }
  return { code: child.restarting ? 'restarting' : 'running' }
}
