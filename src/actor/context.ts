import { type Duration, toMs } from '../base/duration.js'
import type { RandomStream } from '../world/random.js'
import type { Timer } from '../world/timers.js'
import type { World } from '../world/world.js'
import { type AskOptions, ask } from './ask.js'
import type { Cell } from './cell.js'
import type { Shutdown } from './children.js'
import { ActorError } from './errors.js'
import { type ExitReason, StopRequest } from './exit.js'
import type { Incarnation } from './incarnation.js'
import { STOPPING } from './life.js'
import { demonitor, link, monitor, unlink } from './links.js'
import type { MailboxOptions } from './overflow.js'
import type { ActorRef, Question } from './ref.js'
import type { Monitor } from './signals.js'
import { spawnChild } from './spawn.js'
import type { Startable } from './startable.js'

/** How a child of an actor is spawned. */
export interface SpawnOptions<Args = void> {
  /** Its name below this actor. Default: a fresh id. */
  readonly name?: string
  /** Handed to its `init`. */
  readonly args?: Args
  readonly mailbox?: MailboxOptions
  /** How long it may take to stop when this actor ends. Default 5 s. */
  readonly shutdown?: Shutdown
}

/** What most incarnations never ask for: made on first use. */
class Extras {
  controller: AbortController | undefined
  info: unknown
  random: RandomStream | undefined
}

/**
 * What a handler can do beside returning its next state. It speaks for one incarnation: once that has ended, or
 * the handler was abandoned, it is stale. What a stale context sends becomes a dead letter, its timers do not
 * fire, and anything that would make something new throws `stale-context`.
 */
export class Context<in out Message = never> {
  private extras: Extras | undefined

  /** @internal */
  constructor(
    private readonly cell: Incarnation,
    /** Which start of the actor this is, from 1. */
    readonly incarnation: number,
    heir?: Context<never>,
  ) {
    this.extras = heir?.extras
  }

  /** This actor. */
  get self(): ActorRef<Message> {
    return this.cell as ActorRef<Message>
  }

  get path(): string {
    return this.cell.path
  }

  /** The world of the system: the only source of time, chance and I/O that a test can control. */
  get world(): World {
    return this.cell.kernel.world
  }

  /** A stream of chance of this incarnation's own, derived from the world's seed, the path and the incarnation. */
  get random(): RandomStream {
    const extras = this.own()
    extras.random ??= this.world.random.stream(`${this.path}#${this.incarnation}`)
    return extras.random
  }

  /** Aborts when this incarnation is asked to stop, ends, or its handler is abandoned. Pass it to whatever you await. */
  get signal(): AbortSignal {
    const extras = this.own()
    if (extras.controller === undefined) {
      extras.controller = new AbortController()
      if (this.stale) extras.controller.abort(this.staleError('signal'))
      else if (this.cell.life === STOPPING) this.abort('shutdown')
    }
    return extras.controller.signal
  }

  /** True once this context no longer speaks for its actor. */
  get stale(): boolean {
    return !this.cell.speaks(this)
  }

  /** Sends in the name of this actor, also after an `await`. Like `to.send` otherwise. */
  send<To>(to: ActorRef<To>, message: NoInfer<To>): boolean {
    const cell = to as unknown as Cell
    if (this.stale) {
      this.cell.kernel.bury(cell.path, message, 'stale-sender')
      return false
    }
    return this.cell.kernel.scheduler.current === this.cell ? cell.send(message) : cell.sendSlowly(message, this.cell)
  }

