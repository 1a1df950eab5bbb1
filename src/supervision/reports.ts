import type { ExitReason } from '../actor/exit.js'
import type { Child } from './child.js'
import type { Intensity } from './intensity.js'
import type { Roster } from './roster.js'

/*
 * What a supervisor reports. Callers look first whether anybody listens.
 */

export function reportChildError(supervisor: Roster, child: Child, reason: ExitReason): void {
  const { path, incarnation } = child.cell
  supervisor.kernel.events.emit('child-error', { ...at(supervisor), path, incarnation, reason })
}

export function reportShutdownError(supervisor: Roster, child: Child, incarnation: number, reason: ExitReason): void {
  const { path } = child.cell
  supervisor.kernel.events.emit('shutdown-error', { ...at(supervisor), path, incarnation, reason })
}

export function reportRestart(
  supervisor: Roster,
  child: Child,
  reason: ExitReason,
  intensity: Intensity,
  delayMs: number,
): void {
  supervisor.kernel.events.emit('restart', {
    ...at(supervisor),
    path: child.cell.path,
    strategy: supervisor.spec.strategy,
    reason,
    restartsUsed: intensity.used,
    restartsAllowed: intensity.restartsMax,
    periodMs: intensity.periodMs,
    delayMs,
  })
}

export function reportBackoff(supervisor: Roster, child: Child, delayMs: number): void {
  const { failures } = child.history
  supervisor.kernel.events.emit('backoff', { ...at(supervisor), path: child.cell.path, delayMs, failures })
}

export function reportMaxIntensity(supervisor: Roster, child: Child): void {
  supervisor.kernel.events.emit('max-intensity', {
    atMs: supervisor.nowMs(),
    path: supervisor.path,
    restartsAllowed: supervisor.spec.restartsMax,
    periodMs: supervisor.spec.periodMs,
    child: child.cell.path,
  })
}

export function reportAutoShutdown(supervisor: Roster, child: Child): void {
  supervisor.kernel.events.emit('auto-shutdown', {
    atMs: supervisor.nowMs(),
    path: supervisor.path,
    child: child.cell.path,
  })
}

function at(supervisor: Roster): { readonly atMs: number; readonly supervisor: string } {
  return { atMs: supervisor.nowMs(), supervisor: supervisor.path }
}
