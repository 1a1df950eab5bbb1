import { AssertionFailure } from '../base/assert.js'
import { offerLater, overflow, releaseWaiters } from './admission.js'
import { failAllAsks, failAskOf } from './ask.js'
import type { DeadLetterReason } from './deadletters.js'
import type { ExitReason } from './exit.js'
import type { Kernel } from './kernel.js'
import { Lane, type LaneSignal } from './lane.js'
import { CLOSE, DOWN, END, life, RETIRE, RETIRED, RUNNING, START, STARTING, STOPPED, STOPPING } from './life.js'
import { breakTies } from './links.js'
import type { Outcome } from './outcome.js'
import type { MailboxSettings } from './overflow.js'
import type { ActorRef, Address } from './ref.js'
import { Relations } from './relations.js'
import type { Superior } from './root.js'
import type { Place } from './startable.js'

/** How many orders to start or stop, and answers to them, may be carried out within each other: the stack is not for ever. */
export const depthMax = 64

/** What a cell is doing: nothing. */
export const IDLE = 0
/** It waits in the run queue. */
export const QUEUED = 1
/** In the middle of something asynchronous; messages wait. */
export const PARKED = 2
/** Parked, and in the run queue because an urgent signal came. */
export const PARKED_QUEUED = 3
/** Its turn is under way. */
export const BUSY = 4

/**
 * One place in the tree, and everything an actor and a supervisor have in common: identity, mailbox, system
 * lane, life, ties to others. It outlives its incarnations, which is why refs do: the ref *is* the cell, seen
 * through the {@link ActorRef} interface.
 *
 * Who may call what: the cell's own turn (`run`) and its parent's turn (`start`, `shutdown`, `kill`, `close`,
 * `retire`) act at once; everyone else goes through a lane.
 */
export abstract class Cell extends Lane implements ActorRef<unknown>, Superior {
  // In this order on purpose: what a turn touches, with the mailbox in front of it, fills two cache lines.
  /** Number of a state of `actor.machine`. */
  life = STOPPED
  /** IDLE, QUEUED, BUSY, PARKED or PARKED_QUEUED. It stands in the run queue once when (PARKED_)QUEUED, else not at all. */
  protected activity = IDLE
  readonly kernel: Kernel
  protected relations: Relations | undefined = undefined
  /** What an actor does, the state it does it with, and the incarnation it does it for: see `Incarnation`. */
  protected behavior: unknown = undefined
  protected state: unknown = undefined
  protected context: unknown = undefined
  readonly parent: Cell | undefined
  /** Its name among its siblings; a number for instances of a template. */
  readonly name: string | number
  /** Changed only between two incarnations. */
  mailbox: MailboxSettings
  /** What the parent holds of this child. */
  seat: object | undefined = undefined
  incarnation = 0

  constructor(place: Place) {
    super()
    this.kernel = place.kernel
    this.parent = place.parent
    this.name = place.name
    this.mailbox = place.mailbox
  }

  /** Starts a new incarnation. Called by the parent only, while the cell is stopped or down. */
  abstract start(): Outcome
  /** Takes a turn: handles at most `limit` messages, and says how many units of work that were. */
  abstract run(limit: number): number
  /** Takes one turn for the message at `offset` in the mailbox. */
  abstract runChannel(offset: number): void
  /** Finds a child by name. */
  abstract child(name: string): Cell | undefined
  /** The cells right below this one. */
  abstract below(): Iterable<Cell>
  /** Ends this incarnation at once, without a stop hook, and all below it. The reason is `killed` unless given. */
  abstract kill(reason?: ExitReason): void
  abstract childEnded(child: Cell, incarnation: number, reason: ExitReason): void
  abstract childStarted(child: Cell, outcome: Outcome): void

  get path(): string {
    const parent = this.parent
    if (parent === undefined) return '/'
    return parent.parent === undefined ? `/${this.label}` : `${parent.path}/${this.label}`
  }

  /** The name as a part of the path. */
  get label(): string {
    return typeof this.name === 'string' ? this.name : `${this.parent?.instanceId ?? ''}-${this.name}`
  }

  /** What the paths of numbered children begin with. */
  get instanceId(): string {
    return ''
  }

  /** Who starts and stops this cell: its parent, or what stands above the root. */
  get superior(): Superior {
    return this.parent ?? this.kernel.top
  }

