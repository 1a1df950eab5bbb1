import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plainLoop } from '../../examples/flights/baseline.js'
import { differences } from '../../examples/flights/compare.js'
import { type Outcome, runJob } from '../../examples/flights/job.js'
import { FileError, type FlightFile } from '../../examples/flights/parquet.js'
import { corruptRecord } from '../../examples/flights/saboteur.js'
import { virtualWorld } from '../../src/world/index.js'
import { fileOf, madeUpFlights } from './flights-by-hand.js'

interface Orders {
  readonly crashes?: number
  readonly seed?: number
  readonly restarts?: number
  readonly interrupt?: AbortSignal
}

const runOn = (file: FlightFile, orders: Orders = {}): Promise<Outcome> => {
  const { crashes = 0, seed = 1, restarts = crashes, interrupt = new AbortController().signal } = orders
  const world = virtualWorld({ seed })
  const options = { flights: file.flights, crashes, intensity: { restarts, seconds: 3600 } }
  return world.until(runJob(file, options, { world, interrupt }))
}

const comparedOn = async (file: FlightFile, { flights, slipped, findings, result }: Outcome): Promise<string[]> => {
  const corrupt = Array.from({ length: slipped }, (_, index) => corruptRecord(index))
  return differences(findings, await plainLoop(file, flights), result.deadLetters, corrupt)
}

describe('the flights pipeline', () => {
  test('finds what the plain loop finds, and crashes as often as ordered', async () => {
    const crashes = fc.integer({ min: 0, max: 40 })
    await fc.assert(
      fc.asyncProperty(madeUpFlights, crashes, fc.nat(), async (flights, ordered, seed) => {
        const file = fileOf(flights, 50)
        const outcome = await runOn(file, { crashes: ordered, seed })
        expect(await comparedOn(file, outcome)).toEqual([])
        expect(outcome.status).toBe('completed')
        expect(outcome.flights).toBe(flights.length)
        expect(outcome.tally.total).toBe(ordered)
        expect(outcome.tally.crashes.other).toBe(0)
        expect(outcome.result.restarts).toBe(ordered)
        expect(outcome.result.crashes).toHaveLength(ordered)
        expect(outcome.result.deadLetters).toHaveLength(outcome.slipped)
        expect(outcome.tally.crashes.corrupt).toBe(3 * outcome.slipped)
      }),
      { numRuns: 60 },
    )
  }, 30_000)

  test('is hit in the same places for the same seed', async () => {
    const file = fileOf(fc.sample(madeUpFlights, { numRuns: 1, seed: 1 })[0] ?? [], 50)
    const crashesOf = async (seed: number): Promise<string[]> => {
      const { result } = await runOn(file, { crashes: 30, seed })
      return result.crashes.map(({ operator, error }) => `${operator}: ${error.message}`)
    }
    expect(await crashesOf(5)).toEqual(await crashesOf(5))
    expect(await crashesOf(5)).not.toEqual(await crashesOf(6))
  })

  test('calls the first by name the busiest where routes are equal', async () => {
    const route = (origin: string, destination: string) => ({ day: 0, delay: 0, origin, destination })
    const flights = [route('DEN', 'LAX'), route('BOS', 'ORD'), route('DEN', 'LAX'), route('BOS', 'ORD')]
    const { findings } = await runOn(fileOf([...flights, route('ATL', 'JFK')], 10))
    expect([...findings.days.values()]).toEqual([{ day: '1970-01-01', route: 'BOS-ORD', flights: 2 }])
  })

  test('counts as late what is more than 15 minutes late', async () => {
    const flights = [-3, 15, 16, 40].map((delay) => ({ day: 0, delay, origin: 'ATL', destination: 'JFK' }))
    const { findings } = await runOn(fileOf(flights, 10))
    expect([...findings.airports]).toEqual([
      ['ATL', { flights: 4, delayMinutes: 68, worstMinutes: 40, lateFlights: 2 }],
    ])
  })

  test('gives up rows that are no flights, beside those that were slipped in', async () => {
    const flights = Array.from({ length: 30 }, (_, i) => ({
      ...{ day: 0, origin: 'ATL', destination: 'JFK' },
      delay: i === 7 ? null : i,
    }))
    const file = fileOf(flights, 10)
    const outcome = await runOn(file, { crashes: 3, restarts: 6 })
    expect(outcome.result.deadLetters).toHaveLength(2)
    expect(await comparedOn(file, outcome)).toEqual([])
  })

  test('gives up when more restarts are needed than allowed, and says so', async () => {
    const flights = Array.from({ length: 50 }, (_, delay) => ({ day: 0, delay, origin: 'ATL', destination: 'JFK' }))
    const outcome = await runOn(fileOf(flights, 10), { crashes: 9, restarts: 4 })
    expect(outcome.status).toBe('escalated')
    expect(outcome.reason).toMatch(/more than 4 crashes within 3600s; last: /)
    expect(outcome.tally.total).toBe(5)
  })

  test('reads no further once it is interrupted, and finishes what it has read', async () => {
    const flights = Array.from({ length: 5_000 }, (_, delay) => ({ day: 0, delay, origin: 'ATL', destination: 'JFK' }))
    const interrupt = new AbortController()
    const whole = fileOf(flights, 500)
    const file: FlightFile = {
      ...whole,
      async read(group) {
        if (group.start === 2_000) interrupt.abort()
        return whole.read(group)
      },
    }
    const outcome = await runOn(file, { interrupt: interrupt.signal })
    expect(outcome.status).toBe('stopped')
    expect(outcome.flights).toBeGreaterThanOrEqual(2_000)
    expect(outcome.flights).toBeLessThan(5_000)
    expect(await comparedOn(whole, outcome)).toEqual([])
  })

  test('does not read a damaged file again and again', async () => {
    const whole = fileOf(Array(30).fill({ day: 0, delay: 0, origin: 'ATL', destination: 'JFK' }), 10)
    let reads = 0
    const file: FlightFile = {
      ...whole,
      async read(group) {
        reads++
        if (group.start === 10) throw new FileError('made-up.parquet', 'is damaged')
        return whole.read(group)
      },
    }
    await expect(runOn(file)).rejects.toThrow(FileError)
    expect(reads).toBe(2)
  })
})
