import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corruptRecord, sabotagedSource, slippedIn } from '../../examples/flights/saboteur.js'
import { flightSource, type Row } from '../../examples/flights/source.js'
import { fileOf, madeUpFlights } from './flights-by-hand.js'

const whole = fc.record({
  flights: madeUpFlights,
  groupRows: fc.integer({ min: 1, max: 50 }),
  most: fc.integer({ min: 1, max: 40 }),
  before: fc.array(fc.nat(), { maxLength: 12 }),
  position: fc.nat(),
})

describe('a sabotaged source', () => {
  test('has its corrupt records in place, wherever it is opened and however much is read at once', async () => {
    await fc.assert(
      fc.asyncProperty(whole, async ({ flights, groupRows, most, before, position }) => {
        const rows = flights.length
        const corruptBefore = before.map((row) => row % rows).sort((one, other) => one - other)
        const plan = { faults: [], corruptBefore }
        const expected = flights.flatMap((_, row) => [
          ...corruptBefore.flatMap((at, index) => (at === row ? [corruptRecord(index).row] : [])),
          row,
        ])
        const from = position % (expected.length + 1)
        const source = sabotagedSource(flightSource(fileOf(flights, groupRows), rows), plan)
        const reader = await source.open(from)
        const found: Row[] = []
        for (let batch = await reader.read(most); batch !== undefined; batch = await reader.read(most)) {
          expect(batch.length).toBeGreaterThan(0)
          expect(batch.length).toBeLessThanOrEqual(most)
          found.push(...batch)
        }
        expect(found.map(({ row }) => row)).toEqual(expected.slice(from))
        expect(slippedIn(plan, from)).toBe(expected.slice(0, from).filter((row) => row < 0).length)
      }),
    )
  })
})
