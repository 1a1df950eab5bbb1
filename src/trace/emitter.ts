import { EventEmitter } from 'eventemitter3'
import { type EventName, isMessageEvent, type Located, type SystemEvent, type SystemEvents } from './events.js'

/**
 * The typed events of one system, delivered at once, in the order of subscription: first to the listeners of that name,
 * then to those of any name. A listener that throws or rejects harms nobody: the others still run, and the error is
 * reported as `listener-error`; what a listener of `listener-error` throws in turn is swallowed.
 *
 * Free when nobody listens: look at {@link Events.active} (or {@link Events.messages}) before you build a payload.
 *
 * ```ts
 * const off = events.on('restart', ({ path, reason }) => console.log(path, reason))
 * off()
 * ```
 */
export class Events {
  /** Whether anyone listens to anything. Read it; do not set it. */
  active = false
  /** Whether anyone listens to a message-level event. Read it; do not set it. */
  messages = false
  /** @internal Told whenever {@link Events.messages} changes, so that the message path need not look. */
  onMessages: ((observed: boolean) => void) | undefined = undefined

  private readonly emitter = new EventEmitter<string>()

  /** Calls `listener` with every event of that name. Returns how to stop; calling that twice is a no-op. */
  on<Name extends EventName>(name: Name, listener: (event: SystemEvents[Name]) => unknown): () => void {
    return this.subscribe(name, (event: SystemEvents[Name]) => {
      this.guard(name, event, () => listener(event))
    })
  }

  /** As {@link Events.on}, for the next event only. */
  once<Name extends EventName>(name: Name, listener: (event: SystemEvents[Name]) => unknown): () => void {
    const off = this.on(name, (event) => {
      off()
      return listener(event)
    })
    return off
  }

  /**
   * Calls `listener` with every event and its name; without the message-level ones when `messages` is false. Default true.
   */
  onAny(
    listener: (event: SystemEvent) => unknown,
    { messages = true }: { readonly messages?: boolean } = {},
  ): () => void {
    return this.subscribe(messages ? ANY : ANY_BUT_MESSAGES, (event: SystemEvent) => {
      this.guard(event.name, event, () => listener(event))
    })
  }

  /** Whether an event of that name would reach anyone. */
  listens(name: EventName): boolean {
    if (!this.active || (!this.messages && isMessageEvent(name))) return false
    return this.hears(name) || this.hears(ANY) || (!isMessageEvent(name) && this.hears(ANY_BUT_MESSAGES))
  }

  /** Delivers one event. Never throws. */
  emit<Name extends EventName>(name: Name, event: SystemEvents[Name]): void {
    if (!this.active) return
    this.emitter.emit(name, event)
    const some = !isMessageEvent(name) && this.hears(ANY_BUT_MESSAGES)
    const all = this.hears(ANY)
    if (!some && !all) return
    const named = { name, ...event }
    if (some) this.emitter.emit(ANY_BUT_MESSAGES, named)
    if (all) this.emitter.emit(ANY, named)
  }

  private subscribe<Event>(key: string, listener: (event: Event) => void): () => void {
    this.emitter.on(key, listener)
    this.look()
    return () => {
      this.emitter.off(key, listener)
      this.look()
    }
  }

  private look(): void {
    this.active = this.emitter.eventNames().length > 0
    const messages = this.hears('sent') || this.hears('received') || this.hears(ANY)
    if (messages === this.messages) return
    this.messages = messages
    this.onMessages?.(messages)
  }

  private hears(key: string): boolean {
    return this.emitter.listenerCount(key) > 0
  }

  private guard(name: EventName, event: Located, run: () => unknown): void {
    try {
      const result = run()
      if (result instanceof Promise) result.catch((error: unknown) => this.fail(name, event, error))
    } catch (error) {
      this.fail(name, event, error)
    }
  }

  private fail(name: EventName, { atMs, path }: Located, error: unknown): void {
    if (name !== 'listener-error') this.emit('listener-error', { atMs, path, event: name, error })
  }
}

/** No event has these names. */
const ANY = '*'
const ANY_BUT_MESSAGES = '* but messages'
