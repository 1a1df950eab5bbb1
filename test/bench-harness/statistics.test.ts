import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { median, pairedRatio } from '../bench/statistics.js'

describe('median', () => {
  test('is the middle of an odd number of values, in whatever order they come', () => {
    expect(median([9, 1, 5])).toBe(5)
  })

  test('is the mean of the two middle values of an even number', () => {
    expect(median([8, 2, 4, 100])).toBe(6)
  })

  test('refuses to be taken of nothing', () => {
    expect(() => median([])).toThrow(RangeError)
  })

  test('has as many values below as above, and leaves its argument alone', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }), (values) => {
        const before = [...values]
        const middle = median(values)
        expect(values).toEqual(before)
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2)
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2)
      }),
    )
  })
})

describe('pairedRatio', () => {
  test('compares within a repetition, so a machine that slows down for both changes nothing', () => {
    expect(pairedRatio([20, 200, 2000], [10, 100, 1000])).toBe(2)
  })

  test('is the median of the ratios, not the ratio of the medians', () => {
    expect(pairedRatio([1, 10, 30], [10, 10, 10])).toBe(1)
    expect(pairedRatio([3, 10, 100], [1, 10, 10])).toBe(3)
  })

  test('skips repetitions in which one side is missing', () => {
    expect(pairedRatio([10, undefined, 40], [10, 10, undefined])).toBe(1)
  })

  test('is absent when no repetition has both sides', () => {
    expect(pairedRatio([10], [])).toBeUndefined()
    expect(pairedRatio([undefined, 4], [2, undefined])).toBeUndefined()
  })
})
