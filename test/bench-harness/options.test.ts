import { describe, expect, test } from 'vitest'
import { parseOptions, UsageError } from '../bench/options.js'
import { peers } from '../bench/peers/index.js'
import { workloads } from '../bench/workloads.js'

const namesOf = (...args: string[]): string[] => parseOptions(args).workloads.map((workload) => workload.name)
const complaint = (...args: string[]): string => {
  try {
    parseOptions(args)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  throw new Error(`${args.join(' ')} was accepted.`)
}

describe('the options of the benchmark', () => {
  test('are all workloads, five repetitions and all peers unless told', () => {
    const options = parseOptions([])
    expect(options.workloads).toEqual(workloads)
    expect(options.repetitions).toBe(5)
    expect(options.peers).toBeUndefined()
    expect(options.json).toBe(false)
  })

  test('name workloads, which then run in the order of the table', () => {
    expect(namesOf('spawn', 'tell')).toEqual(['tell', 'spawn'])
  })

  test('take a name as itself before they take it as a first word', () => {
    expect(namesOf('tell')).toEqual(['tell'])
    expect(namesOf('flood')).toEqual(['flood'])
    expect(namesOf('scale')).toEqual(['scale-1k', 'scale-100k', 'scale-1m', 'scale-queued'])
  })

  test('choose peers by name or first word', () => {
    const chosen = parseOptions(['--peers', 'holdfast,erlang,nact']).peers
    expect([...(chosen ?? [])].sort()).toEqual(['erlang-1', 'erlang-2', 'holdfast', 'nact'])
  })

  test('take a value after a blank or an equals sign', () => {
    expect(parseOptions(['--reps', '7']).repetitions).toBe(7)
    expect(parseOptions(['--reps=9', 'tell']).repetitions).toBe(9)
  })

  test('mean three repetitions of Holdfast and the reference by quick, unless more is asked for', () => {
    const quick = parseOptions(['--quick'])
    expect(quick.repetitions).toBe(3)
    expect([...(quick.peers ?? [])]).toEqual(['holdfast'])
    expect(parseOptions(['--quick', '--reps', '4']).repetitions).toBe(4)
    expect([...(parseOptions(['--peers', 'nact', '--quick']).peers ?? [])]).toEqual(['nact'])
  })

  test('answer an unknown workload with one line that lists all of them', () => {
    const line = complaint('tell', 'gossip')
    expect(line).toContain('gossip')
    for (const { name } of workloads) expect(line).toContain(name)
    expect(line).not.toContain('\n')
  })

  test('answer an unknown peer with one line that lists all of them', () => {
    const line = complaint('--peers', 'holdfast,comedy')
    expect(line).toContain('comedy')
    for (const name of Object.keys(peers)) expect(line).toContain(name)
    expect(line).not.toContain('\n')
  })

  test('answer an unknown option with those that exist', () => {
    expect(complaint('--fast')).toBe('No option --fast. There are --json, --reps N, --peers A,B, --quick and --help.')
  })

  test('refuse a number of repetitions that is none', () => {
    for (const text of ['0', '-1', '2.5', 'many', '', '100']) expect(complaint('--reps', text)).toContain('1 to 99')
    expect(complaint('--reps')).toContain('needs a value')
  })

  test('refuse a value for a switch', () => {
    expect(complaint('--json=yes')).toContain('--json takes no value')
  })
})
