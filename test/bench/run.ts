/**
 * The command: `npm run -s bench -- [NAME ...] [--json] [--reps N] [--peers A,B] [--quick]`. Measures every
 * row in a fresh process, once per repetition, and prints tables or one JSON object.
 */
import { cpus, loadavg } from 'node:os'
import { measureRow, prepareErlang } from './launch.js'
import { type Options, parseOptions, UsageError, usage } from './options.js'
import { orderOf } from './order.js'
import { type PeerName, peerOf } from './peers/index.js'
import { jsonReport, reportOf, type WorkloadReport } from './report.js'
import { summaryTable, workloadTable } from './table.js'
import { isSameRow, type Row, rowKey, rowsOf, type Workload } from './workloads.js'

/** One workload with its rows and what was found about them so far. */
interface Plan {
  readonly workload: Workload
  readonly rows: readonly Row[]
  readonly samples: Map<string, (number | undefined)[]>
  readonly errors: Map<string, string>
}

const main = (args: readonly string[]): number => {
  const options = readOptions(args)
  if (options === undefined) return 2
  if (options.help) {
    process.stdout.write(`${usage}\n`)
    return 0
  }
  const plans = planOf(options)
  if (plans.length === 0) {
    note('bench: none of these peers takes part in these workloads; --help lists both.')
    return 2
  }
  measureAll(plans, options.repetitions)
  const reports = plans.map(({ workload, rows, samples, errors }) => reportOf(workload, rows, { samples, errors }))
  process.stdout.write(options.json ? asJson(reports, options) : asTables(reports, options))
  return plans.every(({ errors }) => errors.size === 0) ? 0 : 1
}

const readOptions = (args: readonly string[]): Options | undefined => {
  try {
    return parseOptions(args)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`bench: ${error.message}\n`)
    return undefined
  }
}

const planOf = (options: Options): readonly Plan[] => {
  const asked = (peer: PeerName): boolean => options.peers === undefined || options.peers.has(peer)
  const needed = options.workloads.some(({ peers }) => peers.some((peer) => asked(peer) && isErlang(peer)))
  const erlang = needed ? prepareErlang() : { ok: true as const }
  if (!erlang.ok) note(`Erlang's rows are left out: ${erlang.reason}.`)
  const wanted = (peer: PeerName): boolean => asked(peer) && (erlang.ok || !isErlang(peer))
  return options.workloads
    .map((workload): Plan => ({ workload, rows: rowsOf(workload, wanted), samples: new Map(), errors: new Map() }))
    .filter(({ rows }) => rows.some((row) => wanted(row.peer)))
}

const isErlang = (peer: PeerName): boolean => peerOf(peer).erlang !== undefined

const isReference = ({ reference }: Workload, row: Row): boolean => reference !== undefined && isSameRow(row, reference)

const measureAll = (plans: readonly Plan[], repetitions: number): void => {
  const startedMs = performance.now()
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const plan of plans) {
      const leads = (row: Row): boolean => row.peer === 'holdfast' || isReference(plan.workload, row)
      const others = plan.rows.filter((row) => !leads(row))
      for (const row of orderOf(plan.rows.filter(leads), others, repetition)) measureInto(plan, row, repetition)
      progress(`${plan.workload.name}, repetition ${repetition + 1} of ${repetitions}`, startedMs)
    }
  }
}

const measureInto = ({ samples, errors }: Plan, row: Row, repetition: number): void => {
  const key = rowKey(row)
  if (errors.has(key)) return
  const measurement = measureRow(row)
  if (measurement.ok) {
    const values = samples.get(key) ?? []
    values[repetition] = measurement.value
    samples.set(key, values)
    return
  }
  errors.set(key, measurement.reason)
  note(`FAILED ${row.peer} ${row.task}: ${measurement.reason}`)
}

const progress = (what: string, startedMs: number): void => {
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  const line = `${what}; ${seconds} s, load ${loadavg()[0]?.toFixed(2)}`
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${line}`)
  else process.stderr.write(`${line}\n`)
}

const note = (line: string): void => {
  process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[2K' : ''}${line}\n`)
}

const machine = (options: Options): { node: string; cpus: number; reps: number } => ({
  node: process.version,
  cpus: cpus().length,
  reps: options.repetitions,
})

const asJson = (reports: readonly WorkloadReport[], options: Options): string =>
  `${JSON.stringify(jsonReport(reports, machine(options)))}\n`

const asTables = (reports: readonly WorkloadReport[], options: Options): string => {
  const { node, cpus: cores, reps } = machine(options)
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
  const head = `Node ${node}, ${cores} cores, medians of ${reps}; ratios are medians of ratios within one repetition.`
  const tables = reports.map(workloadTable)
  return `${[head, ...tables, summaryTable(reports)].join('\n\n')}\n`
}

process.exitCode = main(process.argv.slice(2))
