import {
  type ActorRef,
  checkChildSpecs,
  type Done,
  StartError,
  type StartedChild,
  type SupervisorError,
  type SupervisorRef,
  type System,
  start,
  supervisorOf,
} from 'holdfast'
import { type VirtualWorld, virtualWorld } from 'holdfast/world'
import type { Command, Node, Played, StartOutcome, Step, Term, TraceEvent } from './scenario.js'
import { checkTerm, kebab, specTerm, toReason, toTerm } from './terms.js'
import { childSpec, childSpecs, type Leave, type Script, scenarioPath, supervisorOfNode, systemPath } from './tree.js'

/** Told of every restart that counts, the one too many included: by which supervisor, and when. */
export type OnRestart = (supervisor: string, atMs: number) => void

/** Plays a scenario on Holdfast, in virtual time and through its public interface, and answers with the trace. */
export async function play(scenario: Played, onRestart?: OnRestart): Promise<Step[]> {
  const player = new Player(scenario.root, onRestart)
  const steps = [await player.step(() => player.boot())]
  for (const command of scenario.cmds) steps.push(await player.step(() => player.perform(command)))
  return steps
}

class Player implements Script {
  private readonly world: VirtualWorld = virtualWorld()
  private system: System | undefined
  private events: TraceEvent[] = []
  /** Calls of the start function, by path. */
  private readonly calls = new Map<string, number>()
  private startsTried = 0
  /** Successful starts, by path. */
  private readonly starts = new Map<string, number>()
  /** Supervisors whose instances stop in any order. */
  private readonly simple = new Set<string>()

  constructor(
    private readonly root: Node,
    private readonly onRestart: OnRestart = () => undefined,
  ) {}

  get endless(): boolean {
    return this.startsTried > startsMax
  }

  started(path: string, node: Node): void {
    this.startsTried++
    this.events.push(['start', scenarioPath(path)])
    if (node.strategy === 'simple_one_for_one') this.simple.add(scenarioPath(path))
    else this.simple.delete(scenarioPath(path))
  }

  outcome(path: string, node: Node): StartOutcome {
    const call = (this.calls.get(path) ?? 0) + 1
    this.calls.set(path, call)
    return node.plan?.[call - 1] ?? node.rest ?? 'ok'
  }

  async step(run: () => Promise<unknown>): Promise<Step> {
    this.events = []
    const beforeMs = this.world.clock.now()
    const reply = await run()
    await this.world.run(patience)
    const events = this.sortInstances(this.events)
    const ms = this.world.clock.now() - beforeMs
    const state = await this.state()
    return ms === 0 ? { events, reply, state } : { events, reply, state, ms }
  }

  async boot(): Promise<unknown> {
    try {
      const onCreate = (system: System): void => this.listen(system)
      const root = supervisorOfNode(this.root, this)
      this.system = await this.world.until(start(root, { world: this.world, onCreate }), patience)
      return { ok: this.reference('/') }
    } catch (error) {
      if (!(error instanceof StartError)) throw error
      const { reason } = error.data
      return reason === undefined ? 'ignore' : { error: toTerm(reason) }
    }
  }

  async perform(command: Command): Promise<unknown> {
    switch (command.op) {
      case 'wait':
        await this.world.advance(command.ms)
        return 'ok'
      case 'check_childspecs': {
        const { specs, auto_shutdown } = command
        const declared = Array.isArray(specs) ? childSpecs(specs, this) : specs
        const options = auto_shutdown === undefined ? {} : { autoShutdown: kebab(auto_shutdown) as 'never' }
        const error = checkChildSpecs(declared as never, options)
        return error === undefined ? 'ok' : { error: checkTerm(error) }
      }
      case 'stop': {
        if (this.system?.running !== true) return noproc
        await this.world.until(this.system.stop(toReason(command.reason)), patience)
        return 'ok'
      }
      case 'exit':
      case 'signal': {
        const ref = this.alive<Leave>(command.path)
        if (ref === undefined) return noproc
        if (command.op === 'exit') ref.send({ exit: command.reason })
        else this.system?.exit(ref, toReason(command.reason))
        return 'ok'
      }
      default: {
        const ref = this.alive(command.sup)
        return ref === undefined ? noproc : this.ask(supervisorOf(ref), command)
      }
    }
  }

  private async ask(supervisor: SupervisorRef, command: Command & { readonly sup: string }): Promise<unknown> {
    const until = <Value>(promise: Promise<Value>): Promise<Value> => this.world.until(promise, patience)
    switch (command.op) {
      case 'start_child': {
        if (command.key !== undefined) {
          return this.startedReply(await until(supervisor.startChild(undefined, command.key)))
        }
        return this.startedReply(await until(supervisor.startChild(childSpec(command.spec as Node, this))))
      }
      case 'restart_child':
        return this.startedReply(await until(supervisor.restartChild(command.id)))
      case 'delete_child':
        return this.doneReply(await until(supervisor.deleteChild(command.id)))
      case 'terminate_child': {
        const which = this.which(command)
        return which === undefined ? noproc : this.doneReply(await until(supervisor.terminateChild(which)))
      }
      case 'get_childspec': {
        const which = this.which(command)
        if (which === undefined) return noproc
        const found = await until(supervisor.childSpec(which))
        if (!found.ok) return { error: this.errorTerm(found.error) }
        const { id, restart, shutdown, significant, type } = found.spec
        return {
          ok: { id, restart, shutdown: shutdown === 'brutal-kill' ? 'brutal_kill' : shutdown, significant, type },
        }
      }
      case 'count_children': {
        const counted = await until(supervisor.countChildren())
        return counted.ok ? counted.counts : noproc
      }
      case 'which_children': {
        const listed = await until(supervisor.whichChildren())
        if (!listed.ok) return noproc
        const simple = this.simple.has(command.sup)
        const rows = listed.children.map(({ id, child, type }) => [
          simple ? null : id,
          child === undefined ? null : child === 'restarting' ? child : this.reference(child.path),
          type,
        ])
        return simple ? rows.sort((a, b) => compareBytes(String(a[1]), String(b[1]))) : rows
      }
      default:
        throw new Error(`unknown command ${command.op}`)
    }
  }

