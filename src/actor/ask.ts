import { type Duration, toMs } from '../base/duration.js'
import type { Cell } from './cell.js'
import type { Expiring } from './deadlines.js'
import { AskError, type AskErrorCode } from './errors.js'
import { describeExit, type ExitReason } from './exit.js'
import type { Recipient } from './ref.js'
import type { Relations } from './relations.js'

export interface AskOptions {
  /** How long to wait for the answer. Default 5 s, OTP's `gen_server:call`. */
  readonly timeout?: Duration
  /** Gives up when it fires. */
  readonly signal?: AbortSignal
}

/**
 * One question under way, and the recipient of its answer. Only the first answer counts.
 * It hangs in a list of the asked actor, so that it fails at once when that actor ends without answering.
 */
export class Ask<Answer> implements Recipient<Answer>, Expiring {
  settled = false
  dueMs = 0
  next: Ask<unknown> | undefined = undefined
  previous: Ask<unknown> | undefined = undefined
  message: unknown = undefined
  private abort: { readonly signal: AbortSignal; readonly listener: () => void } | undefined = undefined

  constructor(
    readonly target: Cell,
    readonly timeoutMs: number,
    private readonly resolve: (answer: Answer) => void,
    private readonly reject: (error: AskError) => void,
  ) {}

  /** Answers the question; false when it is not waited for any more. */
  send(answer: Answer): boolean {
    if (this.settled) return false
    this.settle()
    this.resolve(answer)
    return true
  }

  /** @internal The deadline has passed. */
  expire(): void {
    this.fail('timeout', `no answer within ${this.timeoutMs} ms; ask with a longer timeout, or look why it is slow`)
  }

  /** @internal */
  fail(code: AskErrorCode, text: string, cause?: unknown): void {
    if (this.settled) return
    this.settle()
    const { path } = this.target
    this.reject(new AskError(code, `ask ${path}: ${text}`, { path, timeoutMs: this.timeoutMs }, { cause }))
  }

  /** @internal Puts the question on its way. */
  pose(message: unknown, sender: Cell | undefined, signal: AbortSignal | undefined): void {
    this.message = message
    const { target } = this
    if (signal !== undefined && !this.follow(signal)) return
    const queued = sender === undefined ? target.send(message) : target.sendSlowly(message, sender)
    if (!queued) {
      this.fail('not-delivered', `the question was not delivered: ${whyNot(target)}`)
      return
    }
    const ties = target.own()
    const first = ties.asks
    this.next = first
    if (first !== undefined) first.previous = this as Ask<unknown>
    ties.asks = this as Ask<unknown>
    target.kernel.deadlines.add(this, this.timeoutMs)
  }

  private follow(signal: AbortSignal): boolean {
    const listener = (): void => this.fail('aborted', 'given up by its AbortSignal', signal.reason)
    if (signal.aborted) {
      listener()
      return false
    }
    signal.addEventListener('abort', listener, { once: true })
    this.abort = { signal, listener }
    return true
  }

  private settle(): void {
    this.settled = true
    const { previous, next } = this
    if (previous !== undefined) previous.next = next
    else {
      const ties = this.target.ties
      if (ties !== undefined && ties.asks === (this as Ask<unknown>)) ties.asks = next
    }
    if (next !== undefined) next.previous = previous
    this.previous = undefined
    this.next = undefined
    if (this.abort !== undefined) this.abort.signal.removeEventListener('abort', this.abort.listener)
  }
}

let lastTimeout: Duration = '5s'
let lastTimeoutMs = 5_000

/** Asks `target`: `build` makes the message around the recipient of the answer. */
export function ask<Answer>(
  target: Cell,
  build: (reply: Recipient<Answer>) => unknown,
  options: AskOptions | undefined,
  sender: Cell | undefined,
): Promise<Answer> {
  const timeout = options?.timeout ?? '5s'
  if (timeout !== lastTimeout) {
    lastTimeoutMs = toMs(timeout, 'ask timeout')
    lastTimeout = timeout
  }
  const promise = new Promise<Answer>(catchHandles)
  const question = new Ask<Answer>(target, lastTimeoutMs, caughtResolve, caughtReject)
  question.pose(build(question), sender, options?.signal)
  return promise
}

let caughtResolve: (answer: unknown) => void
let caughtReject: (error: AskError) => void

/** One executor for all promises: a closure for each would be garbage at once. */
function catchHandles(resolve: (answer: never) => void, reject: (error: AskError) => void): void {
  caughtResolve = resolve as (answer: unknown) => void
  caughtReject = reject
}

/** Fails what an ended incarnation will never answer; questions still in the mailbox wait for the next one. */
export function failAsks(cell: Cell, ties: Relations, reason: ExitReason): void {
  const waiting = cell.queuedMessages()
  const cause = reason instanceof Error ? reason : undefined
  for (let asked = ties.asks; asked !== undefined; ) {
    const { next } = asked
    if (!waiting.has(asked.message)) {
      asked.fail('target-ended', `it ended before it answered: ${describeExit(reason)}`, cause)
    }
    asked = next
  }
}

/** Fails the question that a dropped message was. */
export function failAskOf(ties: Relations, message: unknown, why: string): void {
  for (let asked = ties.asks; asked !== undefined; asked = asked.next) {
    if (asked.message === message) {
      asked.fail('not-delivered', `the question was not handled: ${why}`)
      return
    }
  }
}

/** Fails every question to an actor whose mailbox was emptied. */
export function failAllAsks(ties: Relations, why: string): void {
  while (ties.asks !== undefined) ties.asks.fail('not-delivered', `the question was not handled: ${why}`)
}

function whyNot(target: Cell): string {
  if (target.retired) return 'the actor is gone for good'
  if (!target.alive) return 'the actor is stopped; start it again, or ask its supervisor why it ended'
  return 'its mailbox is full; wait with offer, or raise mailbox.capacity'
}
