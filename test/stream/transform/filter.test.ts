import { expect, test } from 'vitest'
import { from } from '../../../src/stream/index.js'
import { out, ways } from './transforms.js'

test.each(ways)('filter keeps the records that pass, told %s', async (_, given) => {
  expect(await out((world) => from([1, 2, 3, 4]).filter((n) => given(world, n % 2 === 0)))).toEqual([2, 4])
})

test('filter may keep nothing', async () => {
  expect(await out(() => from([1, 2, 3]).filter(() => false))).toEqual([])
})
