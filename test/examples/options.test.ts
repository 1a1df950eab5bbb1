import { describe, expect, test } from 'vitest'
import { help, parseOptions, UsageError } from '../../examples/flights/options.js'

describe('the options of the flights example', () => {
  test('have defaults', () => {
    expect(parseOptions([])).toEqual({
      flights: 3_000_000,
      crashes: 100,
      seed: 1,
      intensity: { restarts: 110, seconds: 60 },
      json: false,
      file: undefined,
    })
  })

  test('are taken as given', () => {
    const args = [
      '--flights',
      '5',
      '--crashes=0',
      '--seed',
      '9',
      '--intensity',
      '3/0.5',
      '--json',
      '--file',
      'a.parquet',
    ]
    expect(parseOptions(args)).toEqual({
      flights: 5,
      crashes: 0,
      seed: 9,
      intensity: { restarts: 3, seconds: 0.5 },
      json: true,
      file: 'a.parquet',
    })
  })

  test('make room for all planned crashes unless an intensity is given', () => {
    expect(parseOptions(['--crashes', '300'])?.intensity.restarts).toBeGreaterThanOrEqual(300)
  })

  test('give way to a cry for help', () => {
    expect(parseOptions(['--seed', 'x', '--help'])).toBeUndefined()
    expect(parseOptions(['-h'])).toBeUndefined()
  })

  test('are all explained, in lines of 80 columns', () => {
    for (const name of ['flights', 'crashes', 'seed', 'intensity', 'json', 'file', 'help']) {
      expect(help).toContain(`--${name}`)
    }
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test.each([
    ['--flights', '0'],
    ['--flights', '3000001'],
    ['--flights', '1.5'],
    ['--flights', '1e3'],
    ['--flights', 'all'],
    ['--flights', '-5'],
    ['--flights='],
    ['--flights'],
    ['--crashes', '-1'],
    ['--crashes', '1000001'],
    ['--seed', 'x'],
    ['--seed', '9007199254740993'],
    ['--intensity', '3'],
    ['--intensity', '3/0'],
    ['--intensity', '/5'],
    ['--intensity', '-1/5'],
    ['--intensity', '1.5/5'],
    ['--json=yes'],
    ['--file'],
    ['--file='],
    ['--unknown'],
    ['-x'],
    ['stray'],
  ])('are refused in one line that says where to look: %s %s', (...args) => {
    const refused = (): unknown => parseOptions(args)
    expect(refused).toThrow(UsageError)
    expect(refused).toThrow(/^[^\n]+; --help lists the options$/)
    const [option = ''] = (args[0] ?? '').split('=')
    expect(refused).toThrow(option)
    if (/^-\d/.test(args[1] ?? '')) expect(refused).toThrow(JSON.stringify(args[1]))
  })
})
