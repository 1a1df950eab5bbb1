import type { RecordLetter } from 'holdfast/stream'
import type { Baseline } from './baseline.js'
import type { Findings } from './pipeline.js'
import type { Row } from './source.js'

/** Everything in which the pipeline and the plain loop differ, one line each: all airports, all days, the dead letters. */
export function differences(
  findings: Findings,
  expected: Baseline,
  deadLetters: readonly RecordLetter[],
  slippedIn: readonly Row[],
): string[] {
  return [
    ...compare('airport', findings.airports, expected.airports, [
      'flights',
      'delayMinutes',
      'worstMinutes',
      'lateFlights',
    ]),
    ...compare('day', findings.days, expected.days, ['route', 'flights']),
    ...compareLetters(deadLetters, [...slippedIn.map(({ row }) => row), ...expected.invalidRows]),
  ]
}

function compare<Field extends string>(
  noun: string,
  found: ReadonlyMap<string, Readonly<Record<Field, unknown>>>,
  expected: ReadonlyMap<string, Readonly<Record<Field, unknown>>>,
  fields: readonly Field[],
): string[] {
  const keys = [...new Set([...found.keys(), ...expected.keys()])].sort()
  return keys.flatMap((key) => {
    const [mine, theirs] = [found.get(key), expected.get(key)]
    if (mine === undefined) return [`${noun} ${key} is missing`]
    if (theirs === undefined) return [`${noun} ${key} should not be there`]
    return fields
      .filter((field) => !Object.is(mine[field], theirs[field]))
      .map((field) => `${noun} ${key}: ${field} is ${String(mine[field])}, the plain loop has ${String(theirs[field])}`)
  })
}

function compareLetters(letters: readonly RecordLetter[], expected: readonly number[]): string[] {
  const rows = letters.map(({ record }) => (record as Row).row)
  const missing = expected.filter((row) => !rows.includes(row))
  const extra = rows.filter((row, at) => !expected.includes(row) || rows.indexOf(row) !== at)
  return [
    ...missing.map((row) => `the bad record ${row} is not among the dead letters`),
    ...extra.map((row) => `the dead letter of record ${row} should not be there`),
  ]
}
