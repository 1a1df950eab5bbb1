import { peerOf } from './peers/index.js'
import type { RowReport, WorkloadReport } from './report.js'
import type { Unit } from './tasks.js'
import type { Goal, Workload } from './workloads.js'

const unitNames = { ns: 'ns', bytes: 'bytes', ms: 'ms' } as const satisfies Record<Unit, string>

/** One workload as a table for people: all rows, fastest reference first. */
export const workloadTable = (report: WorkloadReport): string => {
  const { workload, unit } = report
  const header = [
    '',
    unit === 'ms' ? 'ms' : `${unitNames[unit]} per ${workload.per}`,
    'min',
    'max',
    'x reference',
    'Holdfast is',
  ]
  const body = report.rows.map((row) => [
    rowLabel(workload, row),
    row.error === undefined ? amount(row.value) : 'failed',
    amount(row.min),
    amount(row.max),
    ratioText(row.ratio),
    row.row.peer === 'holdfast' && row.row.task === workload.name ? '' : standing(row.holdfastRatio, unit),
  ])
  return [`${workload.name}: ${workload.what}`, ...aligned([header, ...body]), goalLine(report)].join('\n')
}

/** The closing table: what each workload must reach, aims at and reached. */
export const summaryTable = (reports: readonly WorkloadReport[]): string => {
  const header = ['workload', 'reference', 'must', 'aim', 'Holdfast', '']
  const body = reports.map(({ workload, unit, figure, reached }) => [
    workload.name,
    workload.goal.of === 'value' ? '' : referenceName(workload),
    goalText(workload.goal, workload.goal.must, unit),
    goalText(workload.goal, workload.goal.aim, unit),
    figure === undefined ? '-' : goalText(workload.goal, figure, unit),
    verdict(workload.goal, figure, reached),
  ])
  return aligned([header, ...body]).join('\n')
}

const rowLabel = (workload: Workload, { row, label }: RowReport): string => {
  const { reference } = workload
  const isReference = reference !== undefined && reference.peer === row.peer && reference.task === row.task
  return isReference ? `${label} [reference]` : label
}

const referenceName = ({ name, reference }: Workload): string => {
  if (reference === undefined) return ''
  const { label } = peerOf(reference.peer)
  return reference.task === name ? label : `${label}, ${reference.task}`
}

const goalLine = ({ workload, unit, figure, reached }: WorkloadReport): string => {
  const { goal } = workload
  const aim = goal.aim === null ? '' : `, aim ${goalText(goal, goal.aim, unit)}`
  const found = figure === undefined ? 'not measured' : goalText(goal, figure, unit)
  return `  must ${goalText(goal, goal.must, unit)}${aim}; Holdfast: ${found} ${verdict(goal, figure, reached)}`.trimEnd()
}

const goalText = (goal: Goal, figure: number | null, unit: Unit): string => {
  if (figure === null) return '-'
  return goal.of === 'ratio' ? ratioText(figure) : `${amount(figure)} ${unitNames[unit]}`
}

const verdict = (goal: Goal, figure: number | undefined, reached: boolean | null): string => {
  if (figure === undefined || reached === null) return ''
  if (!reached) return '(missed)'
  return goal.aim !== null && figure <= goal.aim ? '(aim reached)' : '(reached)'
}

/** Holdfast beside another row, in words: `2.5x faster`, `1.4x slower`. */
export const standing = (holdfastRatio: number | undefined, unit: Unit): string => {
  if (holdfastRatio === undefined || holdfastRatio <= 0) return ''
  const [better, worse] = unit === 'bytes' ? ['smaller', 'larger'] : ['faster', 'slower']
  if (holdfastRatio > 0.995 && holdfastRatio < 1.005) return 'equal'
  return holdfastRatio < 1 ? `${ratioText(1 / holdfastRatio)} ${better}` : `${ratioText(holdfastRatio)} ${worse}`
}

const ratioText = (ratio: number | undefined): string => {
  if (ratio === undefined) return '-'
  return `${ratio >= 100 ? grouped(ratio) : ratio.toFixed(ratio >= 10 ? 1 : 2)}x`
}

const amount = (value: number | undefined): string => {
  if (value === undefined) return '-'
  return value >= 1000 ? grouped(value) : value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
}

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')

/** Columns padded to equal width: the first and the last to the left, numbers to the right. */
const aligned = (rows: readonly (readonly string[])[]): string[] => {
  const columns = rows[0]?.length ?? 0
  const widths = Array.from({ length: columns }, (_unused, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const isText = (column: number): boolean => column === 0 || column === columns - 1
  return rows.map((row) =>
    `  ${row
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')}`.trimEnd(),
  )
}
