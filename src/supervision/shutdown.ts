import type { Cell } from '../actor/cell.js'
import { awaitStop, BRUTAL, beginStop } from '../actor/children.js'
import { type ExitReason, isShutdown } from '../actor/exit.js'
import type { Procedure } from '../actor/procedure.js'
import { type Child, ENDED } from './child.js'
import { reportShutdownError } from './reports.js'
import type { Roster } from './roster.js'
import type { SupervisorCell } from './supervisor-cell.js'

/** Stops one running child within its deadline and reports an end that was not as ordered. */
export function* stopOne(supervisor: Roster, child: Child): Procedure {
  if (!stopAtOnce(supervisor, child)) yield* awaitOne(supervisor, child)
}

/** Waits for a child that was asked to stop. */
export function* awaitOne(supervisor: Roster, child: Child): Procedure {
  const { incarnation } = child.cell
  yield* awaitStop(supervisor, child.cell, child.spec.shutdownMs)
  stopped(supervisor, child, incarnation, supervisor.own().ended)
}

/** Stops a running child if that takes no time: true when it is down. If false, it was asked and has to be awaited. */
export function stopAtOnce(supervisor: Roster, child: Child): boolean {
  const { cell, spec } = child
  const { incarnation } = cell
  if (!cell.alive) {
    // It has ended by itself, with the news still in the lane: that end is swallowed here, as in OTP.
    // Its reason is looked up only for those who listen: the lane may be long.
    stopped(supervisor, child, incarnation, supervisor.kernel.events.active ? supervisor.swallowEnd(cell) : 'noproc')
    return true
  }
  if (!beginStop(supervisor, cell, spec.shutdownMs)) return false
  stopped(supervisor, child, incarnation, supervisor.own().ended)
  return true
}

function stopped(supervisor: Roster, child: Child, incarnation: number, reason: ExitReason): void {
  child.step(ENDED)
  if (!supervisor.kernel.events.active || asOrdered(child, reason)) return
  reportShutdownError(supervisor, child, incarnation, reason)
}

/** Stops all children: one after the other in reverse start order, or instances of one template together. */
export function* stopAll(supervisor: SupervisorCell): Procedure {
  const children = [...supervisor.children].reverse()
  for (const child of children) supervisor.cancelWait(child)
  if (supervisor.simple) yield* stopTogether(supervisor, children)
  else for (const child of children) if (child.running) yield* stopOne(supervisor, child)
}

/** All at once, with one timer: the time taken is that of the slowest. */
function* stopTogether(supervisor: SupervisorCell, children: readonly Child[]): Procedure {
  const live = new Set<Cell>()
  for (const child of children) if (child.cell.alive) live.add(child.cell)
  if (live.size === 0) return
  supervisor.startTogether(live)
  let limitMs = 0
  for (const { cell, spec } of children) {
    limitMs = spec.shutdownMs
    if (!cell.alive) continue
    if (limitMs === BRUTAL) cell.kill()
    else cell.shutdown('shutdown')
  }
  if (live.size === 0) return
  if (limitMs === Number.POSITIVE_INFINITY) {
    yield
    return
  }
  const timer = supervisor.kernel.world.timers.after(limitMs, () => {
    for (const cell of [...live]) cell.kill()
  })
  try {
    yield
  } finally {
    timer.cancel()
  }
}

/** OTP's rule for which ends of a stopped child are worth a report. */
function asOrdered({ spec }: Child, reason: ExitReason): boolean {
  const brutal = spec.shutdownMs === BRUTAL
  if (reason === (brutal ? 'killed' : 'shutdown')) return true
  if (spec.restart === 'permanent') return false
  return reason === 'normal' || isShutdown(reason) || (brutal && reason === 'shutdown')
}
