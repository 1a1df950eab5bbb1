import { from, merge, type Pipeline, type Source } from 'holdfast/stream'
import type { Row } from './source.js'

/** A flight that has passed the checks. */
export interface Flight {
  readonly row: number
  readonly origin: string
  readonly destination: string
  readonly delayMinutes: number
  /** Days since 1970. */
  readonly day: number
}

/** The departures of one airport. Sums, not means: whole numbers add up to the same in any order. */
export interface Airport {
  flights: number
  delayMinutes: number
  worstMinutes: number
  /** Flights more than 15 minutes late. */
  lateFlights: number
}

/** The busiest route of a day: most flights, and among equals the first by name. */
export interface BusiestRoute {
  /** Such as `2001-01-31`. */
  readonly day: string
  /** Such as `ATL-BOS`. */
  readonly route: string
  readonly flights: number
}

/** What the pipeline finds out. */
export interface Findings {
  readonly airports: Map<string, Airport>
  readonly days: Map<string, BusiestRoute>
}

/** What each operator does with a record. Given as a set, so that a saboteur can hand in a set of their own. */
export interface Handlers {
  parse(row: Row): Flight | Promise<Flight>
  addDelay(airport: Airport, flight: Flight): Airport | Promise<Airport>
  countFlight(count: number, flight: Flight): number | Promise<number>
  busier(busiest: BusiestRoute, route: BusiestRoute): BusiestRoute | Promise<BusiestRoute>
  keepAirport(airport: { readonly key: string; readonly value: Airport }): void | Promise<void>
  keepDay(day: BusiestRoute): void | Promise<void>
}

/** A row that is no flight. */
export class InvalidFlight extends Error {
  constructor(row: Row, reason: string) {
    super(`row ${row.row} is no flight: ${reason}`)
    this.name = 'InvalidFlight'
  }
}

const lateAfterMinutes = 15
const microsPerDay = 86_400_000_000
const msPerDay = 86_400_000

/** From rows to findings: one source, one check, two branches. */
export function flightsPipeline(source: Source<Row>, handlers: Handlers): Pipeline {
  // A row group takes longer to decode than any record to handle: the source has a deadline of its own.
  const flights = from(source, { id: 'source', deadline: '60s' }).map(handlers.parse, { id: 'parse' })
  const airports = flights
    .keyBy((flight) => flight.origin)
    .aggregate({ init: noFlights, add: handlers.addDelay, when: 'end' }, { id: 'airports' })
  const routes = flights
    .keyBy((flight) => `${flight.day} ${flight.origin}-${flight.destination}`)
    .aggregate({ init: () => 0, add: handlers.countFlight, emit: routeOf, when: 'end' }, { id: 'routes' })
  const days = routes
    .keyBy((route) => route.day)
    .aggregate({ init: noRoute, add: handlers.busier, emit: (_, route) => route, when: 'end' }, { id: 'busiest' })
  return merge(
    airports.to(handlers.keepAirport, { id: 'keep-airports' }),
    days.to(handlers.keepDay, { id: 'keep-days' }),
  )
}

/** The handlers as they should be; they write down what they find in `findings`. */
export function honestHandlers(findings: Findings): Handlers {
  return {
    parse,
    addDelay,
    countFlight: (count) => count + 1,
    busier: (busiest, route) => (isBusier(route, busiest) ? route : busiest),
    keepAirport: ({ key, value }) => void findings.airports.set(key, value),
    keepDay: (day) => void findings.days.set(day.day, day),
  }
}

function parse(row: Row): Flight {
  const { date, delay, origin, destination } = row
  if (typeof date !== 'bigint') throw new InvalidFlight(row, `its date is ${String(date)}`)
  if (typeof delay !== 'bigint') throw new InvalidFlight(row, `its delay is ${String(delay)}`)
  if (typeof origin !== 'string' || origin === '') throw new InvalidFlight(row, `its origin is ${String(origin)}`)
  if (typeof destination !== 'string' || destination === '') {
    throw new InvalidFlight(row, `its destination is ${String(destination)}`)
  }
  return {
    row: row.row,
    origin,
    destination,
    delayMinutes: Number(delay),
    day: Math.floor(Number(date) / microsPerDay),
  }
}

/** Changes the airport it was given: the pipeline takes that back too when the batch is not committed. */
function addDelay(airport: Airport, { delayMinutes }: Flight): Airport {
  airport.flights++
  airport.delayMinutes += delayMinutes
  if (delayMinutes > airport.worstMinutes) airport.worstMinutes = delayMinutes
  if (delayMinutes > lateAfterMinutes) airport.lateFlights++
  return airport
}

function isBusier(route: BusiestRoute, than: BusiestRoute): boolean {
  return route.flights > than.flights || (route.flights === than.flights && route.route < than.route)
}

function noFlights(): Airport {
  return { flights: 0, delayMinutes: 0, worstMinutes: Number.NEGATIVE_INFINITY, lateFlights: 0 }
}

function noRoute(): BusiestRoute {
  return { day: '', route: '', flights: 0 }
}

function routeOf(key: string, flights: number): BusiestRoute {
  const [day, route] = key.split(' ') as [string, string]
  return { day: new Date(Number(day) * msPerDay).toISOString().slice(0, 10), route, flights }
}
