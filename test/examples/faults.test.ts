import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planFaults, poisonAfter } from '../../examples/flights/faults.js'
import { virtualWorld } from '../../src/world/index.js'

const planned = (seed: number, crashes: number, flights: number) =>
  planFaults(virtualWorld({ seed }).random, crashes, flights)

const given = {
  seed: fc.nat(),
  crashes: fc.integer({ min: 0, max: 400 }),
  flights: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3_000_000 })),
}

describe('the plan of the saboteur', () => {
  test('makes exactly as many crashes as were ordered, for any number of flights', () => {
    fc.assert(
      fc.property(given.seed, given.crashes, given.flights, (seed, crashes, flights) => {
        const { faults, corruptBefore } = planned(seed, crashes, flights)
        expect(faults.length + poisonAfter * corruptBefore.length).toBe(crashes)
      }),
    )
  })

  test('stays within the flights, in their order, and spares a record that was hit already', () => {
    fc.assert(
      fc.property(given.seed, given.crashes, given.flights, (seed, crashes, flights) => {
        const { faults, corruptBefore } = planned(seed, crashes, flights)
        const rows = faults.map(({ row }) => row)
        for (const list of [rows, corruptBefore]) {
          expect(list.every((row) => Number.isInteger(row) && row >= 0 && row < flights)).toBe(true)
          expect(list.every((row, i) => i === 0 || row >= (list[i - 1] as number))).toBe(true)
        }
        expect(new Set(faults.map(({ victim, row }) => `${victim} ${row}`)).size).toBe(faults.length)
      }),
    )
  })

  test('is the same for the same seed, and another for another', () => {
    fc.assert(
      fc.property(given.seed, (seed) => {
        expect(planned(seed, 40, 1_000_000)).toEqual(planned(seed, 40, 1_000_000))
        expect(planned(seed, 40, 1_000_000)).not.toEqual(planned(seed + 1, 40, 1_000_000))
      }),
    )
  })

  test('has all four causes once there are six crashes, and in the long run every operator among its victims', () => {
    const { faults, corruptBefore } = planned(1, 6, 1_000)
    expect(faults.map(({ cause }) => cause).sort()).toEqual(['hang', 'reject', 'throw'])
    expect(corruptBefore).toHaveLength(1)
    expect([...new Set(planned(1, 300, 1_000_000).faults.map(({ victim }) => victim))].sort()).toEqual(
      ['source', 'parse', 'airports', 'routes', 'busiest', 'keep-airports', 'keep-days'].sort(),
    )
  })
})