  private listen(system: System): void {
    this.system = system
    const { events } = system
    const note = (...event: TraceEvent): void => void this.events.push(event)
    events.on('started', ({ path }) => {
      this.starts.set(path, (this.starts.get(path) ?? 0) + 1)
      note('started', this.reference(path))
    })
    events.on('start-failed', ({ path, reason }) => note('failed', scenarioPath(path), toTerm(reason)))
    events.on('ignored', ({ path }) => note('ignored', scenarioPath(path)))
    events.on('terminated', ({ path, reason }) => note('terminated', this.reference(path), toTerm(reason)))
    events.on('child-error', ({ path, reason }) => note('child_error', this.reference(path), toTerm(reason)))
    events.on('shutdown-error', ({ path, reason }) => note('shutdown_error', this.reference(path), toTerm(reason)))
    events.on('max-intensity', ({ path }) => note('max_intensity', scenarioPath(path)))
    events.on('max-intensity', ({ path, atMs }) => this.onRestart(scenarioPath(path), atMs))
    events.on('restart', ({ supervisor, atMs }) => this.onRestart(scenarioPath(supervisor), atMs))
  }

  private startedReply(answer: StartedChild): unknown {
    if (!answer.ok) return { error: this.errorTerm(answer.error) }
    const ok = answer.ref === undefined ? null : this.reference(answer.ref.path)
    return answer.info === undefined ? { ok } : { ok, extra: answer.info }
  }

  private doneReply(answer: Done): unknown {
    return answer.ok ? 'ok' : { error: this.errorTerm(answer.error) }
  }

  private errorTerm(error: SupervisorError): Term {
    switch (error.code) {
      case 'already_started':
        return ['already_started', this.reference(error.ref.path)]
      case 'start_failed':
        return toTerm(error.reason)
      case 'invalid_spec':
        return specTerm(error.error)
      default:
        return error.code
    }
  }

  /** The last process started at a path, alive or not; `undefined` when there never was one. */
  private which(command: { readonly id?: string; readonly pid?: string }): string | ActorRef<never> | undefined {
    if (command.pid === undefined) return command.id as string
    const path = systemPath(command.pid)
    if (!this.starts.has(path)) return undefined
    try {
      return this.system?.ref(path)
    } catch {
      return this.gone
    }
  }

  /** Stands for every process that has ended and of which no trace is left. */
  private get gone(): ActorRef<never> {
    const address = { system: '', path: '', incarnation: 0 }
    return { path: '', incarnation: 0, alive: false, address, send: () => false, offer: () => false }
  }

  private alive<Message = never>(path: string): ActorRef<Message> | undefined {
    try {
      const ref = this.system?.ref<Message>(systemPath(path))
      return ref?.alive ? ref : undefined
    } catch {
      return undefined
    }
  }

  private reference(path: string): string {
    return `${scenarioPath(path)}#${this.starts.get(path) ?? 0}`
  }

  private async state(): Promise<string> {
    return this.system?.running === true ? this.stateOf('r') : '-'
  }

  private async stateOf(path: string): Promise<string> {
    const id = path.slice(path.lastIndexOf('/') + 1)
    const number = this.starts.get(systemPath(path))
    const ref = this.alive(path)
    if (ref === undefined) return `${id}-`
    const listed = isSupervisor(ref) ? await this.world.until(supervisorOf(ref).whichChildren()) : undefined
    if (listed === undefined || !listed.ok) return `${id}#${number}`
    const ids = listed.children.map((child) => child.id).reverse()
    if (this.simple.has(path)) ids.sort(compareBytes)
    const states: string[] = []
    for (const child of ids) states.push(await this.stateOf(`${path}/${child}`))
    return `${id}#${number}(${states.join(' ')})`
  }

  /** Instances of one supervisor stop at the same time: every run of their ends is put in the order of references. */
  private sortInstances(events: readonly TraceEvent[]): TraceEvent[] {
    const sorted = [...events]
    for (let from = 0; from < sorted.length; ) {
      const owner = this.ownerOfEnd(sorted[from] as TraceEvent)
      let to = from + 1
      while (owner !== undefined && to < sorted.length && this.ownerOfEnd(sorted[to] as TraceEvent) === owner) to++
      const run = sorted
        .slice(from, to)
        .sort((a, b) => (owner === undefined ? 0 : compareBytes(String(a[1]), String(b[1]))))
      sorted.splice(from, run.length, ...run)
      from = to
    }
    return sorted
  }

  private ownerOfEnd(event: TraceEvent): string | undefined {
    if (event[0] !== 'terminated') return undefined
    const path = String(event[1])
    const owner = path.slice(0, path.lastIndexOf('/'))
    return this.simple.has(owner) ? owner : undefined
  }
}

/** Far more than any scenario needs: a supervisor that starts children for ever leaves no turn to anybody else. */
const startsMax = 10_000

/** A step that takes longer never ends: restarts that take so long that they never fill a period. */
const patience = { within: '30s' } as const

const noproc = { exit: 'noproc' }

function isSupervisor(ref: ActorRef<never>): boolean {
  try {
    supervisorOf(ref)
    return true
  } catch {
    return false
  }
}

function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
