import { type PeerName, peerOf } from './peers/index.js'
import { measured, median, pairedRatio, type Samples } from './statistics.js'
import { taskOf, type Unit } from './tasks.js'
import { type Goal, isSameRow, type Row, rowKey, type Workload } from './workloads.js'

/** What was found about one row. */
export interface RowReport {
  readonly row: Row
  readonly label: string
  /** Median in the workload's unit; absent when the row failed. */
  readonly value: number | undefined
  readonly min: number | undefined
  readonly max: number | undefined
  /** This row over the reference, the median of ratios within one repetition. */
  readonly ratio: number | undefined
  /** Holdfast over this row, likewise: below 1, Holdfast is ahead. */
  readonly holdfastRatio: number | undefined
  readonly error: string | undefined
}

/** What was found about one workload. */
export interface WorkloadReport {
  readonly workload: Workload
  readonly unit: Unit
  readonly rows: readonly RowReport[]
  /** Holdfast's figure in the goal's terms; absent when it was not measured. */
  readonly figure: number | undefined
  /** Whether the figure is within what it must be; `null` when it was not measured. */
  readonly reached: boolean | null
}

/** Values per row by {@link rowKey}, one per repetition, and reasons of failed rows. */
export interface Measurements {
  readonly samples: ReadonlyMap<string, Samples>
  readonly errors: ReadonlyMap<string, string>
}

/** Brings the samples of one workload together. */
export const reportOf = (
  workload: Workload,
  rows: readonly Row[],
  { samples, errors }: Measurements,
): WorkloadReport => {
  const samplesOf = (row: Row | undefined): Samples => {
    if (row === undefined || errors.has(rowKey(row))) return []
    return samples.get(rowKey(row)) ?? []
  }
  const reference = samplesOf(workload.reference)
  const holdfastRow: Row = { peer: 'holdfast', task: workload.name }
  const holdfast = samplesOf(holdfastRow)
  const reports = rows.map((row): RowReport => {
    const own = samplesOf(row)
    const values = measured(own)
    return {
      row,
      label: labelOf(workload, row),
      value: values.length === 0 ? undefined : median(values),
      min: values.length === 0 ? undefined : Math.min(...values),
      max: values.length === 0 ? undefined : Math.max(...values),
      ratio: pairedRatio(own, reference),
      holdfastRatio: pairedRatio(holdfast, own),
      error: errors.get(rowKey(row)),
    }
  })
  const ours = reports.find((report) => isSameRow(report.row, holdfastRow))
  const figure = workload.goal.of === 'ratio' ? ours?.ratio : ours?.value
  return {
    workload,
    unit: taskOf(workload.name).unit,
    rows: reports,
    figure,
    reached: figure === undefined ? null : figure <= workload.goal.must,
  }
}

const labelOf = (workload: Workload, row: Row): string => {
  const label = peerOf(row.peer).label
  return row.task === workload.name ? label : `${label}, ${row.task}`
}

const valueKeys = { ns: 'nsPerOp', bytes: 'bytes', ms: 'ms' } as const satisfies Record<Unit, string>

interface JsonRow {
  readonly peer: PeerName
  readonly task?: string
  readonly nsPerOp?: number
  readonly bytes?: number
  readonly ms?: number
  readonly ratio: number | null
  readonly holdfastRatio: number | null
  readonly min: number | null
  readonly max: number | null
  readonly error?: string
}

/** The report as data: what `--json` prints. */
export interface JsonReport {
  readonly node: string
  readonly cpus: number
  readonly reps: number
  readonly workloads: readonly {
    readonly name: string
    readonly reference: string | null
    readonly of: Goal['of']
    readonly must: number
    readonly aim: number | null
    readonly figure: number | null
    readonly reached: boolean | null
    readonly rows: readonly JsonRow[]
  }[]
}

export const jsonReport = (
  reports: readonly WorkloadReport[],
  machine: { readonly node: string; readonly cpus: number; readonly reps: number },
): JsonReport => ({
  ...machine,
  workloads: reports.map(({ workload, unit, rows, figure, reached }) => ({
    name: workload.name,
    reference: workload.reference === undefined ? null : nameOf(workload, workload.reference),
    of: workload.goal.of,
    must: workload.goal.must,
    aim: workload.goal.aim,
    figure: rounded(figure),
    reached,
    rows: rows.map((report) => jsonRow(report, unit, workload)),
  })),
})

const jsonRow = (report: RowReport, unit: Unit, workload: Workload): JsonRow => ({
  peer: report.row.peer,
  ...(report.row.task === workload.name ? {} : { task: report.row.task }),
  ...(report.value === undefined ? {} : { [valueKeys[unit]]: rounded(report.value) }),
  ratio: rounded(report.ratio),
  holdfastRatio: rounded(report.holdfastRatio),
  min: rounded(report.min),
  max: rounded(report.max),
  ...(report.error === undefined ? {} : { error: report.error }),
})

const nameOf = (workload: Workload, row: Row): string =>
  row.task === workload.name ? row.peer : `${row.peer} ${row.task}`

const rounded = (value: number | undefined): number | null =>
  value === undefined ? null : Number(value.toPrecision(4))
