import { ActorError, type System } from 'holdfast'
import type { Cause } from './faults.js'
import { InvalidFlight } from './pipeline.js'
import { Sabotage } from './saboteur.js'

/** Why an operator crashed; `other` is what nobody planned. */
export type CrashCause = Cause | 'other'

export const crashCauses: readonly CrashCause[] = ['throw', 'reject', 'hang', 'corrupt', 'other']

/** Counts crashes as they happen, recovered or not. */
export class Tally {
  readonly crashes: Record<CrashCause, number> = { throw: 0, reject: 0, hang: 0, corrupt: 0, other: 0 }

  get total(): number {
    return crashCauses.reduce((sum, cause) => sum + this.crashes[cause], 0)
  }

  watch(system: System): void {
    system.events.on('crashed', ({ error }) => this.crashes[causeOf(error)]++)
  }
}

/** What a crash goes back to, judged by its error. */
export function causeOf(error: unknown): CrashCause {
  if (error instanceof Sabotage) return error.fault.cause
  if (error instanceof InvalidFlight) return 'corrupt'
  if (error instanceof ActorError && error.code === 'hung') return 'hang'
  return 'other'
}
