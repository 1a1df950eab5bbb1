import { ActorError } from './errors.js'

/**
 * What a full mailbox does with one more message:
 *
 * - `refuse`: `send` returns false and the message stays with its sender;
 * - `drop-newest`: the new message becomes a dead letter, `send` returns false;
 * - `drop-oldest`: the oldest queued message becomes a dead letter, the new one is queued;
 * - `credit`: as `refuse`, and `offer` waits until there is room.
 */
export type Overflow = 'refuse' | 'drop-newest' | 'drop-oldest' | 'credit'

const mailboxKeys = ['capacity', 'overflow', 'onCrash', 'onGroupRestart', 'redeliver']
const policies: readonly Overflow[] = ['refuse', 'drop-newest', 'drop-oldest', 'credit']

/** How an actor's user mailbox behaves. System messages have a lane of their own, without limits. */
export interface MailboxOptions {
  /** Most messages that may wait. Default: no limit. */
  readonly capacity?: number
  /** What happens to one more. Default `refuse`. */
  readonly overflow?: Overflow
  /** Queued messages when the actor is restarted for its own crash. Default `keep`. OTP: always `drop`. */
  readonly onCrash?: 'keep' | 'drop'
  /** Queued messages when it is restarted because of a sibling or its supervisor. Default `drop`, as OTP. */
  readonly onGroupRestart?: 'keep' | 'drop'
  /** How often a message that crashed its actor is tried again before it becomes a dead letter. Default 0. */
  readonly redeliver?: number
}

/** @internal {@link MailboxOptions} with every default filled in, shared by all actors of one spec. */
export interface MailboxSettings {
  readonly capacity: number
  readonly overflow: Overflow
  readonly keepOnCrash: boolean
  readonly keepOnGroupRestart: boolean
  readonly redeliver: number
}

/** @internal */
export const defaultMailbox: MailboxSettings = Object.freeze({
  capacity: Number.POSITIVE_INFINITY,
  overflow: 'refuse',
  keepOnCrash: true,
  keepOnGroupRestart: false,
  redeliver: 0,
})

/** @internal Checks options at the door. @throws ActorError `invalid-mailbox` naming key, value and `where`. */
export function mailboxSettings(options: MailboxOptions | undefined, where: string): MailboxSettings {
  if (options === undefined) return defaultMailbox
  for (const key of Object.keys(options)) {
    if (mailboxKeys.includes(key)) continue
    throw new ActorError(
      'invalid-mailbox',
      `${where}: mailbox.${key} is no known key; give one of ${mailboxKeys.join(', ')}`,
      { key: `mailbox.${key}`, value: Reflect.get(options, key) },
    )
  }
  const { capacity = Number.POSITIVE_INFINITY, overflow = 'refuse', redeliver = 0 } = options
  const { onCrash = 'keep', onGroupRestart = 'drop' } = options
  if (capacity !== Number.POSITIVE_INFINITY && !(Number.isInteger(capacity) && capacity > 0)) {
    refuse('capacity', capacity, 'a whole number above 0', where)
  }
  if (!policies.includes(overflow)) refuse('overflow', overflow, policies.join(', '), where)
  if (!(Number.isInteger(redeliver) && redeliver >= 0)) refuse('redeliver', redeliver, 'a whole number from 0', where)
  if (onCrash !== 'keep' && onCrash !== 'drop') refuse('onCrash', onCrash, 'keep, drop', where)
  if (onGroupRestart !== 'keep' && onGroupRestart !== 'drop') {
    refuse('onGroupRestart', onGroupRestart, 'keep, drop', where)
  }
  return {
    capacity,
    overflow,
    redeliver,
    keepOnCrash: onCrash === 'keep',
    keepOnGroupRestart: onGroupRestart === 'keep',
  }
}

function refuse(key: string, value: unknown, allowed: string, where: string): never {
  throw new ActorError('invalid-mailbox', `${where}: mailbox.${key} is ${String(value)}; allowed: ${allowed}`, {
    key: `mailbox.${key}`,
    value,
  })
}
