import type { Random } from 'holdfast/world'

/** What can go wrong. The first three happen once; a corrupt record goes wrong until it is given up. */
export type Cause = TransientCause | 'corrupt'
export type TransientCause = 'throw' | 'reject' | 'hang'

/** An operator of the pipeline that can be made to crash. */
export type Victim = 'source' | 'parse' | 'airports' | 'routes' | 'busiest' | 'keep-airports' | 'keep-days'

/** A crash that happens once: when `victim` gets to flight `row`. */
export interface Fault {
  readonly victim: Victim
  readonly row: number
  readonly cause: TransientCause
}

/** All that will go wrong in a run. */
export interface FaultPlan {
  /** By row; no two of one victim on one row. */
  readonly faults: readonly Fault[]
  /** Rows before which a corrupt record is slipped in, ascending; several may share a row. */
  readonly corruptBefore: readonly number[]
}

/** A record that has crashed its operator this often is given up. */
export const poisonAfter = 3

const causes: readonly TransientCause[] = ['throw', 'reject', 'hang']
const victims: readonly Victim[] = ['source', 'parse', 'airports', 'routes', 'busiest', 'keep-airports', 'keep-days']
/** These get no flights, only results, and these only at the end; the first one is the only one that is sure to come. */
const atTheEnd: ReadonlySet<Victim> = new Set(['busiest', 'keep-airports', 'keep-days'])

/**
 * Draws faults that make exactly `crashes` crashes on `flights` flights: about a quarter of them by corrupt records,
 * `poisonAfter` each; the others by throw, reject and hang in turn. The same seed gives the same plan.
 */
export function planFaults(random: Random, crashes: number, flights: number): FaultPlan {
  const stream = random.stream('saboteur')
  const corrupt = corruptRecords(crashes, flights)
  const taken = new Set<string>()
  const faults: Fault[] = []
  while (faults.length < crashes - corrupt * poisonAfter) {
    const cause = causes[faults.length % causes.length] as TransientCause
    const victim = victims[stream.below(victims.length)] as Victim
    const row = atTheEnd.has(victim) ? 0 : stream.below(flights)
    // The source takes its time by right, so nobody would call it hung soon.
    if ((victim === 'source' && cause === 'hang') || taken.has(`${victim} ${row}`)) continue
    taken.add(`${victim} ${row}`)
    faults.push({ victim, row, cause })
  }
  const corruptBefore = Array.from({ length: corrupt }, () => stream.below(flights))
  return {
    faults: faults.sort((one, other) => one.row - other.row),
    corruptBefore: corruptBefore.sort((one, other) => one - other),
  }
}

/** How many records to slip in: more than a quarter's worth where there are too few flights for all other faults. */
function corruptRecords(crashes: number, flights: number): number {
  const othersMax = Math.max(flights, poisonAfter - 1)
  const most = Math.floor(crashes / poisonAfter)
  const least = Math.ceil(Math.max(0, crashes - othersMax) / poisonAfter)
  const quarter = Math.max(1, Math.round(crashes / 4 / poisonAfter))
  return Math.min(most, Math.max(least, quarter))
}
