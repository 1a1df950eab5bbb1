import type { FlightFile } from './parquet.js'

/** The same findings, by a plain loop. */
export interface Baseline {
  readonly airports: Map<string, { flights: number; delayMinutes: number; worstMinutes: number; lateFlights: number }>
  readonly days: Map<string, { route: string; flights: number }>
  /** Rows of the file that are no flights. */
  readonly invalidRows: readonly number[]
}

/**
 * What the pipeline should find in the first `flights` rows. It shares no code with the pipeline but the parquet reader,
 * and goes another way where there is one: a map of maps, and a sort.
 */
export async function plainLoop(file: FlightFile, flights: number): Promise<Baseline> {
  const airports: Baseline['airports'] = new Map()
  const routesByDay = new Map<bigint, Map<string, number>>()
  const invalidRows: number[] = []
  for (const group of file.groups) {
    if (group.start >= flights) break
    const { date, delay, origin, destination } = await file.read(group)
    for (let i = 0; i < Math.min(group.end, flights) - group.start; i++) {
      const [when, late, start, end] = [date[i], delay[i], origin[i], destination[i]]
      if (typeof when !== 'bigint' || typeof late !== 'bigint' || !isName(start) || !isName(end)) {
        invalidRows.push(group.start + i)
        continue
      }
      const minutes = Number(late)
      const airport = airports.get(start)
      if (airport === undefined) {
        const lateFlights = minutes > 15 ? 1 : 0
        airports.set(start, { flights: 1, delayMinutes: minutes, worstMinutes: minutes, lateFlights })
      } else {
        airport.flights += 1
        airport.delayMinutes += minutes
        airport.worstMinutes = Math.max(airport.worstMinutes, minutes)
        airport.lateFlights += minutes > 15 ? 1 : 0
      }
      const day = when / 86_400_000_000n
      const routes = routesByDay.get(day) ?? new Map<string, number>()
      if (routes.size === 0) routesByDay.set(day, routes)
      const route = `${start}-${end}`
      routes.set(route, (routes.get(route) ?? 0) + 1)
    }
  }
  return { airports, days: busiest(routesByDay), invalidRows }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0
}

function busiest(routesByDay: ReadonlyMap<bigint, ReadonlyMap<string, number>>): Baseline['days'] {
  const days: Baseline['days'] = new Map()
  for (const [day, routes] of routesByDay) {
    const ranked = [...routes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    const [route, flights] = ranked[0] as [string, number]
    days.set(new Date(Number(day) * 24 * 3600 * 1000).toJSON().substring(0, 10), { route, flights })
  }
  return days
}
