import type { Cell } from './cell.js'
import type { Relations } from './relations.js'

/*
 * What happens at the door of a full mailbox. The open door is in Cell.send; this is the rest.
 */

/** Applies the overflow policy to one message too many; true when it may be queued after all. */
export function overflow(cell: Cell, message: unknown): boolean {
  const { kernel, mailbox } = cell
  const policy = mailbox.overflow
  if (kernel.events.active) {
    kernel.events.emit('overflow', { atMs: cell.nowMs(), path: cell.path, policy, capacity: mailbox.capacity })
  }
  if (policy === 'drop-oldest') {
    cell.dropOldest()
    return true
  }
  if (policy === 'drop-newest') cell.bury(message, 'overflow')
  return false
}

/** Notes a sender that waits for room. */
export function offerLater(relations: Relations, message: unknown, sender: Cell | undefined): Promise<boolean> {
  return new Promise((settle) => {
    relations.waiters ??= []
    relations.waiters.push({ message, sender, settle })
  })
}

/** Lets waiting senders in while there is room; those who wait at a closed door are told so. */
export function releaseWaiters(cell: Cell): void {
  const waiters = cell.ties?.waiters
  if (waiters === undefined) return
  let admitted = 0
  while (admitted < waiters.length && (cell.closed || cell.queued < cell.mailbox.capacity)) {
    const waiter = waiters[admitted++]
    waiter?.settle(cell.sendSlowly(waiter.message, waiter.sender))
  }
  waiters.splice(0, admitted)
  if (waiters.length === 0) cell.own().waiters = undefined
}