  get alive(): boolean {
    return this.life === RUNNING || this.life === STARTING || this.life === STOPPING
  }

  get retired(): boolean {
    return this.life === RETIRED
  }

  get address(): Address {
    return { system: this.kernel.id, path: this.path, incarnation: this.incarnation }
  }

  override toString(): string {
    return `${this.path}#${this.incarnation}`
  }

  toJSON(): Address {
    return this.address
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `ActorRef(${this})`
  }

  send(message: unknown): boolean {
    const tail = this.tail
    if (tail === 0 ? this.room < 0 : tail - this.head >= this.room) {
      return this.sendSlowly(message, this.kernel.scheduler.current)
    }
    if (tail === 0) this.first = message
    else this.ring[tail & (this.ring.length - 1)] = message
    this.tail = tail + 1
    if (this.activity === IDLE) {
      this.activity = QUEUED
      this.kernel.scheduler.push(this)
    }
    return true
  }

  offer(message: unknown): boolean | Promise<boolean> {
    const { overflow, capacity } = this.mailbox
    const full = this.queued >= capacity || this.relations?.waiters !== undefined
    if (overflow !== 'credit' || !full || this.closed) return this.send(message)
    return offerLater(this.own(), message, this.kernel.scheduler.current)
  }

  /** Everything `send` leaves out: no room, closed, or somebody wants to know the sender. */
  sendSlowly(message: unknown, sender: Cell | undefined): boolean {
    if (this.closed) {
      this.bury(message, 'stopped')
      return false
    }
    if (this.queued >= this.mailbox.capacity && !overflow(this, message)) return false
    this.push(message)
    this.measureRoom()
    const { scheduler, events } = this.kernel
    if (scheduler.choosing || scheduler.observing) {
      this.noteSender(sender)
      if (events.messages) {
        events.emit('sent', { atMs: this.nowMs(), path: this.path, message, sender: sender?.path })
      }
    }
    this.wake()
    return true
  }

  /** Takes the oldest message out of the mailbox and files it as a dead letter. */
  dropOldest(): void {
    const message = this.take()
    this.bury(message, 'overflow')
    if (this.relations !== undefined) failAskOf(this.relations, message, 'newer messages pushed it out of the mailbox')
  }

  /** The messages that wait, for questions to find themselves in. */
  queuedMessages(): Set<unknown> {
    const messages = new Set<unknown>()
    for (let at = this.head; at !== this.tail; at++) messages.add(this.at(at))
    return messages
  }

  /** Puts a signal into the system lane. What is sent to an actor that is not alive is lost, as in Erlang. */
  signal(signal: LaneSignal): void {
    if (!this.alive) {
      if (signal.type === 'request') signal.refuse()
      return
    }
    this.queueSignal(signal)
    if (this.urgent(signal)) this.own().pressing = true
    if (this.activity === IDLE && signal.type !== 'request') {
      this.activity = QUEUED
      this.kernel.scheduler.pushFirst(this)
    } else this.wake()
  }

  /** The parent asks for an orderly end with `reason`; the parent's `childEnded` follows. */
  shutdown(reason: ExitReason): void {
    const { scheduler } = this.kernel
    if (!this.atRest || this.signals !== undefined || scheduler.depth === depthMax) {
      this.signal({ type: 'shutdown', reason })
      return
    }
    scheduler.depth++
    try {
      this.obey(reason)
    } finally {
      scheduler.depth--
    }
  }

  /** No restart is due: queued messages become dead letters, and so does what comes. */
  close(): void {
    if (this.life !== DOWN) return
    this.move(CLOSE)
    this.clearMailbox()
  }

  /** The cell is given up for good. */
  retire(): void {
    if (this.life === RETIRED) return
    if (this.alive) throw new AssertionFailure(`${this.path} is retired while alive`)
    this.move(RETIRE)
    this.clearMailbox()
    this.signals = undefined
    this.kernel.registry.forget(this)
  }

  /** Queued messages become dead letters; who waits for room is told. */
  clearMailbox(): void {
    while (this.queued > 0) this.bury(this.take(), this.closed ? 'stopped' : 'cleared')
    this.release()
    this.room = -1
    if (this.relations?.asks !== undefined) failAllAsks(this.relations, 'the mailbox was emptied')
    releaseWaiters(this)
  }

  bury(message: unknown, reason: DeadLetterReason, error?: Error): void {
    this.kernel.bury(this.path, message, reason, error)
  }

