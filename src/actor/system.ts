import { type Duration, toMs } from '../base/duration.js'
import { describe } from '../base/errors.js'
import { Events } from '../trace/emitter.js'
import { nodeWorld } from '../world/node.js'
import type { World } from '../world/world.js'
import { type AskOptions, ask } from './ask.js'
import type { Cell } from './cell.js'
import { type DeadLetterReason, DeadLetters } from './deadletters.js'
import { Deadlines } from './deadlines.js'
import { ActorError } from './errors.js'
import { describeExit, type ExitReason } from './exit.js'
import type { Kernel } from './kernel.js'
import type { Outcome } from './outcome.js'
import { defaultMailbox } from './overflow.js'
import type { ActorRef, Address, Question } from './ref.js'
import { Registry } from './registry.js'
import { RootParent } from './root.js'
import { Scheduler } from './scheduler.js'
import type { Startable } from './startable.js'

export interface SystemOptions {
  /** Where time, chance and I/O come from. Default: a fresh `nodeWorld()`. */
  readonly world?: World
  /** How many dead letters are kept for `deadLetters.list()`. Default 1,000; 0 keeps none. */
  readonly deadLettersMax?: number
  /** Called with the system before anything starts, so that no event is missed. */
  readonly onCreate?: (system: System) => void
}

/**
 * Starts a tree and resolves once all of it has started.
 *
 * @throws StartError (as rejection) when the root, or a child that must start with it, fails to; nothing is left running.
 * @throws SpecError (as rejection) when the declaration is faulty; nothing was started.
 * @example
 * const system = await start(supervisor({ children: [{ id: 'tally', start: tally }] }))
 * system.send('/tally', { type: 'add', n: 1 })
 */
export async function start(root: Startable, options: SystemOptions = {}): Promise<System> {
  root.check?.('/')
  const system = new System(root, options)
  options.onCreate?.(system)
  await system.boot()
  return system
}

/** `start` failed: the root, or something below it, did not start. `data.reason` is its exit reason. */
export class StartError extends ActorError {
  static {
    StartError.prototype.name = 'StartError'
  }
}

/**
 * A running tree of actors, and the outside's way in. Made by {@link start}; ends with `stop`, or when its root does.
 *
 * @example
 * await using system = await start(app)   // stopped at the end of the block
 */
export class System implements Kernel {
  /** Unique among all systems; part of every address. */
  readonly id: string
  readonly world: World
  /** Everything that happens in the system, as typed events; free while nobody listens. */
  readonly events = new Events()
  readonly deadLetters: DeadLetters
  readonly registry = new Registry()
  /** Resolves with the root's exit reason when the system has ended, however it did. */
  readonly terminated: Promise<ExitReason>
  /** @internal */ readonly scheduler: Scheduler
  /** @internal */ readonly deadlines: Deadlines

  private readonly root: Cell
  /** @internal */ readonly top: RootParent
  private readonly found = new Map<string, Cell>()

  /** @internal Use {@link start}. */
  constructor(root: Startable, options: SystemOptions) {
    this.world = options.world ?? nodeWorld()
    this.id = this.world.ids.next()
    this.scheduler = new Scheduler(this.world)
    this.deadlines = new Deadlines(this.world.clock, this.world.timers)
    this.deadLetters = new DeadLetters(this.events, options.deadLettersMax ?? 1_000)
    this.top = new RootParent((reason) => this.ended(reason))
    this.terminated = this.top.terminated
    this.events.onMessages = (observed) => this.observe(observed)
    this.root = root.createCell({ kernel: this, parent: undefined, name: '', mailbox: defaultMailbox, args: undefined })
  }

  /** False once the root has ended. */
  get running(): boolean {
    return this.root.alive
  }

  /** The reason the system ended with; absent while it runs. */
  get exitReason(): ExitReason | undefined {
    return this.top.reason
  }

  /** The actor at `path`. It need not be alive. The message type is the caller's claim. @throws ActorError `no-such-actor` */
  ref<Message = never>(path: string): ActorRef<Message> {
    const cell = this.find(path)
    if (cell === undefined) {
      throw new ActorError('no-such-actor', `no actor stands at ${path}${this.nearest(path)}`, { path })
    }
    return cell as ActorRef<Message>
  }

  /** The actor an address was written down for, while the same incarnation lives; else nothing. */
  resolve<Message = never>(address: Address): ActorRef<Message> | undefined {
    if (address.system !== this.id) return undefined
    const cell = this.find(address.path)
    return cell?.incarnation === address.incarnation && cell.alive ? (cell as ActorRef<Message>) : undefined
  }

  /** Sends to an actor by ref or path. False when it was not queued (see `ActorRef.send`); an unknown path makes a dead letter. */
  send<Message>(to: ActorRef<Message> | string, message: NoInfer<Message>): boolean {
    if (typeof to !== 'string') return to.send(message)
    const known = this.found.get(to)
    const cell = known !== undefined && !known.retired ? known : this.find(to)
    if (cell !== undefined) return cell.send(message)
    this.bury(to, message, 'no-such-actor')
    return false
  }

