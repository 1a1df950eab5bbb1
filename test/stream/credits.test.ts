import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Edge } from '../../src/stream/edge.js'
import { collect, forEach, from, launch, merge, run } from '../../src/stream/index.js'
import { virtualWorld } from '../../src/world/index.js'
import { later } from './handlers.js'

afterEach(() => vi.restoreAllMocks())

/** The most batches that waited on any edge. */
function watchEdges(): { most: number } {
  const seen = { most: 0 }
  const { release } = Edge.prototype
  vi.spyOn(Edge.prototype, 'release').mockImplementation(function (this: Edge, records) {
    release.call(this, records)
    seen.most = Math.max(seen.most, this.waiting)
  })
  return seen
}

/** A source of the numbers from 0 without end, that counts. */
function counting(): { given: number; [Symbol.iterator](): Iterator<number> } {
  return {
    given: 0,
    *[Symbol.iterator]() {
      for (let n = 0; ; n++) {
        this.given = n + 1
        yield n
      }
    },
  }
}

describe('credits', () => {
  test('bound what waits on an edge, however operators crash and batches are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          batchRecordsMax: fc.integer({ min: 1, max: 6 }),
          creditBatchesMax: fc.integer({ min: 1, max: 3 }),
          crashes: fc.array(fc.nat(120), { maxLength: 12 }),
          slow: fc.boolean(),
        }),
        async ({ batchRecordsMax, creditBatchesMax, crashes, slow }) => {
          const seen = watchEdges()
          const world = virtualWorld()
          let calls = 0
          const shaky = (n: number): number => {
            if (crashes.includes(calls++)) throw new Error('boom')
            return n
          }
          const numbers = Array.from({ length: 40 }, (_, n) => n)
          const sink = collect<number>()
          const slowly = from(numbers)
            .map(shaky)
            .map((n) => (slow ? later(world, 1, n) : n), { id: 'slow' })
          await world.until(
            run(slowly.to(sink), {
              world,
              batchRecordsMax,
              creditBatchesMax,
              fuse: false,
              poisonAfter: 100,
              intensity: { restarts: 100, within: 1 },
            }),
          )
          vi.restoreAllMocks()
          expect(sink.records).toEqual(numbers)
          expect(seen.most).toBeLessThanOrEqual(creditBatchesMax)
        },
      ),
      { numRuns: 100 },
    )
  })

  test('make a slow sink pause the source: what is read ahead is bounded', async () => {
    const world = virtualWorld()
    const numbers = counting()
    const handled: number[] = []
    const slow = forEach<number>((n) => later(world, 10, n).then(() => handled.push(n)))
    const pipeline = from(numbers)
      .map((n) => n)
      .to(slow)
    const running = await launch(pipeline, { world, batchRecordsMax: 5, creditBatchesMax: 2 })
    await world.advance('1s')
    expect(handled).toHaveLength(100)
    // On each of the two edges 2 batches wait, and each of the two operators behind them holds one.
    expect(numbers.given).toBeLessThanOrEqual(100 + 2 * (2 + 1) * 5)
    await world.until(running.stop())
    expect(handled).toHaveLength(numbers.given)
  })

  test('make a slow branch pause the one beside it', async () => {
    const world = virtualWorld()
    const numbers = counting()
    const [fast, slow]: [number[], number[]] = [[], []]
    const source = from(numbers)
    const pipeline = merge(
      source.to((n) => fast.push(n)),
      source.to((n) => later(world, 10, n).then(() => slow.push(n))),
    )
    const running = await launch(pipeline, { world, batchRecordsMax: 5, creditBatchesMax: 2 })
    await world.advance('1s')
    expect(slow).toHaveLength(100)
    expect(fast.length).toBeLessThanOrEqual(100 + (2 + 1) * 5)
    await world.until(running.stop())
    expect(fast).toEqual(slow)
  })

  test('are exceeded only by what one batch becomes: that goes out together', async () => {
    const seen = watchEdges()
    const world = virtualWorld()
    const sink = collect<number>()
    const many = from([1, 2, 3]).flatMap((n) => new Array<number>(20).fill(n))
    await world.until(run(many.to(sink), { world, batchRecordsMax: 2, creditBatchesMax: 1 }))
    expect(sink.records).toHaveLength(60)
    expect(seen.most).toBeGreaterThan(1)
    expect(seen.most).toBeLessThanOrEqual(20)
  })
})
