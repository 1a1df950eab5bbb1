import { expect, test } from 'vitest'
import { collect, from, launch, merge, run } from '../../../src/stream/index.js'
import { virtualWorld } from '../../../src/world/index.js'
import { later, never } from '../handlers.js'

test('collect shows what is committed, and only that, at any time', async () => {
  const world = virtualWorld()
  const sink = collect<number>()
  const slowly = from([1, 2, 3, 4]).map((n) => later(world, 10, n))
  const running = await launch(slowly.to(sink), { world, batchRecordsMax: 2 })
  const seen: (readonly number[])[] = []
  for (let i = 0; i < 5; i++) {
    seen.push([...sink.records])
    await world.advance(10)
  }
  await world.until(running.done)
  expect(seen).toEqual([[], [], [1, 2], [1, 2], [1, 2, 3, 4]])
})

test('collect shows no record twice when it is killed between its batches', async () => {
  const world = virtualWorld()
  const sink = collect<number>()
  const slowly = from([1, 2, 3]).map((n) => later(world, 10, n))
  const running = await launch(slowly.to(sink), { world, batchRecordsMax: 1 })
  for (let i = 0; i < 5; i++) {
    running.system.exit('/sink-1', 'kill')
    await world.advance(7)
  }
  const result = await world.until(running.done)
  expect(sink.records).toEqual([1, 2, 3])
  expect(result.operators.find(({ id }) => id === 'sink-1')).toMatchObject({ recordsIn: 3, restarts: 5 })
})

test('collect begins anew with each run', async () => {
  const world = virtualWorld()
  const sink = collect<number>()
  const pipeline = from([1, 2]).to(sink)
  await world.until(run(pipeline, { world }))
  await world.until(run(pipeline, { world }))
  expect(sink.records).toEqual([1, 2])
})

test('one collect may end several pipelines', async () => {
  const world = virtualWorld()
  const sink = collect<number>()
  await world.until(run(merge(from([1]).to(sink), from([2]).to(sink)), { world }))
  expect([...sink.records].sort()).toEqual([1, 2])
})

test('collect keeps what it has when the run fails', async () => {
  const world = virtualWorld()
  const sink = collect<number>()
  const stuck = from([1, 2, 3]).map((n) => (n === 3 ? never() : n))
  const running = await launch(stuck.to(sink), { world, batchRecordsMax: 2, deadline: '1s', intensity: none })
  await expect(world.until(running.done)).rejects.toMatchObject({ code: 'escalated' })
  expect(sink.records).toEqual([1, 2])
})

const none = { restarts: 0, within: '1s' } as const
