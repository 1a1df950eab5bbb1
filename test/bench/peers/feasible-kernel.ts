/**
 * The least that a supervised actor kernel has to do, for orientation between the bare ring and the
 * libraries: identity, a mailbox, a fair scheduler, restart within an intensity, ask with a deadline.
 * It has no lifecycle, no links, no events and no bounds, and is not a product.
 *
 * - A mailbox is a power-of-two ring inside the actor, allocated with the first message.
 * - One run queue; it is woken by `then` on one resolved promise, the cheapest wake-up there is, and gives
 *   the event loop back by an immediate when its slice is used up.
 * - One try block per turn, not per message.
 */
import { Ring } from '../support/ring.js'

/** What a kernel actor does. A returned promise parks the actor; any other value is the next state. */
export interface KernelBehavior<State, Message> {
  init(): State
  receive(state: State, message: Message): State | undefined | Promise<unknown>
}

const turnMessages = 256
const sliceMessages = 16_384
const wheelSlotMs = 100
const wheelSlots = 64
const woken = Promise.resolve()

type AnyActor = KernelActor<unknown, unknown>

/** The scheduler, the registry and the deadlines. */
export class Kernel {
  live = 0
  private readonly ready = new Ring<AnyActor>(1024)
  private readonly names = new Map<string, AnyActor>()
  private wheel: Wheel | undefined
  private awake = false
  private used = 0

  spawn<State, Message>(
    behavior: KernelBehavior<State, Message>,
    supervisor: KernelSupervisor,
    name?: string,
  ): KernelActor<State, Message> {
    const actor = new KernelActor<State, Message>(this, behavior, supervisor, name)
    supervisor.adopt(actor as unknown as AnyActor)
    if (name !== undefined) this.names.set(name, actor as unknown as AnyActor)
    this.live += 1
    return actor
  }

  send(name: string, message: unknown): boolean {
    const actor = this.names.get(name)
    return actor === undefined ? false : actor.send(message)
  }

  ask<Reply>(send: (reply: (value: Reply) => void) => void, timeoutMs: number): Promise<Reply> {
    this.wheel ??= new Wheel()
    const wheel = this.wheel
    return new Promise<Reply>((resolve, reject) => {
      const question = new Question(resolve as (value: unknown) => void, reject)
      wheel.add(question, timeoutMs)
      send((value) => question.answer(value))
    })
  }

  forget(name: string | undefined): void {
    this.live -= 1
    if (name !== undefined) this.names.delete(name)
  }

  wake(actor: AnyActor): void {
    this.ready.push(actor)
    if (this.awake) return
    this.awake = true
    woken.then(this.slice)
  }

  private readonly slice = (): void => {
    this.used = 0
    const ready = this.ready
    while (!ready.empty && this.used < sliceMessages) this.used += ready.shift().turn()
    if (ready.empty) this.awake = false
    else setImmediate(this.slice)
  }
}

const noSlots: unknown[] = []

/** One actor: mailbox, state and its place in the list of its supervisor. */
export class KernelActor<State, Message> {
  previous: AnyActor | undefined
  next: AnyActor | undefined
  private state: State
  private status: 'idle' | 'ready' | 'stopped' = 'idle'
  private slots = noSlots as (Message | undefined)[]
  private mask = -1
  private head = 0
  private tail = 0

  private readonly kernel: Kernel
  private readonly behavior: KernelBehavior<State, Message>
  private readonly supervisor: KernelSupervisor
  private readonly name: string | undefined

  constructor(
    kernel: Kernel,
    behavior: KernelBehavior<State, Message>,
    supervisor: KernelSupervisor,
    name: string | undefined,
  ) {
    this.kernel = kernel
    this.behavior = behavior
    this.supervisor = supervisor
    this.name = name
    this.state = behavior.init()
  }

  send(message: Message): boolean {
    if (this.status === 'stopped') return false
    if (this.tail - this.head > this.mask) this.grow()
    this.slots[this.tail & this.mask] = message
    this.tail += 1
    if (this.status === 'idle') {
      this.status = 'ready'
      this.kernel.wake(this as unknown as AnyActor)
    }
    return true
  }

  stop(): void {
    if (this.status === 'stopped') return
    this.status = 'stopped'
    this.slots = noSlots as (Message | undefined)[]
    this.mask = -1
    this.head = 0
    this.tail = 0
    this.supervisor.release(this as unknown as AnyActor)
    this.kernel.forget(this.name)
  }