  /**
   * Asks and answers with a promise: `build` makes the question around the recipient of its answer.
   * Await it in an async handler; the actor handles nothing else meanwhile.
   *
   * @throws AskError (as rejection) `timeout`, `aborted`, `not-delivered`, `target-ended`
   * @example
   * const balance = await ctx.ask(ledger, (reply: Recipient<number>) => ({ type: 'balance', reply }), { timeout: '1s' })
   */
  ask<To, Answer, Build extends Question<To, unknown> = Question<To, Answer>>(
    to: ActorRef<To>,
    build: Build & Question<To, Answer>,
    options?: AskOptions,
  ): Promise<Answer> {
    if (this.stale) return Promise.reject(this.staleError('ask'))
    try {
      return ask(to as unknown as Cell, build, options, this.cell)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Ends this actor with `reason` once the handler is left, which is at once: it never returns. */
  stop(reason: ExitReason = 'normal'): never {
    throw new StopRequest(reason)
  }

  /** Sends an exit signal, with Erlang's rules: `kill` can not be trapped, `normal` ends nobody. */
  exit(to: ActorRef<never>, reason: ExitReason): void {
    if (this.stale) return
    ;(to as unknown as Cell).signal({ type: 'exit', from: this.cell as ActorRef<never>, reason, link: false })
  }

  /** Whether exit signals reach `signal` instead of ending this actor, until its incarnation ends. */
  trapExit(trap = true): void {
    if (!this.stale) this.cell.own().trapExit = trap
  }

  /** Ties this actor to another: when one ends, the other gets an exit signal. */
  link(other: ActorRef<never>): void {
    if (!this.stale) link(this.cell, other as unknown as Cell)
  }

  unlink(other: ActorRef<never>): void {
    if (!this.stale) unlink(this.cell, other as unknown as Cell)
  }

  /** Asks for a `down` signal when `target` ends; comes at once, with `noproc`, when it is not alive. */
  monitor(target: ActorRef<never>): Monitor {
    this.live('monitor')
    return monitor(this.cell, target as unknown as Cell)
  }

  demonitor(made: Monitor): void {
    if (!this.stale) demonitor(this.cell, made)
  }

  /**
   * Starts a child that lives at most as long as this incarnation. It is linked: when it fails, this actor gets an exit
   * signal. It is not restarted; that is what supervisors are for.
   *
   * @throws what its `init` throws; ActorError `name-taken`, `invalid-name`, `stale-context`
   */
  spawn<To, Args = void>(
    startable: Startable & { readonly accepts: (message: To, args: Args) => void },
    options?: SpawnOptions<Args>,
  ): ActorRef<To> {
    this.live('spawn')
    return spawnChild(this.cell, startable, options as SpawnOptions<unknown> | undefined) as ActorRef<To>
  }

  /** The actors spawned by this one, in start order. */
  get children(): ActorRef<never>[] {
    const children = this.cell.ties?.children
    return children === undefined ? [] : [...children.values()].map(({ cell }) => cell as ActorRef<never>)
  }

  /** The actor at an absolute path. The message type is the caller's claim. */
  lookup<To = never>(path: string): ActorRef<To> | undefined {
    return this.cell.kernel.find(path) as ActorRef<To> | undefined
  }

  /** The actor registered under `name`. */
  whereis<To = never>(name: string): ActorRef<To> | undefined {
    return this.cell.kernel.registry.whereis(name)
  }

  /** Sends `message` to this actor after `delay`. Gone with its incarnation. */
  after(delay: Duration, message: Message): Timer {
    return this.setTimer(toMs(delay, 'after'), () => {
      this.cell.sendSlowly(message, this.cell)
    })
  }

  /** Sends `message` to this actor every `interval`, first after one interval. Gone with its incarnation. */
  every(interval: Duration, message: Message): Timer {
    const intervalMs = toMs(interval, 'every')
    const tick = (): void => {
      this.cell.sendSlowly(message, this.cell)
      current = this.setTimer(intervalMs, tick)
    }
    let current = this.setTimer(intervalMs, tick)
    return { cancel: () => current.cancel() }
  }

  /** Waits. In a handler, the actor handles nothing else meanwhile; after the incarnation has ended it never settles. */
  sleep(delay: Duration): Promise<void> {
    return new Promise((wake) => {
      this.setTimer(toMs(delay, 'sleep'), wake)
    })
  }

  /** Only in `init`: hands `info` to whoever started this actor, beside the ref (the `Extra` of OTP's `{ok, Pid, Extra}`). */
  startInfo(info: unknown): void {
    this.own().info = info
  }

  /** @internal */
  takeInfo(): unknown {
    const info = this.extras?.info
    if (info !== undefined) this.own().info = undefined
    return info
  }

  /** @internal Aborts the signal if the handler ever looked at it. */
  abort(reason: ExitReason): void {
    const controller = this.extras?.controller
    if (controller === undefined || controller.signal.aborted) return
    controller.abort(reason instanceof Error ? reason : new DOMException(`stopped: ${String(reason)}`, 'AbortError'))
  }

  /** @internal True when `thrown` is no more than the abort of this context coming back. */
  causedBy(thrown: unknown): boolean {
    const controller = this.extras?.controller
    if (controller === undefined || !controller.signal.aborted) return false
    return thrown === controller.signal.reason || (thrown instanceof Error && thrown.name === 'AbortError')
  }

  private own(): Extras {
    this.extras ??= new Extras()
    return this.extras
  }

  private setTimer(delayMs: number, run: () => void): Timer {
    if (this.stale) return { cancel: () => undefined }
    const ties = this.cell.own()
    ties.timers ??= new Set()
    const { timers } = ties
    const timer = this.world.timers.after(delayMs, () => {
      timers.delete(timer)
      if (!this.stale) run()
    })
    timers.add(timer)
    return {
      cancel: () => {
        timers.delete(timer)
        timer.cancel()
      },
    }
  }

  private live(what: string): void {
    if (this.stale) throw this.staleError(what)
  }

  private staleError(what: string): ActorError {
    const { path } = this.cell
    return new ActorError(
      'stale-context',
      `${path}#${this.incarnation}: ctx.${what} was used after that incarnation had ended; ` +
        'look at ctx.signal or ctx.stale after each await',
      { path, incarnation: this.incarnation },
    )
  }
}
