import fc from 'fast-check'
import type { FlightColumns, FlightFile } from '../../examples/flights/parquet.js'

/** One row of a file that is made up. */
export interface MadeUpFlight {
  readonly day: number
  readonly delay: number | null
  readonly origin: string
  readonly destination: string
}

/** Few airports and days, so that routes are shared and days have ties; now and then a row that is no flight. */
export const madeUpFlights = fc.array(
  fc.record<MadeUpFlight>({
    day: fc.integer({ min: 0, max: 3 }),
    delay: fc.integer({ min: -30, max: 1_500 }),
    origin: fc.constantFrom('ATL', 'BOS', 'DEN'),
    destination: fc.constantFrom('JFK', 'LAX', 'ORD'),
  }),
  { minLength: 1, maxLength: 120 },
)

/** A file in memory, in row groups of `groupRows`. */
export function fileOf(flights: readonly MadeUpFlight[], groupRows: number): FlightFile {
  const groups = Array.from({ length: Math.ceil(flights.length / groupRows) }, (_, i) => ({
    start: i * groupRows,
    end: Math.min((i + 1) * groupRows, flights.length),
  }))
  return {
    path: 'made-up.parquet',
    flights: flights.length,
    groups,
    async read({ start, end }): Promise<FlightColumns> {
      const rows = flights.slice(start, end)
      return {
        date: rows.map(({ day }, i) => BigInt(day) * 86_400_000_000n + BigInt(i)),
        delay: rows.map(({ delay }) => (delay === null ? null : BigInt(delay))),
        origin: rows.map(({ origin }) => origin),
        destination: rows.map(({ destination }) => destination),
      }
    },
  }
}
