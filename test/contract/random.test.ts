import fc from 'fast-check'
import { expect } from 'vitest'
import { AssertionFailure } from '../../src/base/assert.js'
import { contract } from './backends.js'

contract('chance', (check) => {
  check('gives a stream that is a function of seed and name alone', async ({ world: { random } }) => {
    const numbers = (name: string): number[] => {
      const stream = random.stream(name)
      return Array.from({ length: 5 }, () => stream.next())
    }
    const jitter = numbers('jitter')
    numbers('other')
    expect(numbers('jitter')).toEqual(jitter)
    expect(numbers('other')).not.toEqual(jitter)
    expect(Number.isSafeInteger(random.seed)).toBe(true)
  })

  check('draws numbers in [0, 1), integers below a bound, and bytes', async ({ world: { random } }) => {
    const stream = random.stream('bounds')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.nat(50), (below, count) => {
        const unit = stream.next()
        expect(unit >= 0 && unit < 1).toBe(true)
        const integer = stream.below(below)
        expect(Number.isInteger(integer) && integer >= 0 && integer < below).toBe(true)
        expect(stream.bytes(count)).toHaveLength(count)
      }),
    )
    for (const below of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
      expect(() => stream.below(below)).toThrow(AssertionFailure)
    }
  })

  check('draws evenly', async ({ world: { random } }) => {
    const stream = random.stream('even')
    const counts = new Array<number>(6).fill(0)
    for (let i = 0; i < 6_000; i++) {
      const face = stream.below(6)
      counts[face] = (counts[face] ?? 0) + 1
    }
    // Mean 1,000, standard deviation 29; six of those, since the real world's seed is drawn anew each time.
    for (const count of counts) expect(Math.abs(count - 1_000), `seed ${random.seed}`).toBeLessThan(175)
  })
})

contract('ids', (check) => {
  check('are 21 URL-safe characters and do not repeat', async ({ world: { ids } }) => {
    const made = Array.from({ length: 1_000 }, () => ids.next())
    for (const id of made) expect(id).toMatch(/^[A-Za-z0-9_-]{21}$/)
    expect(new Set(made).size).toBe(1_000)
  })
})
