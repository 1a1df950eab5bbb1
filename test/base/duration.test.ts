import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Duration, DurationError, toMs } from '../../src/base/duration.js'

describe('a duration', () => {
  test.each<[Duration, number]>([
    [0, 0],
    [1.5, 1.5],
    ['50ms', 50],
    ['5s', 5_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['0ms', 0],
  ])('%j is %d ms', (duration, ms) => {
    expect(toMs(duration, 'shutdown')).toBe(ms)
  })

  test('a number with a unit is that many of the unit, whatever the number', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (count) => {
        expect(toMs(`${count}s`, 'within')).toBe(count * 1_000)
        expect(toMs(count, 'within')).toBe(count)
      }),
    )
  })

  test.each<unknown>([
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    '5',
    's',
    '5 s',
    '-5s',
    '5sec',
    '1e3s',
    '0x5s',
    '5us',
    ' 5s',
    '5S',
    'infinity',
    `${'9'.repeat(400)}s`,
    null,
    undefined,
    5n,
    {},
    [5],
    new Date(5),
  ])('case %# of what is none is refused', (value) => {
    expect(() => toMs(value as Duration, 'shutdown')).toThrow(DurationError)
  })

  test('a refusal names the option, the value and what is allowed', () => {
    expect(() => toMs('5sec' as Duration, 'intensity.within')).toThrow(
      `intensity.within is not a duration: "5sec". Give a number of milliseconds, 0 or more, or a number with a unit: '50ms', '5s', '1.5m', '2h', '1d'.`,
    )
    try {
      toMs(-1, 'shutdown')
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-duration', data: { key: 'shutdown', value: -1 }, name: 'DurationError' })
    }
  })
})
