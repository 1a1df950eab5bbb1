import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collect, from, launch, type Running, type RunOptions } from '../../src/stream/index.js'
import { type VirtualWorld, virtualWorld } from '../../src/world/index.js'
import { later } from './handlers.js'

const often: RunOptions['intensity'] = { restarts: 10_000, within: '1s' }

/** Runs to the end while operators are ended at these times. */
async function ended(world: VirtualWorld, running: Running, exits: readonly (readonly [number, string])[]) {
  for (const [atMs, operator] of exits) {
    world.timers.after(atMs, () => {
      if (running.system.running) running.system.exit(`/${operator}`, 'kill')
    })
  }
  const result = await world.until(running.done)
  await world.run()
  return result
}

describe('an operator that is ended from outside', () => {
  test('at any time, alone or with others, loses and repeats nothing, and no record is blamed', async () => {
    const operator = fc.constantFrom('source', 'map', 'sum', 'sink')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(200), operator), { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (exits, batchRecordsMax) => {
          const world = virtualWorld()
          const numbers = {
            async *[Symbol.asyncIterator]() {
              for (let n = 0; n < 12; n++) yield await later(world, 3, n)
            },
          }
          const sink = collect<{ key: number; value: number[] }>()
          const pipeline = from(numbers, { id: 'source' })
            .map((n) => later(world, 5, n), { id: 'map' })
            .keyBy((n) => n % 2)
            .aggregate(
              {
                init: (): number[] => [],
                add: (list, n) => {
                  list.push(n)
                  return later(world, 2, undefined)
                },
              },
              { id: 'sum' },
            )
            .to(sink, { id: 'sink' })
          const options = { world, batchRecordsMax, fuse: false, intensity: often, poisonAfter: 1 }
          const result = await ended(world, await launch(pipeline, options), exits)
          const expected = Array.from({ length: 12 }, (_, n) => ({
            key: n % 2,
            value: Array.from({ length: Math.floor(n / 2) + 1 }, (_each, i) => 2 * i + (n % 2)),
          }))
          expect(sink.records).toEqual(expected)
          expect(result.deadLetters).toEqual([])
          expect(result.crashes).toHaveLength(result.restarts)
          expect(result.crashes.every(({ detectionMs }) => detectionMs === 0)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('while it hands on what it owes at the end: does so once', async () => {
    const world = virtualWorld()
    const sink = collect<{ key: number; value: number }>()
    let running: Running | undefined
    let kills = 0
    const totals = from([1, 2, 3])
      .keyBy((n) => n % 2)
      .aggregate({
        init: () => 0,
        add: (sum, n) => sum + n,
        emit: (key, value) => {
          if (kills++ < 3) running?.system.exit('/aggregate-1', 'kill')
          return { key, value }
        },
        when: 'end',
      })
    running = await launch(totals.to(sink), { world, intensity: often })
    await world.until(running.done)
    expect(sink.records).toEqual([
      { key: 1, value: 4 },
      { key: 0, value: 2 },
    ])
  })

  test('between two turns, many times over, does not pile up turns in its mailbox', async () => {
    const world = virtualWorld()
    const sink = collect<number>()
    const running = await launch(
      from([1])
        .map((n) => later(world, 1_000, n))
        .to(sink),
      { world, intensity: often },
    )
    for (let i = 0; i < 50; i++) {
      running.system.exit('/map-1', 'kill')
      running.system.exit('/sink-1', 'kill')
      await world.settle()
    }
    const turns: string[] = []
    running.system.events.on('received', ({ path }) => turns.push(path))
    await world.until(running.done)
    expect(sink.records).toEqual([1])
    expect(turns.length).toBeLessThan(20)
  })
})

describe('a crash while what is owed at the end is made', () => {
  test('is recovered however often, blames no record, and hands on once', async () => {
    const world = virtualWorld()
    const sink = collect<{ key: number; value: number[] }>()
    let calls = 0
    const totals = from([1, 2, 3])
      .keyBy((n) => n % 2)
      .aggregate({
        init: (): number[] => [],
        add: (list, n) => void list.push(n),
        emit: (key, value) => {
          value.push(-1)
          if (calls++ % 2 === 1 && calls < 10) throw new Error('at the end')
          return { key, value }
        },
        when: 'end',
      })
    const running = await launch(totals.to(sink), { world })
    const result = await world.until(running.done)
    expect(sink.records).toEqual([
      { key: 1, value: [1, 3, -1] },
      { key: 0, value: [2, -1] },
    ])
    expect(result.deadLetters).toEqual([])
    expect(result.crashes).toHaveLength(4)
    expect(result.crashes[3]).toMatchObject({ operator: 'aggregate-1', error: { message: 'at the end' } })
  })
})
