import { expect, test } from 'vitest'
import { collect, from, run } from '../../src/stream/index.js'
import { virtualWorld } from '../../src/world/index.js'

test('a stream may come out of an async function: awaiting it gives the stream', async () => {
  const made = async () => from([1, 2]).map((n) => n * 2)
  const sink = collect<number>()
  const world = virtualWorld()
  await world.until(run((await made()).to(sink), { world }))
  expect(sink.records).toEqual([2, 4])
})
