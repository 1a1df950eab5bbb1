import { copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parquetMetadata } from 'hyparquet'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { compileExamples, type Program } from './program.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-flights-'))
const original = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data/flights-3m.parquet')
const summaryOf = (out: string): Record<string, unknown> => JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')

let flights: Program

beforeAll(async () => {
  flights = (await compileExamples('examples-flights'))('flights')
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.concurrent('the flights example', { timeout: 60_000 }, () => {
  test.for([0, 1, 2, 7, 40])(
    'crashes %i times, recovers every time, and finds what a plain loop finds',
    async (crashes, { expect }) => {
      const orders = ['--flights', '20000', '--crashes', `${crashes}`, '--seed', `${crashes + 3}`]
      const { code, out, err } = await flights.run(...orders, '--json')
      const times = { p50: expect.any(Number), p99: expect.any(Number), max: expect.any(Number) }
      const spread = crashes === 0 ? { p50: null, p99: null, max: null } : times
      expect(err).toBe('')
      expect(summaryOf(out)).toEqual({
        ...{ flights: 20_000, crashes, restarts: crashes, identical: true, status: 'completed' },
        deadLetters: expect.any(Number),
        detectionMs: spread,
        recoveryMs: spread,
        eventsPerSecond: expect.any(Number),
        seconds: expect.any(Number),
      })
      expect(out.split('\n')).toHaveLength(2)
      expect(code).toBe(0)
    },
  )

  test('prints progress, the top ten, the crashes by cause, the dead letters and the comparison', async ({
    expect,
  }) => {
    const { code, out, err } = await flights.run('--flights', '20000', '--crashes', '20', '--seed', '4')
    expect(out).toContain('100% 20,000 flights, ')
    expect(out).toMatch(/^ORD +1,148 +9\.28 min +208 min +30\.05%$/m)
    expect(out.match(/^[A-Z]{3} .*%$/gm)).toHaveLength(10)
    for (const cause of ['throw', 'reject', 'hang', 'corrupt']) {
      const [, crashes, recovered] = new RegExp(`^${cause} +(\\d+) +(\\d+) `, 'm').exec(out) ?? []
      expect(Number(crashes)).toBeGreaterThan(0)
      expect(recovered).toBe(crashes)
    }
    expect(out).toMatch(/^all +20 +20 /m)
    expect(out).toContain('dead letters: 2 (corrupt records slipped in: 2)\n')
    expect(out).toMatch(/^identical: yes \(222 airports and 2 days, compared with a plain loop\)$/m)
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test('gives up when the budget of restarts is too tight, and says why', async ({ expect }) => {
    const { code, out } = await flights.run('--flights', '20000', '--crashes', '20', '--intensity', '3/60')
    expect(out).toMatch(/^escalated: the pipeline gave up: more than 3 crashes within 60s; last: /m)
    expect(out).toMatch(/^identical: no/m)
    expect(code).toBe(1)
  })

  test('says so as data too', async ({ expect }) => {
    const { code, out, err } = await flights.run('--flights', '20000', '--intensity', '0/1', '--json')
    const reason = expect.stringContaining('more than 0 crashes within 1s')
    expect(summaryOf(out)).toMatchObject({ restarts: 0, identical: false, status: 'escalated', reason })
    expect(err).toMatch(/^flights: escalated: [^\n]+\n$/)
    expect(code).toBe(1)
  })

  test('ends in order on Ctrl-C: what was read is finished and compared', async ({ expect }) => {
    const { code, out } = await flights.interrupt('--crashes', '30')
    const [, read] = /^Stopped by Ctrl-C\. What was read is done: ([\d,]+) flights in /m.exec(out) ?? []
    expect(Number(read?.replaceAll(',', ''))).toBeGreaterThan(0)
    expect(out).toMatch(/^identical: yes/m)
    expect(code).toBe(130)
  })

  test('explains itself', async ({ expect }) => {
    const { code, out, err } = await flights.run('--help')
    expect(out).toContain('--intensity R/S')
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test.for([
    { what: 'an unknown option', args: ['--flihgts', '5'], line: "flights: Unknown option '--flihgts'; --help" },
    { what: 'a bad value', args: ['--crashes', '-1'], line: 'flights: --crashes is "-1", and takes a whole number' },
  ])('refuses $what with one line', async ({ args, line }, { expect }) => {
    const { code, out, err } = await flights.run(...args)
    expect(err).toMatch(/^[^\n]+\n$/)
    expect(err).toContain(line)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })

  test.for([
    { what: 'is missing', make: () => undefined, says: 'does not exist' },
    { what: 'is empty', make: (path: string) => writeFileSync(path, ''), says: 'is empty' },
    {
      what: 'is no parquet file',
      make: (path: string) => writeFileSync(path, 'flights '.repeat(999)),
      says: 'footer != PAR1',
    },
    {
      what: 'is cut off',
      make: (path: string) => writeFileSync(path, readFileSync(original).subarray(0, 99_999)),
      says: 'footer != PAR1',
    },
    { what: 'is a stub', make: (path: string) => writeFileSync(path, 'PAR1'), says: 'is no complete parquet file' },
    {
      what: 'is damaged at its start',
      make: (path: string) => overwrite(path, 0, 4_000),
      says: 'is damaged between flights 0 and 272727',
    },
    {
      what: 'is damaged further on',
      make: (path: string) => overwrite(path, startOfGroup(2), 4_000),
      says: 'is damaged between flights 545454 and 818181',
    },
  ])('refuses a file that $what with one line', async ({ what, make, says }, { expect }) => {
    const path = join(folder, `${what}.parquet`)
    make(path)
    const { code, out, err } = await flights.run('--file', path, '--crashes', '5', '--json')
    expect(err).toMatch(/^[^\n]+\n$/)
    expect(err).toContain(`flights: ${path} `)
    expect(err).toContain(says)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })

  test('refuses a folder with one line', async ({ expect }) => {
    const { code, err } = await flights.run('--file', folder)
    expect(err).toBe(
      `flights: ${folder} is a directory; give a parquet file of flights with --file, or run npm install again\n`,
    )
    expect(code).toBe(2)
  })
})

/** Where the bytes of a row group begin. */
function startOfGroup(index: number): number {
  const bytes = readFileSync(original)
  const { buffer, byteOffset, byteLength } = bytes
  const [column] = parquetMetadata(buffer.slice(byteOffset, byteOffset + byteLength)).row_groups[index]?.columns ?? []
  return Number(column?.meta_data?.dictionary_page_offset ?? column?.meta_data?.data_page_offset)
}

/** The real file with some of its bytes lost. */
function overwrite(path: string, at: number, bytes: number): void {
  copyFileSync(original, path)
  writeSync(openSync(path, 'r+'), Buffer.alloc(bytes), 0, bytes, at)
}
