import { expect, test } from 'vitest'
import { from } from '../../../src/stream/index.js'
import { out, ways } from './transforms.js'

test.each(ways)('map makes one record of each, given %s', async (_, given) => {
  expect(await out((world) => from([1, 2, 3]).map((n) => given(world, n * 2)))).toEqual([2, 4, 6])
})

test('map keeps the order where some records take longer than others', async () => {
  const [, , [, late]] = ways as [unknown, unknown, (typeof ways)[number]]
  const mixed = await out((world) => from([1, 2, 3, 4]).map((n) => (n % 2 === 0 ? n : late(world, n))))
  expect(mixed).toEqual([1, 2, 3, 4])
})

test('map may make nothing of a record, which is a record too', async () => {
  expect(await out(() => from([1, 2]).map(() => undefined))).toEqual([undefined, undefined])
})

test('what map does to a record is not seen by who gave it, nor by another branch', async () => {
  const given = [{ n: 1 }, { n: 2 }]
  await out(() =>
    from(given).map((record) => {
      record.n *= 10
      return record
    }),
  )
  expect(given).toEqual([{ n: 1 }, { n: 2 }])
})
