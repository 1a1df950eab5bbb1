import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Suspects } from '../../src/stream/suspects.js'

const boom = new Error('boom')

test('cuts cover what is left of a batch in order, each suspect alone', () => {
  fc.assert(
    fc.property(fc.nat(12), fc.uniqueArray(fc.nat(11)), fc.nat(11), (length, indexes, from) => {
      const suspects = new Suspects()
      for (const index of indexes) suspects.add(index, boom)
      const covered: number[] = []
      for (let at = from; at < length; ) {
        const end = suspects.cut(at, length)
        expect(end).toBeGreaterThan(at)
        expect(end).toBeLessThanOrEqual(length)
        const part = Array.from({ length: end - at }, (_, i) => at + i)
        if (part.length > 1) expect(part.filter((index) => indexes.includes(index))).toEqual([])
        covered.push(...part)
        at = end
      }
      expect(covered).toEqual(Array.from({ length: Math.max(0, length - from) }, (_, i) => from + i))
    }),
  )
})

test('a suspect has the number of its crashes, and the last error', () => {
  const suspects = new Suspects()
  suspects.add(3, new Error('first'))
  suspects.add(1, new Error('other'))
  suspects.add(3, boom)
  expect(suspects.at(3)).toEqual({ crashes: 2, error: boom })
  expect(suspects.at(2)).toBe(undefined)
  expect(suspects.size).toBe(2)
  suspects.clear()
  expect(suspects.at(3)).toBe(undefined)
})
