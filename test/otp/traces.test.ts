import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { firstDifference, sideBySide } from './compare.js'
import { play } from './play.js'
import type { Scenario, Step } from './scenario.js'

type Recorded = Scenario & { readonly trace: readonly Step[] }

test.each([...recordsOf('traces.jsonl'), ...recordsOf('found.jsonl')])(
  '$label: the tree behaves as that of Erlang/OTP did',
  async ({ record }) => {
    const trace = await play(record)
    const difference = firstDifference(record.trace, trace)
    expect(difference === undefined ? '' : sideBySide(record, record.trace, trace)).toBe('')
  },
)

test('both files hold what the README says', () => {
  expect(recordsOf('traces.jsonl')).toHaveLength(382)
  const labels = [...recordsOf('traces.jsonl'), ...recordsOf('found.jsonl')].map(({ record }) => record.id)
  expect(new Set(labels).size).toBe(labels.length)
})

function recordsOf(file: string): { readonly label: string; readonly record: Recorded }[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  const records = text.split('\n').filter((line) => line.trim() !== '')
  return records.map((line) => {
    const record = JSON.parse(line) as Recorded
    return { label: record.name === undefined ? record.id : `${record.id} ${record.name}`, record }
  })
}
