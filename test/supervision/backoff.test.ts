import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  afterFailure,
  type Backoff,
  type BackoffHistory,
  type BackoffPolicy,
  backoffPolicy,
  noFailures,
} from '../../src/supervision/backoff.js'

const refuse = (key: string, value: unknown, allowed: string): never => {
  throw new Error(`${key} is ${String(value)}; give ${allowed}`)
}

function policy(backoff: Backoff): BackoffPolicy {
  return backoffPolicy(backoff, refuse)
}

/** The waits of a child that fails as often as there are chances, each time right after its start. */
function waits(given: BackoffPolicy, chances: readonly number[], upMs = 0): number[] {
  let history: BackoffHistory = noFailures
  return chances.map((chance) => {
    history = afterFailure(given, history, upMs, chance)
    return history.delayMs
  })
}

const anyPolicy = fc
  .record({
    initialMs: fc.double({ min: 0.001, max: 1e7, noNaN: true }),
    times: fc.double({ min: 1, max: 1e6, noNaN: true }),
    factor: fc.double({ min: 1, max: 1e3, noNaN: true }),
    jitter: fc.constantFrom('none' as const, 'full' as const, 'decorrelated' as const),
    resetMs: fc.double({ min: 1, max: 1e6, noNaN: true }),
  })
  .map(({ times, ...rest }): BackoffPolicy => ({ ...rest, maxMs: rest.initialMs * times }))
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const chances = fc.array(chance, { minLength: 1, maxLength: 50 })

describe('the wait after a failure', () => {
  test('without jitter grows by the factor, from the second failure on, up to the maximum', () => {
    const given = policy({ initial: 50, max: 1_000, factor: 3, jitter: 'none' })
    expect(waits(given, [0, 0, 0, 0, 0, 0])).toEqual([0, 50, 150, 450, 1_000, 1_000])
  })

  test('with a factor of 1 stays the same', () => {
    expect(waits(policy({ initial: '2s', factor: 1, jitter: 'none' }), [0, 0, 0])).toEqual([0, 2_000, 2_000])
  })

  test('stays at the maximum also after so many failures that the growth leaves the numbers', () => {
    const last = waits(policy({ initial: 1, max: '1h', factor: 10, jitter: 'none' }), new Array(2_000).fill(0)).at(-1)
    expect(last).toBe(3_600_000)
  })

  test('is drawn from 0 to the exponential wait with full jitter', () => {
    const given = policy({ initial: 100, max: 10_000, jitter: 'full' })
    expect(waits(given, [0.5, 0, 0.5, 0.25])).toEqual([0, 0, 100, 100])
  })

  test('is drawn from initial to three times the wait before with decorrelated jitter', () => {
    const given = policy({ initial: 100, max: 10_000, jitter: 'decorrelated' })
    expect(waits(given, [0.9, 0.9, 0.5, 0, 0.5])).toEqual([0, 100, 200, 100, 200])
  })

  test('is never negative and never above the maximum, and there is none before the first restart', () => {
    fc.assert(
      fc.property(anyPolicy, chances, (given, drawn) => {
        const [first, ...others] = waits(given, drawn)
        expect(first).toBe(0)
        for (const delayMs of others) {
          expect(delayMs).toBeGreaterThanOrEqual(0)
          expect(delayMs).toBeLessThanOrEqual(given.maxMs)
        }
      }),
    )
  })

  test('keeps within the bounds of its jitter, whatever is drawn', () => {
    fc.assert(
      fc.property(anyPolicy, chances, (given, drawn) => {
        const { initialMs, maxMs, factor, jitter } = given
        let beforeMs = 0
        waits(given, drawn).forEach((delayMs, i) => {
          if (i === 0) return
          const exponentialMs = Math.min(maxMs, initialMs * factor ** (i - 1))
          if (jitter === 'none') expect(delayMs).toBe(exponentialMs)
          else if (jitter === 'full') expect(delayMs).toBeLessThanOrEqual(exponentialMs)
          else {
            expect(delayMs).toBeGreaterThanOrEqual(initialMs)
            expect(delayMs).toBeLessThanOrEqual(Math.min(maxMs, Math.max(initialMs, 3 * beforeMs)) * (1 + 1e-12))
          }
          beforeMs = delayMs
        })
      }),
    )
  })

  test('starts over after the child has been up for the reset time, and not a moment before', () => {
    const given = policy({ initial: 10, max: 1_000, factor: 2, jitter: 'none', reset: '5s' })
    const worn: BackoffHistory = { failures: 4, delayMs: 40 }
    expect(afterFailure(given, worn, 5_000, 0)).toEqual({ failures: 1, delayMs: 0 })
    expect(afterFailure(given, worn, 4_999, 0)).toEqual({ failures: 5, delayMs: 80 })
  })

  test('needs nothing but its arguments: the same ones give the same wait', () => {
    fc.assert(
      fc.property(anyPolicy, chances, fc.double({ min: 0, max: 1e7, noNaN: true }), (given, drawn, upMs) => {
        expect(waits(given, drawn, upMs)).toEqual(waits(given, drawn, upMs))
      }),
    )
  })
})

describe('a backoff declaration', () => {
  test('fills in its defaults', () => {
    expect(policy({ initial: '50ms' })).toEqual({
      initialMs: 50,
      maxMs: 3_000,
      factor: 2,
      jitter: 'full',
      resetMs: 3_000,
    })
    expect(policy({ initial: 50, max: '1m' }).resetMs).toBe(60_000)
  })

  const faulty: readonly [string, unknown, string][] = [
    ['backoff', 7, 'backoff is 7; give an object such as'],
    ['backoff', null, 'backoff is null; give an object such as'],
    ['backoff.initial', {}, 'backoff.initial is undefined; give a duration above 0'],
    ['backoff.initial', { initial: 0 }, 'backoff.initial is 0; give a duration above 0'],
    ['backoff.initial', { initial: -1 }, 'backoff.initial is -1; give a duration above 0'],
    ['backoff.initial', { initial: '5 seconds' }, 'backoff.initial is 5 seconds; give a duration above 0'],
    ['backoff.max', { initial: 50, max: Number.POSITIVE_INFINITY }, 'backoff.max is Infinity; give a duration'],
    ['backoff.max', { initial: 50, max: 49 }, 'backoff.max is 49; give at least backoff.initial (50)'],
    ['backoff.factor', { initial: 50, factor: 0.5 }, 'backoff.factor is 0.5; give a number from 1'],
    ['backoff.factor', { initial: 50, factor: Number.NaN }, 'backoff.factor is NaN; give a number from 1'],
    ['backoff.factor', { initial: 50, factor: '2' }, 'backoff.factor is 2; give a number from 1'],
    ['backoff.jitter', { initial: 50, jitter: 'half' }, 'backoff.jitter is half; give none, full, decorrelated'],
    ['backoff.reset', { initial: 50, reset: 0 }, 'backoff.reset is 0; give a duration above 0'],
  ]

  test.each(faulty)('is refused for its %s where it is %j', (_key, declared, text) => {
    expect(() => policy(declared as Backoff)).toThrow(text)
  })
})
