import { type Duration, toMs } from '../base/duration.js'
import type { Cell } from './cell.js'
import type { ExitReason } from './exit.js'

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
 * @internal Stops a live child and answers with the reason it ended with: ask, wait `limitMs`, kill.
 * A part of the parent's procedure.
 */
export function* stopChild(
  parent: Cell,
  child: Cell,
  limitMs: number,
  reason: ExitReason = 'shutdown',
): Generator<void, ExitReason, unknown> {
  const ties = parent.own()
  ties.awaiting = child
  if (limitMs === BRUTAL) child.kill()
  else child.shutdown(reason)
  if (ties.awaiting === child) {
    if (limitMs === Number.POSITIVE_INFINITY) yield
    else {
      const timer = parent.kernel.world.timers.after(limitMs, () => child.kill())
      try {
        yield
      } finally {
        timer.cancel()
      }
    }
  }
  return ties.ended
}
