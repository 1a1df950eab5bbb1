/**
 * Everything a system reports about itself, as a closed map from event name to payload. Texts are made at the edge, from
 * these. Reasons, errors and messages are the values themselves, not copies.
 */
export interface SystemEvents {
  /** An actor's `init` is about to run. Incarnations count from 1; each restart adds one. */
  starting: Incarnated
  /** `init` returned: the actor takes messages. */
  started: Incarnated
  /** `init` failed. */
  'start-failed': Incarnated & { readonly reason: unknown }
  /** `init` said that this child is not needed. */
  ignored: Located
  /** An incarnation that had started is gone, for whatever reason; a start that failed is told by `start-failed`. */
  terminated: Incarnated & { readonly reason: unknown }
  /** A handler threw or rejected; `message` is the one it was working on, if any. */
  crashed: Incarnated & { readonly error: unknown; readonly message: unknown }
  /** A child exited in a way its supervisor takes for an error. */
  'child-error': Incarnated & { readonly supervisor: string; readonly reason: unknown }
  /** A child did not stop as it was told to. */
  'shutdown-error': Incarnated & { readonly supervisor: string; readonly reason: unknown }
  /** A supervisor decided to restart the child at `path`. `restartsUsed` counts this one. */
  restart: Located & {
    readonly supervisor: string
    readonly strategy: string
    readonly reason: unknown
    readonly restartsUsed: number
    readonly restartsAllowed: number
    readonly periodMs: number
    readonly delayMs: number
  }
  /** The child at `path` waits before its restart, after this many failures in a row. */
  backoff: Located & { readonly supervisor: string; readonly delayMs: number; readonly failures: number }
  /** The supervisor at `path` gives up: one restart too many. `child` is the one that failed last. */
  'max-intensity': Located & {
    readonly restartsAllowed: number
    readonly periodMs: number
    readonly child: string
  }
  /** The supervisor at `path` shuts down because its significant child did. */
  'auto-shutdown': Located & { readonly child: string }
  /** A handler ran past its deadline; `phase` is what it was doing, such as `'receive'`. */
  hung: Incarnated & { readonly deadlineMs: number; readonly phase: string }
  /** An incarnation did not stop in time: it is fenced off and left behind. */
  abandoned: Incarnated & { readonly phase: string }
  /** A message to `path` will not be handled. */
  'dead-letter': Located & { readonly message: unknown; readonly reason: string; readonly error?: unknown }
  /** The mailbox at `path` is full and its policy took effect. */
  overflow: Located & { readonly policy: string; readonly capacity: number }
  /** A listener threw; time and path are those of the event it was given. */
  'listener-error': Located & { readonly event: EventName; readonly error: unknown }
  /** Message level: a message was queued for `path`. */
  sent: Located & { readonly message: unknown; readonly sender: string | undefined }
  /** Message level: the handler is about to get a message. */
  received: Incarnated & { readonly message: unknown; readonly sender: string | undefined }
}

/** What every event says: when, on the world's monotonic clock, and about which actor. */
export interface Located {
  readonly atMs: number
  readonly path: string
}

/** An event about one incarnation of an actor. */
export interface Incarnated extends Located {
  readonly incarnation: number
}

export type EventName = keyof SystemEvents

/** Any event, with its name: `switch (event.name)` narrows the rest. */
export type SystemEvent = { [Name in EventName]: { readonly name: Name } & SystemEvents[Name] }[EventName]

/** The events that come with every message. Listening to one makes each message cost more; all others are rare. */
export type MessageEventName = 'sent' | 'received'

export function isMessageEvent(name: EventName): name is MessageEventName {
  return name === 'sent' || name === 'received'
}
