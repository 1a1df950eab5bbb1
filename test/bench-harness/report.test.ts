import { describe, expect, test } from 'vitest'
import { jsonReport, type Measurements, reportOf, type WorkloadReport } from '../bench/report.js'
import { standing, summaryTable, workloadTable } from '../bench/table.js'
import { type Row, rowKey, rowsOf, type Workload, workloads } from '../bench/workloads.js'

const workloadNamed = (name: string): Workload => {
  const found = workloads.find((workload) => workload.name === name)
  if (found === undefined) throw new Error(`No workload ${name}.`)
  return found
}
const tell = workloadNamed('tell')
const ring: Row = { peer: 'ring', task: 'tell' }
const holdfast: Row = { peer: 'holdfast', task: 'tell' }
const nact: Row = { peer: 'nact', task: 'tell' }

const found = (
  samples: readonly (readonly [Row, readonly (number | undefined)[]])[],
  failed: Row[] = [],
): Measurements => ({
  samples: new Map(samples.map(([row, values]) => [rowKey(row), values])),
  errors: new Map(failed.map((row) => [rowKey(row), 'exit 1: Wrong result'])),
})
const report = (measurements: Measurements): WorkloadReport => reportOf(tell, [ring, holdfast, nact], measurements)
const usual = report(
  found([
    [ring, [10, 20, 10]],
    [holdfast, [15, 30, 16]],
    [nact, [600, 1200, 600]],
  ]),
)

describe('the report of a workload', () => {
  test('gives each row its median, its spread and its ratio to the reference', () => {
    const row = usual.rows.find(({ row: { peer } }) => peer === 'nact')
    expect(row).toMatchObject({ value: 600, min: 600, max: 1200, ratio: 60, holdfastRatio: 0.025 })
  })

  test('reaches its goal when the paired ratio is within what it must be', () => {
    expect(usual.figure).toBe(1.5)
    expect(usual.reached).toBe(true)
    const slow = report(
      found([
        [ring, [10]],
        [holdfast, [26]],
      ]),
    )
    expect(slow.reached).toBe(false)
  })

  test('has no verdict while Holdfast or the reference is missing', () => {
    expect(report(found([[ring, [10]]])).reached).toBeNull()
    expect(report(found([[holdfast, [10]]])).reached).toBeNull()
  })

  test('gives no number for a row that failed once, whatever it measured before', () => {
    const failed = report(
      found(
        [
          [ring, [10, 10]],
          [holdfast, [15]],
        ],
        [holdfast],
      ),
    )
    const row = failed.rows.find(({ row: { peer } }) => peer === 'holdfast')
    expect(row?.value).toBeUndefined()
    expect(row?.error).toContain('Wrong result')
    expect(failed.reached).toBeNull()
  })

  test('judges bytes by themselves and not by a ratio', () => {
    const memory = workloadNamed('memory')
    const ours: Row = { peer: 'holdfast', task: 'memory' }
    const theirs: Row = { peer: 'feasible', task: 'memory' }
    const measurements = found([
      [ours, [500]],
      [theirs, [100]],
    ])
    expect(reportOf(memory, [theirs, ours], measurements)).toMatchObject({ figure: 500, reached: true, unit: 'bytes' })
  })
})

describe('the JSON report', () => {
  const machine = { node: 'v20.19.0', cpus: 2, reps: 3 }

  test('is plain data with one entry per workload and row', () => {
    const json: unknown = JSON.parse(JSON.stringify(jsonReport([usual], machine)))
    expect(json).toMatchObject({
      node: 'v20.19.0',
      cpus: 2,
      reps: 3,
      workloads: [
        {
          name: 'tell',
          reference: 'ring',
          must: 2.5,
          aim: 1.6,
          reached: true,
          rows: [
            { peer: 'ring', nsPerOp: 10, ratio: 1, min: 10, max: 20 },
            { peer: 'holdfast', nsPerOp: 16, ratio: 1.5 },
            { peer: 'nact', nsPerOp: 600, ratio: 60 },
          ],
        },
      ],
    })
  })

  test('names the unit of the value by its key', () => {
    const delay = workloadNamed('loop-delay')
    const ours: Row = { peer: 'holdfast', task: 'loop-delay' }
    const json = jsonReport([reportOf(delay, [ours], found([[ours, [1.25]]]))], machine)
    expect(json.workloads[0]?.rows[0]).toMatchObject({ peer: 'holdfast', ms: 1.25, ratio: null })
    expect(json.workloads[0]?.reference).toBeNull()
  })

  test('carries the reason of a failed row in place of a number', () => {
    const json = jsonReport([report(found([[ring, [10]]], [holdfast]))], machine)
    const row = json.workloads[0]?.rows[1]
    expect(row).toMatchObject({ peer: 'holdfast', error: 'exit 1: Wrong result', min: null, max: null })
    expect(row).not.toHaveProperty('nsPerOp')
  })
})

describe('the tables', () => {
  test('show ratios to the reference and where Holdfast stands beside each peer', () => {
    const table = workloadTable(usual)
    expect(table).toContain('bare ring buffer (limit) [reference]')
    expect(table).toMatch(/nact\s+600\s+600\s+1,200\s+60\.0x\s+40\.0x faster/)
    expect(table).toContain('must 2.50x, aim 1.60x; Holdfast: 1.50x (aim reached)')
  })

  test('say in the summary what was reached, missed and not measured', () => {
    const missed = report(
      found([
        [ring, [10]],
        [holdfast, [30]],
      ]),
    )
    const table = summaryTable([usual, missed, report(found([[ring, [10]]]))])
    const [, first, second, third] = table.split('\n')
    expect(first).toMatch(/1\.50x\s+\(aim reached\)$/)
    expect(second).toMatch(/3\.00x\s+\(missed\)$/)
    expect(third).toMatch(/-$/)
  })

  test('name a failed row as failed', () => {
    expect(workloadTable(report(found([[ring, [10]]], [nact])))).toMatch(/nact\s+failed/)
  })

  test('say faster and slower, smaller and larger', () => {
    expect(standing(0.5, 'ns')).toBe('2.00x faster')
    expect(standing(3, 'ns')).toBe('3.00x slower')
    expect(standing(0.5, 'bytes')).toBe('2.00x smaller')
    expect(standing(1.001, 'ns')).toBe('equal')
    expect(standing(undefined, 'ns')).toBe('')
  })
})

describe('the table of workloads', () => {
  test('has a reference and a task of its own for every goal that is a ratio', () => {
    for (const { goal, reference } of workloads) if (goal.of === 'ratio') expect(reference).toBeDefined()
  })

  test('lists no row twice', () => {
    for (const workload of workloads) {
      const keys = rowsOf(workload, () => true).map(rowKey)
      expect(new Set(keys).size).toBe(keys.length)
    }
  })

  test('keeps the reference when no peer is wanted', () => {
    expect(rowsOf(tell, () => false)).toEqual([ring])
  })
})
