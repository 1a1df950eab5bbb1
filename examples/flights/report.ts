import type { CrashReport } from 'holdfast/stream'
import type { Outcome } from './job.js'
import type { Options } from './options.js'
import type { Airport } from './pipeline.js'
import { type CrashCause, causeOf, crashCauses } from './tally.js'

/** Middle, almost the worst, and the worst; nothing of nothing. */
export interface Spread {
  readonly p50: number | null
  readonly p99: number | null
  readonly max: number | null
}

/** The result as data: the line that `--json` prints. */
export function summary(outcome: Outcome, identical: boolean): Readonly<Record<string, unknown>> {
  const { status, flights, tally, result } = outcome
  const seconds = result.elapsedMs / 1000
  return {
    flights,
    crashes: tally.total,
    restarts: result.restarts,
    deadLetters: result.deadLetters.length,
    identical,
    detectionMs: spread(result.crashes.map(({ detectionMs }) => detectionMs)),
    recoveryMs: spread(result.crashes.map(({ recoveryMs }) => recoveryMs)),
    eventsPerSecond: Math.round(flights / seconds),
    seconds: rounded(seconds),
    status,
    ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
  }
}

/** The result for people, without the comparison. */
export function report(outcome: Outcome, options: Options): string {
  const { flights, slipped, result, status, findings } = outcome
  const seconds = result.elapsedMs / 1000
  const ended = { completed: 'Done', stopped: 'Stopped by Ctrl-C. What was read is done', escalated: 'Gave up' }
  return [
    '',
    `${ended[status]}: ${number(flights)} flights in ${seconds.toFixed(1)} s, seed ${options.seed}`,
    ...(findings.airports.size > 0 ? ['', ...airportTable(findings.airports)] : []),
    '',
    ...crashTable(outcome),
    '',
    `dead letters: ${number(result.deadLetters.length)} (corrupt records slipped in: ${number(slipped)})`,
  ].join('\n')
}

function airportTable(airports: ReadonlyMap<string, Airport>): string[] {
  const top = [...airports].sort(([a, one], [b, other]) => other.flights - one.flights || (a < b ? -1 : 1)).slice(0, 10)
  const rows = top.map(([name, { flights, delayMinutes, worstMinutes, lateFlights }]) => [
    name,
    number(flights),
    `${(delayMinutes / flights).toFixed(2)} min`,
    `${number(worstMinutes)} min`,
    `${((100 * lateFlights) / flights).toFixed(2)}%`,
  ])
  return table([['airport', 'flights', 'mean delay', 'worst', 'over 15 min'], ...rows], [9, 10, 12, 12, 13])
}

function crashTable({ tally, result }: Outcome): string[] {
  const row = (name: string, crashes: number, recovered: readonly CrashReport[]): string[] => [
    name,
    number(crashes),
    number(recovered.length),
    ...cells(spread(recovered.map(({ detectionMs }) => detectionMs))),
    ...cells(spread(recovered.map(({ recoveryMs }) => recoveryMs))),
  ]
  const of = (cause: CrashCause): CrashReport[] => result.crashes.filter(({ error }) => causeOf(error) === cause)
  const causes = crashCauses.filter((cause) => cause !== 'other' || tally.crashes.other > 0)
  const widths = [8, 8, 10, 9, 8, 8, 9, 8, 8]
  return [
    `${' '.repeat(26)}${'detection, ms'.padStart(25)}${'recovery, ms'.padStart(25)}`,
    ...table(
      [
        ['cause', 'crashes', 'recovered', 'p50', 'p99', 'max', 'p50', 'p99', 'max'],
        ...causes.map((cause) => row(cause, tally.crashes[cause], of(cause))),
        row('all', tally.total, result.crashes),
      ],
      widths,
    ),
  ]
}

/** The first column to the left, all others to the right. */
function table(rows: readonly (readonly string[])[], widths: readonly number[]): string[] {
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(''),
  )
}

function cells({ p50, p99, max }: Spread): string[] {
  return [p50, p99, max].map((ms) => (ms === null ? '-' : ms.toFixed(2)))
}

function spread(valuesMs: readonly number[]): Spread {
  const sorted = [...valuesMs].sort((one, other) => one - other)
  // Nearest rank: a time that was measured, never one between two.
  const at = (share: number): number | null => {
    const value = sorted[Math.ceil(share * sorted.length) - 1]
    return value === undefined ? null : rounded(value)
  }
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

function number(value: number): string {
  return value.toLocaleString('en')
}