  /**
   * Asks an actor, by ref or path, and answers with a promise.
   *
   * @throws AskError (as rejection) `timeout`, `aborted`, `not-delivered`, `target-ended`; ActorError `no-such-actor`
   * @example
   * const total = await system.ask(tally, (reply: Recipient<number>) => ({ type: 'read', reply }), { timeout: '1s' })
   */
  ask<Message, Answer, Build extends Question<Message, unknown> = Question<Message, Answer>>(
    to: ActorRef<Message> | string,
    build: Build & Question<Message, Answer>,
    options?: AskOptions,
  ): Promise<Answer> {
    try {
      const cell = (typeof to === 'string' ? this.ref(to) : to) as unknown as Cell
      return ask(cell, build, options, undefined)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Sends an exit signal from outside, with Erlang's rules: `kill` can not be trapped, `normal` ends nobody. */
  exit(to: ActorRef<never> | string, reason: ExitReason): void {
    const cell = (typeof to === 'string' ? this.ref(to) : to) as unknown as Cell
    cell.signal({ type: 'exit', from: undefined, reason, link: false })
  }

  /**
   * Stops the tree in order: children in reverse start order, each within its `shutdown`. Resolves with the root's exit
   * reason once all is down. With a `deadline`, what is left after it is killed. Before anything has started, it makes
   * `start` reject with `system-stopped`.
   */
  async stop(reason: ExitReason = 'shutdown', options: { readonly deadline?: Duration } = {}): Promise<ExitReason> {
    if (this.root.incarnation === 0 && this.exitReason === undefined) this.top.childEnded(this.root, 0, reason)
    if (this.running) {
      const { deadline } = options
      const timer =
        deadline === undefined
          ? undefined
          : this.world.timers.after(toMs(deadline, 'stop deadline'), () => this.root.kill())
      // From within a handler through the lane: its actor must not be stopped, or even killed, under its feet.
      if (this.scheduler.current === undefined) this.root.shutdown(reason)
      else this.root.signal({ type: 'shutdown', reason })
      await this.terminated
      timer?.cancel()
    }
    return this.terminated
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop().then(() => undefined)
  }

  /** @internal */
  async boot(): Promise<void> {
    if (this.exitReason !== undefined) {
      const data = { reason: this.exitReason }
      throw new StartError('system-stopped', 'the system did not start: stop() was called first', data)
    }
    const outcome = await this.top.started(this.root)
    if (outcome.kind === 'started') return
    this.deadlines.close()
    throw startError(outcome)
  }

  /** @internal */
  find(path: string): Cell | undefined {
    const known = this.found.get(path)
    if (known !== undefined && !known.retired) return known
    let cell: Cell | undefined = this.root
    if (!path.startsWith('/')) return undefined
    if (path !== '/') {
      for (const name of path.slice(1).split('/')) cell = cell?.child(name)
    }
    if (cell !== undefined) {
      if (this.found.size >= foundMax) this.found.clear()
      this.found.set(path, cell)
    } else this.found.delete(path)
    return cell
  }

  /** @internal */
  bury(path: string, message: unknown, reason: DeadLetterReason, error?: Error): void {
    this.deadLetters.add({ path, message, reason, error, atMs: this.world.clock.now() })
  }

  private ended(_reason: ExitReason): void {
    this.deadlines.close()
  }

  /** Somebody begins, or the last one ceases, to listen to single messages. */
  private observe(observed: boolean): void {
    this.scheduler.observe(observed)
    const cells: Cell[] = [this.root]
    for (let cell = cells.pop(); cell !== undefined; cell = cells.pop()) {
      cell.measureRoom()
      cells.push(...cell.below())
    }
  }

  private nearest(path: string): string {
    const parts = typeof path === 'string' && path.startsWith('/') ? path.split('/') : undefined
    if (parts === undefined) return '; paths start with /'
    while (parts.length > 1) {
      parts.pop()
      const above = parts.length === 1 ? '/' : parts.join('/')
      if (this.find(above) !== undefined) return `; the nearest one is ${above}`
    }
    return ''
  }
}

const foundMax = 10_000

function startError(outcome: Outcome): StartError {
  const reason = outcome.kind === 'failed' ? outcome.reason : undefined
  const text = reason === undefined ? 'its root returned ignore' : describeExit(reason)
  const why = reason !== undefined && typeof reason === 'object' && 'shutdown' in reason ? reason.shutdown : reason
  const cause = why instanceof Error ? why : undefined
  return new StartError(
    'start-failed',
    `the system did not start: ${text}`,
    { reason, detail: describe(reason) },
    { cause },
  )
}
