import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forEach, from, launch, run } from '../../../src/stream/index.js'
import { virtualWorld } from '../../../src/world/index.js'
import { failing, later } from '../handlers.js'

const upTo = (end: number): number[] => Array.from({ length: end }, (_, n) => n)
const often = { restarts: 1000, within: '1s' } as const

describe('forEach', () => {
  test('never repeats a call that was completed, wherever calls fail', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(40), { maxLength: 15 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        async (calls, batchRecordsMax, slow) => {
          const world = virtualWorld()
          const fails = failing(...calls)
          const done: number[] = []
          const sink = forEach<number>((n) => {
            if (!slow) fails()
            return slow
              ? later(world, 1, n)
                  .then(fails)
                  .then(() => done.push(n))
              : done.push(n)
          })
          const options = { world, batchRecordsMax, intensity: often, poisonAfter: 100 }
          const result = await world.until(run(from(upTo(25)).to(sink), options))
          expect(done).toEqual(upTo(25))
          expect(result.deadLetters).toEqual([])
          expect(result.operators[1]).toMatchObject({ recordsIn: 25 })
        },
      ),
      { numRuns: 100 },
    )
  })

  test('repeats, of calls under way, only the one whose operator was killed', async () => {
    const world = virtualWorld()
    const begun: number[] = []
    const sink = forEach<number>((n) => {
      begun.push(n)
      return later(world, 10, n)
    })
    const running = await launch(from([1, 2, 3]).to(sink), { world })
    await world.advance(15)
    running.system.exit('/sink-1', 'kill')
    const result = await world.until(running.done)
    expect(begun).toEqual([1, 2, 2, 3])
    expect(result.deadLetters).toEqual([])
    expect(result.operators[1]).toMatchObject({ recordsIn: 3, restarts: 1 })
  })

  test('may spoil its record: the next call, and others, have it as it was', async () => {
    const world = virtualWorld()
    const given = [{ n: 1 }]
    const seen: number[] = []
    const fails = failing(0)
    const sink = forEach<{ n: number }>((record) => {
      seen.push(record.n)
      record.n = -1
      fails()
    })
    await world.until(run(from(given).to(sink), { world }))
    expect(seen).toEqual([1, 1])
    expect(given).toEqual([{ n: 1 }])
  })

  test('gives up a record that always fails, after the calls before it, and goes on', async () => {
    const world = virtualWorld()
    const done: number[] = []
    const result = await world.until(
      run(
        from(upTo(6)).to((n) => {
          if (n === 3) throw new Error('never 3')
          done.push(n)
        }),
        { world },
      ),
    )
    expect(done).toEqual([0, 1, 2, 4, 5])
    expect(result.deadLetters).toMatchObject([{ operator: 'sink-1', record: 3, attempts: 3 }])
  })
})
