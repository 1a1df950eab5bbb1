import { expect, test } from 'vitest'
import { AssertionFailure } from '../../src/base/assert.js'
import { randomFrom } from '../../src/world/streams.js'

test('a stream keeps its numbers from release to release, so that a printed seed can be replayed', () => {
  const stream = randomFrom(1).stream('turn')
  expect([stream.below(1_000_000), stream.next(), [...stream.bytes(5)]]).toMatchInlineSnapshot(`
    [
      472175,
      0.9831129269108779,
      [
        160,
        168,
        211,
        25,
        2,
      ],
    ]
  `)
})

test('integers below a bound are even also where the bound does not divide 2^32', () => {
  const stream = randomFrom(1).stream('even')
  const bound = 3 * 2 ** 30
  let low = 0
  // Taking the remainder alone would give the lowest third twice the chance of the others: 1,500.
  for (let i = 0; i < 3_000; i++) if (stream.below(bound) < 2 ** 30) low++
  expect(Math.abs(low - 1_000)).toBeLessThan(130)
})

test('seeds that differ above 32 bits give different streams', () => {
  const first = (seed: number): number => randomFrom(seed).stream('a').next()
  expect(first(2 ** 32 + 5)).not.toBe(first(5))
  expect(first(-1)).not.toBe(first(2 ** 32 - 1))
})

test('a seed that is not a safe integer is refused', () => {
  for (const seed of [1.5, Number.NaN, 2 ** 53]) expect(() => randomFrom(seed)).toThrow(AssertionFailure)
})