  /** Relations, made on first use. */
  own(): Relations {
    this.relations ??= new Relations()
    return this.relations
  }

  protected get senders(): unknown[] | undefined {
    return this.relations?.senders
  }

  protected set senders(senders: unknown[] | undefined) {
    if (senders !== undefined || this.relations !== undefined) this.own().senders = senders
  }

  /** Relations, if there are any. */
  get ties(): Relations | undefined {
    return this.relations
  }

  /** True when a signal would find the cell between two turns with nothing to do, so that it may be handled on the spot. */
  private get atRest(): boolean {
    return this.life === RUNNING && this.activity === IDLE
  }

  /** The senders that have a message here, each with the offset of its oldest one. */
  readySenders(): { readonly sender: string | undefined; readonly offset: number }[] {
    if (this.signals !== undefined || this.queued === 0) return [{ sender: undefined, offset: 0 }]
    const seen = new Set<unknown>()
    const ready: { sender: string | undefined; offset: number }[] = []
    for (let offset = 0; offset < this.queued; offset++) {
      const sender = this.senderAt(offset)
      if (seen.has(sender)) continue
      seen.add(sender)
      ready.push({ sender: sender instanceof Cell ? sender.path : undefined, offset })
    }
    return ready
  }

  nowMs(): number {
    return this.kernel.world.clock.now()
  }

  /** True when nothing will be handled here until a start that nobody has announced. */
  get closed(): boolean {
    return this.life === STOPPED || this.life === RETIRED
  }

  /** True for a signal that is looked at even in the middle of something. */
  protected abstract urgent(signal: LaneSignal): boolean

  /** The parent's request, carried out now. */
  protected abstract obey(reason: ExitReason): void

  /** Steps the life machine; an event that its state ignores is a bug of the kernel. */
  protected move(event: number): void {
    const next = life.step(this.life, event)
    // Spelled out: an `assert` would build its text each time.
    if (next === this.life) {
      throw new AssertionFailure(`${this.path}: ${life.events[event]} while ${life.states[this.life]}`)
    }
    this.life = next
  }

  /** The start of a new incarnation, as far as it is the same for all. */
  protected begin(): void {
    this.move(START)
    this.incarnation++
    this.measureRoom()
    if (this.kernel.events.active) {
      this.kernel.events.emit('starting', { atMs: this.nowMs(), path: this.path, incarnation: this.incarnation })
    }
  }

  /** The end of this incarnation: the only way out of starting, running and stopping. */
  protected end(reason: ExitReason, report: boolean): void {
    this.move(END)
    const { incarnation } = this
    if (this.activity === PARKED) this.activity = IDLE
    else if (this.activity === PARKED_QUEUED) this.activity = QUEUED
    if (report && this.kernel.events.active) {
      this.kernel.events.emit('terminated', { atMs: this.nowMs(), path: this.path, incarnation, reason })
    }
    if (this.relations !== undefined) breakTies(this, this.relations, reason)
    for (let signal = this.nextSignal(); signal !== undefined; signal = this.nextSignal()) {
      if (signal.type === 'request') signal.refuse()
    }
    if (report) this.superior.childEnded(this, incarnation, reason)
  }

  /** Gets a turn, or the turn is noted where one is under way. */
  protected wake(): void {
    if (this.activity === IDLE) {
      this.activity = QUEUED
      this.kernel.scheduler.push(this)
    } else if (this.activity === PARKED && this.relations?.pressing === true) {
      this.activity = PARKED_QUEUED
      this.kernel.scheduler.push(this)
    }
  }

  /** After a turn, or something asynchronous: back into the queue while there is work, else idle. */
  protected rest(): void {
    const empty = this.head === this.tail
    if (this.signals !== undefined || (!empty && this.life === RUNNING)) {
      this.activity = QUEUED
      this.kernel.scheduler.push(this)
      return
    }
    this.activity = IDLE
    if (empty) {
      this.head = 0
      this.tail = 0
      if (this.relations?.senders !== undefined) this.relations.senders = undefined
    }
  }

  /** How many messages may be queued without asking: none while their senders are noted. */
  measureRoom(): void {
    const { choosing, observing } = this.kernel.scheduler
    this.room = choosing || observing || this.closed ? -1 : Math.min(this.mailbox.capacity, this.ring.length)
  }
}
