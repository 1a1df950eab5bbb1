import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssertionFailure } from '../../src/base/assert.js'
import { Ring } from '../../src/base/ring.js'

type Step =
  | { kind: 'push' | 'unshift'; value: number }
  | { kind: 'shift' | 'pop' | 'clear' }
  | { kind: 'at'; index: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('push' as const, 'unshift' as const), value: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('shift' as const, 'pop' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('at' as const), index: fc.integer({ min: -2, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
)

describe('a ring', () => {
  test('does what an array does, at any size and wherever its head stands', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 8), fc.array(step, { maxLength: 200 }), (capacity, steps) => {
        const ring = new Ring<number>(capacity)
        let model: number[] = []
        for (const step of steps) {
          switch (step.kind) {
            case 'push':
              ring.push(step.value)
              model.push(step.value)
              break
            case 'unshift':
              ring.unshift(step.value)
              model.unshift(step.value)
              break
            case 'shift':
              expect(ring.shift()).toBe(model.shift())
              break
            case 'pop':
              expect(ring.pop()).toBe(model.pop())
              break
            case 'clear':
              ring.clear()
              model = []
              break
            case 'at':
              expect(ring.at(step.index)).toBe(step.index < 0 ? undefined : model[step.index])
          }
          expect(ring.size).toBe(model.length)
          expect([...ring]).toEqual(model)
        }
      }),
    )
  })

  test('does not hold on to what was taken', () => {
    const ring = new Ring<object>(2)
    ring.push({})
    ring.push({})
    ring.shift()
    ring.pop()
    expect(Object.values(ring).flat()).not.toContainEqual({})
  })

  test.each([0, 3, -2, 1.5])('of %d slots is refused', (capacity) => {
    expect(() => new Ring(capacity)).toThrow(AssertionFailure)
  })
})
