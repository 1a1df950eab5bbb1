import { describe, expect, test } from 'vitest'
import { collect, from, launch } from '../../src/stream/index.js'
import { virtualWorld } from '../../src/world/index.js'
import { later, never } from './handlers.js'

function* endless(): Generator<number> {
  for (let n = 0; ; n++) yield n
}

describe('a run that is stopped', () => {
  test('reads no further, and brings what was read to the sinks', async () => {
    const world = virtualWorld()
    const sink = collect<number>()
    const slow = from({ [Symbol.iterator]: endless }).map((n) => later(world, 10, n))
    const running = await launch(slow.to(sink), { world, batchRecordsMax: 3, creditBatchesMax: 1 })
    await world.advance(45)
    const result = await world.until(running.stop())
    expect(result.status).toBe('stopped')
    expect(sink.records).toEqual(Array.from({ length: sink.records.length }, (_, n) => n))
    expect(result.operators.map(({ recordsIn }) => recordsIn)).toEqual(new Array(3).fill(sink.records.length))
    expect(sink.records.length).toBeGreaterThanOrEqual(6)
    expect(running.system.running).toBe(false)
  })

  test('hands on what aggregates owe at the end', async () => {
    const world = virtualWorld()
    const sink = collect<{ key: string; value: number }>()
    const slow = from({ [Symbol.iterator]: endless }).map((n) => later(world, 10, n))
    const counts = slow.keyBy(() => 'all').aggregate({ init: () => 0, add: (count) => count + 1, when: 'end' })
    const running = await launch(counts.to(sink), { world, batchRecordsMax: 1, creditBatchesMax: 1 })
    await world.advance(25)
    const result = await world.until(running.stop())
    expect(sink.records).toEqual([{ key: 'all', value: result.operators[0]?.recordsIn }])
  })

  test('does not wait for a read that brings nothing, and closes its reader', async () => {
    const world = virtualWorld()
    const sink = collect<number>()
    let closed = 0
    let reads = 0
    const source = {
      kind: 'quiet',
      open: () => ({ read: () => (reads++ === 0 ? [1] : never()), close: () => void closed++ }),
    }
    const running = await launch(from<number>(source).to(sink), { world })
    await world.settle()
    const result = await world.until(running.stop(), { within: 0 })
    expect(result.status).toBe('stopped')
    expect(sink.records).toEqual([1])
    expect(closed).toBe(1)
  })

  test('does not wait for a source that does not open, and closes it should it do so later', async () => {
    const world = virtualWorld()
    let closed = 0
    const reader = { read: () => undefined, close: () => void closed++ }
    const source = { kind: 'slow', open: () => later(world, 1_000, reader) }
    const running = await launch(from<number>(source).to(collect()), { world })
    await world.settle()
    await world.until(running.stop(), { within: 0 })
    expect(closed).toBe(0)
    await world.run()
    expect(closed).toBe(1)
  })

  test('recovers what crashes on the way down', async () => {
    const world = virtualWorld()
    const sink = collect<number>()
    let calls = 0
    const slow = from({ [Symbol.iterator]: endless }).map(async (n) => {
      await later(world, 10, n)
      if (calls++ % 3 === 2) throw new Error('boom')
      return n
    })
    const running = await launch(slow.to(sink), { world, batchRecordsMax: 4, creditBatchesMax: 1 })
    await world.advance(15)
    const result = await world.until(running.stop())
    expect(result.crashes.length).toBeGreaterThan(0)
    expect(sink.records).toEqual(Array.from({ length: result.operators[0]?.recordsIn ?? 0 }, (_, n) => n))
  })

  test('may be stopped again, and one that has ended stays what it was', async () => {
    const world = virtualWorld()
    const stopped = await launch(
      from({ [Symbol.iterator]: endless })
        .map((n) => later(world, 1, n))
        .to(collect()),
      {
        world,
      },
    )
    const [first, second] = await world.until(Promise.all([stopped.stop(), stopped.stop()]))
    expect(second).toBe(first)
    const ended = await launch(from([1]).to(collect()), { world })
    await world.until(ended.done)
    expect((await world.until(ended.stop())).status).toBe('completed')
    expect(ended.report().status).toBe('completed')
  })
})
