import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Kept } from '../../src/world/kept.js'

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant('change' as const) },
  { weight: 1, arbitrary: fc.constant('sync' as const) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
)

test('what is kept is all that was synced, once, and as much of the rest as survives a crash', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const kept = new Kept<number[]>(
        () => [],
        (list) => [...list],
      )
      let durable: number[] = []
      let live: number[] = []
      for (const [number, step] of steps.entries()) {
        if (step === 'change') {
          kept.change((list) => list.push(number))
          live.push(number)
        } else if (step === 'sync') {
          kept.sync()
          durable = [...live]
        } else {
          const survivors = Math.floor(step * (kept.unsynced + 1) * 0.999)
          kept.crash(survivors)
          durable = live.slice(0, durable.length + survivors)
          live = [...durable]
        }
        expect(kept.live).toEqual(live)
        expect(kept.unsynced).toBe(live.length - durable.length)
      }
    }),
  )
})
