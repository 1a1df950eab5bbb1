import { expect, test } from 'vitest'
import { firstDifference, sideBySide } from './compare.js'
import { play } from './play.js'
import { records } from './records.js'

const all = [...records('traces.jsonl'), ...records('found.jsonl')].map((record) => ({
  label: record.name === undefined ? record.id : `${record.id} ${record.name}`,
  record,
}))

test.each(all)('$label: the tree behaves as it did on Erlang/OTP', async ({ record }) => {
  const trace = await play(record)
  const difference = firstDifference(record.trace, trace)
  expect(difference === undefined ? '' : sideBySide(record, record.trace, trace)).toBe('')
})

test('all 382 recorded traces are there, and no id is given twice', () => {
  expect(records('traces.jsonl')).toHaveLength(382)
  expect(new Set(all.map(({ record }) => record.id)).size).toBe(all.length)
})
