import { describe, expect, test } from 'vitest'
import type { Baseline } from '../../examples/flights/baseline.js'
import { differences } from '../../examples/flights/compare.js'
import { corruptRecord } from '../../examples/flights/saboteur.js'
import type { RecordLetter } from '../../src/stream/index.js'

const airport = { flights: 2, delayMinutes: 30, worstMinutes: 20, lateFlights: 1 }
const day = { day: '2001-01-01', route: 'ATL-BOS', flights: 2 }

const findings = () => ({
  airports: new Map([['ATL', { ...airport }]]),
  days: new Map([[day.day, { ...day }]]),
})

const expected = (invalidRows: number[] = []): Baseline => ({
  airports: new Map([['ATL', { ...airport }]]),
  days: new Map([[day.day, { route: day.route, flights: day.flights }]]),
  invalidRows,
})

const letter = (row: number): RecordLetter => {
  const record = { ...corruptRecord(0), row }
  return { operator: 'parse', record, error: new Error('bad'), attempts: 3, atMs: 0 }
}

describe('the comparison with the plain loop', () => {
  test('finds nothing where nothing differs', () => {
    expect(differences(findings(), expected([9]), [letter(9), letter(-1)], [corruptRecord(0)])).toEqual([])
  })

  test('names the airport, the field and both values', () => {
    for (const field of ['flights', 'delayMinutes', 'worstMinutes', 'lateFlights'] as const) {
      const found = findings()
      found.airports.set('ATL', { ...airport, [field]: 99 })
      expect(differences(found, expected(), [], [])).toEqual([
        `airport ATL: ${field} is 99, the plain loop has ${airport[field]}`,
      ])
    }
  })

  test('names what is missing and what is too much', () => {
    const found = findings()
    found.airports.delete('ATL')
    found.days.set('2001-01-02', { ...day, day: '2001-01-02' })
    expect(differences(found, expected(), [], [])).toEqual([
      'airport ATL is missing',
      'day 2001-01-02 should not be there',
    ])
  })

  test('names the day whose route differs', () => {
    const found = findings()
    found.days.set(day.day, { ...day, route: 'BOS-ATL' })
    expect(differences(found, expected(), [], [])).toEqual([
      'day 2001-01-01: route is BOS-ATL, the plain loop has ATL-BOS',
    ])
  })

  test('accounts for every dead letter', () => {
    expect(differences(findings(), expected([4]), [letter(7), letter(-1), letter(-1)], [corruptRecord(0)])).toEqual([
      'the bad record 4 is not among the dead letters',
      'the dead letter of record 7 should not be there',
      'the dead letter of record -1 should not be there',
    ])
  })
})
