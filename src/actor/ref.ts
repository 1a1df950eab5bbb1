/** Anything that takes messages of type `Message`: an actor, or the reply side of an `ask`. */
export interface Recipient<in Message> {
  /**
   * Sends and forgets. True when the message was queued; false when it was refused (mailbox full) or
   * became a dead letter. Never throws and never runs the receiver: delivery is at most once, in
   * order per pair of sender and receiver.
   */
  send(message: Message): boolean
}

/** Makes a question around the recipient of its answer. Its parameter's type is that of the answer. */
export type Question<Message, Answer> = (reply: Recipient<Answer>) => Message

/** A ref written down: enough to find the actor again, and to see whether it is still the same incarnation. */
export interface Address {
  readonly system: string
  readonly path: string
  readonly incarnation: number
}

/**
 * A stable handle of an actor. It survives restarts: the ref and the path stay, the incarnation goes up.
 *
 * @example
 * ref.send({ type: 'add', n: 1 })
 */
export interface ActorRef<in Message> extends Recipient<Message> {
  /** Where it stands in the tree, such as `/orders/ledger`. */
  readonly path: string
  /** How often it was started, from 1; 0 before the first start. */
  readonly incarnation: number
  /** True while an incarnation is starting, running or stopping. */
  readonly alive: boolean
  /** The ref as plain data; `system.resolve(address)` leads back. */
  readonly address: Address
  /**
   * Like `send`, but waits for room where the mailbox overflows by credit: true at once when queued,
   * else a promise of true (queued later) or false (the actor was stopped meanwhile; the message is a dead letter then).
   */
  offer(message: Message): boolean | Promise<boolean>
}
