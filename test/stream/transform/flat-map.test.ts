import { expect, test } from 'vitest'
import { from } from '../../../src/stream/index.js'
import { out, ways } from './transforms.js'

test.each(ways)('flatMap makes any number of records of each, given %s', async (_, given) => {
  const repeated = await out((world) => from([0, 1, 2]).flatMap((n) => given(world, new Array<number>(n).fill(n))))
  expect(repeated).toEqual([1, 2, 2])
})

test.each(ways)('flatMap hands on in order where the next step gives its answer %s', async (_, given) => {
  const halves = await out((world) =>
    from([1, 2])
      .flatMap((n) => [n, n + 0.5])
      .map((n) => given(world, n)),
  )
  expect(halves).toEqual([1, 1.5, 2, 2.5])
})

test('flatMap takes anything that can be iterated', async () => {
  function* twice(n: number): Generator<number> {
    yield n
    yield n
  }
  expect(await out(() => from([1, 2]).flatMap(twice))).toEqual([1, 1, 2, 2])
  expect(await out(() => from(['a b']).flatMap((line) => new Set(line.split(' '))))).toEqual(['a', 'b'])
})

test('flatMap may make more of a batch than fits into one, and loses nothing of it', async () => {
  const many = await out(() => from([1]).flatMap(() => Array.from({ length: 1000 }, (_, n) => n)), {
    batchRecordsMax: 3,
    creditBatchesMax: 1,
  })
  expect(many).toEqual(Array.from({ length: 1000 }, (_, n) => n))
})
