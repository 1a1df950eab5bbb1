import { type Duration, toMs } from '../base/duration.js'
import type { Cell } from './cell.js'
import type { ExitReason } from './exit.js'
import type { Procedure } from './procedure.js'

/**
 * How long a child may take to stop before it is killed: a duration, `'infinity'`, or `'brutal-kill'` for a kill
 * without asking.
 */
export type Shutdown = Duration | 'infinity' | 'brutal-kill'

/** @internal `shutdownMs` of a child that is killed without asking. */
export const BRUTAL = -1

/** @internal @throws DurationError when it is none of the three. */
export function shutdownMs(shutdown: Shutdown, key: string): number {
  if (shutdown === 'infinity') return Number.POSITIVE_INFINITY
  return shutdown === 'brutal-kill' ? BRUTAL : toMs(shutdown, key)
}

/**
 * @internal Asks a live child to stop (or kills it, if it is stopped brutally): true when it has ended at once, which an
 * idle child without a stop hook does. Either way the parent's `ties.ended` will hold the reason.
 */
export function beginStop(parent: Cell, child: Cell, limitMs: number, reason: ExitReason = 'shutdown'): boolean {
  const ties = parent.own()
  ties.awaiting = child
  if (limitMs === BRUTAL) child.kill()
  else child.shutdown(reason)
  return ties.awaiting !== child
}

/** @internal Waits for a child that was asked to stop; kills it after `limitMs`. A part of the parent's procedure. */
export function* awaitStop(parent: Cell, child: Cell, limitMs: number): Procedure {
  if (limitMs === Number.POSITIVE_INFINITY) {
    yield
    return
  }
  const timer = parent.kernel.world.timers.after(limitMs, () => child.kill())
  try {
    yield
  } finally {
    timer.cancel()
  }
}

/** @internal Stops a live child: ask, wait `limitMs`, kill. A part of the parent's procedure. */
export function* stopChild(parent: Cell, child: Cell, limitMs: number): Procedure {
  if (!beginStop(parent, child, limitMs)) yield* awaitStop(parent, child, limitMs)
}