  /** Handles what is queued, at most a turn's worth; gives the number of messages. */
  turn(): number {
    const start = this.head
    const end = Math.min(this.tail, start + turnMessages)
    try {
      const behavior = this.behavior
      while (this.head < end) {
        const at = this.head & this.mask
        const message = this.slots[at] as Message
        this.slots[at] = undefined
        this.head += 1
        const result = behavior.receive(this.state, message)
        if (result === undefined) continue
        if (isPromise(result)) {
          result.then(
            () => this.rest(),
            (error: unknown) => this.failed(error),
          )
          return this.head - start
        }
        this.state = result as State
      }
    } catch (error) {
      this.crash(error)
    }
    const handled = this.head - start
    this.rest()
    return handled
  }

  private rest(): void {
    if (this.status !== 'ready') return
    if (this.head === this.tail) this.status = 'idle'
    else this.kernel.wake(this as unknown as AnyActor)
  }

  private failed(error: unknown): void {
    this.crash(error)
    this.rest()
  }

  private crash(error: unknown): void {
    if (this.supervisor.allows(error)) this.state = this.behavior.init()
    else this.stop()
  }

  private grow(): void {
    const size = this.tail - this.head
    const slots = new Array<Message | undefined>(Math.max(8, this.slots.length * 2)).fill(undefined)
    for (let index = 0; index < size; index += 1) slots[index] = this.slots[(this.head + index) & this.mask]
    this.slots = slots
    this.mask = slots.length - 1
    this.head = 0
    this.tail = size
  }
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** Restarts crashed children within an intensity and knows its children as a list. */
export class KernelSupervisor {
  restarts = 0
  private first: AnyActor | undefined
  private periodStartMs = 0
  private inPeriod = 0
  private readonly intensity: number
  private readonly periodMs: number

  constructor(intensity: number, periodMs: number) {
    this.intensity = intensity
    this.periodMs = periodMs
  }

  adopt(actor: AnyActor): void {
    actor.next = this.first
    if (this.first !== undefined) this.first.previous = actor
    this.first = actor
  }

  release(actor: AnyActor): void {
    if (actor.previous === undefined) this.first = actor.next
    else actor.previous.next = actor.next
    if (actor.next !== undefined) actor.next.previous = actor.previous
    actor.previous = undefined
    actor.next = undefined
  }

  allows(_error: unknown): boolean {
    const nowMs = performance.now()
    if (nowMs - this.periodStartMs > this.periodMs) {
      this.periodStartMs = nowMs
      this.inPeriod = 0
    }
    this.inPeriod += 1
    if (this.inPeriod > this.intensity) return false
    this.restarts += 1
    return true
  }
}

/** One open ask. */
class Question {
  open = true
  private readonly resolve: (value: unknown) => void
  private readonly reject: (error: Error) => void

  constructor(resolve: (value: unknown) => void, reject: (error: Error) => void) {
    this.resolve = resolve
    this.reject = reject
  }

  answer(value: unknown): void {
    if (!this.open) return
    this.open = false
    this.resolve(value)
  }

  expire(): void {
    if (!this.open) return
    this.open = false
    this.reject(new Error('No reply within the deadline.'))
  }
}

/** Deadlines of asks on one timer: slots of 100 ms, so that an ask costs an array push and not a timer. */
class Wheel {
  private readonly slots: Question[][] = Array.from({ length: wheelSlots }, () => [])
  private at = 0

  constructor() {
    setInterval(() => this.tick(), wheelSlotMs).unref()
  }

  add(question: Question, timeoutMs: number): void {
    const ticks = Math.min(wheelSlots - 1, Math.max(1, Math.ceil(timeoutMs / wheelSlotMs)))
    const slot = this.slots[(this.at + ticks) % wheelSlots] as Question[]
    // Answered questions at the end make room, so a slot stays about as long as the asks in flight.
    while (slot.length > 0 && slot[slot.length - 1]?.open === false) slot.pop()
    slot.push(question)
  }

  private tick(): void {
    this.at = (this.at + 1) % wheelSlots
    const slot = this.slots[this.at] as Question[]
    for (const question of slot) question.expire()
    slot.length = 0
  }
}
