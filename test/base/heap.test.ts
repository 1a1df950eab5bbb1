import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssertionFailure } from '../../src/base/assert.js'
import { Heap, type HeapEntry } from '../../src/base/heap.js'

type Step = { kind: 'insert'; key: number } | { kind: 'take' } | { kind: 'remove'; index: number }

// Few distinct keys, so that ties are common.
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('insert' as const), key: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), index: fc.nat(100) }) },
)

describe('a heap', () => {
  test('gives what a stably sorted array gives, also after removals from its middle', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new Heap<number>()
        const handles: HeapEntry<number>[] = []
        let model: HeapEntry<number>[] = []
        for (const [number, step] of steps.entries()) {
          if (step.kind === 'insert') {
            const entry = heap.insert(step.key, number)
            handles.push(entry)
            model = [...model, entry].sort((a, b) => a.key - b.key)
          } else if (step.kind === 'take') {
            expect(heap.take()).toBe(model.shift())
          } else {
            const entry = handles[step.index % Math.max(1, handles.length)]
            if (entry === undefined) continue
            expect(heap.remove(entry)).toBe(model.includes(entry))
            model = model.filter((other) => other !== entry)
          }
          expect(heap.size).toBe(model.length)
          expect(heap.first()).toBe(model[0])
        }
        expect(model.map(() => heap.take())).toEqual(model)
      }),
    )
  })

  test('stays in order whatever is removed from wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 60 }), fc.array(fc.nat(59)), (keys, removals) => {
        const heap = new Heap<number>()
        const handles = keys.map((key, number) => heap.insert(key, number))
        const removed = new Set(removals.map((index) => handles[index % handles.length]))
        for (const entry of removed) if (entry !== undefined) expect(heap.remove(entry)).toBe(true)
        const rest = handles.filter((entry) => !removed.has(entry)).sort((a, b) => a.key - b.key)
        expect(rest.map(() => heap.take())).toEqual(rest)
        expect(heap.take()).toBe(undefined)
      }),
      { numRuns: 500 },
    )
  })

  test('refuses a key that has no order', () => {
    expect(() => new Heap<string>().insert(Number.NaN, 'a')).toThrow(AssertionFailure)
  })
})
