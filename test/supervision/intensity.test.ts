import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Intensity } from '../../src/supervision/intensity.js'

/** OTP's rule, word for word: a list of times, newest first. */
class NaiveIntensity {
  private times: number[] = []

  constructor(
    private readonly restartsMax: number,
    private readonly periodMs: number,
  ) {}

  get used(): number {
    return this.times.length
  }

  allows(nowMs: number): boolean {
    this.times = [nowMs, ...this.times.filter((timeMs) => timeMs >= nowMs - this.periodMs)]
    return this.times.length <= this.restartsMax
  }
}

function answers(intensity: { allows(nowMs: number): boolean }, timesMs: readonly number[]): boolean[] {
  return timesMs.map((timeMs) => intensity.allows(timeMs))
}

describe('intensity', () => {
  test('allows so many restarts within the period, and not one more', () => {
    expect(answers(new Intensity(3, 5_000), [0, 1, 2, 3])).toEqual([true, true, true, false])
  })

  test('of 0 allows none', () => {
    expect(answers(new Intensity(0, 5_000), [0, 100_000])).toEqual([false, false])
  })

  test('still counts a restart that is exactly one period old, and one that is older no more', () => {
    expect(answers(new Intensity(1, 1_000), [0, 1_000])).toEqual([true, false])
    expect(answers(new Intensity(1, 1_000), [0, 1_001])).toEqual([true, true])
    expect(answers(new Intensity(1, 1_000), [0, 1_000.5])).toEqual([true, true])
  })

  test('counts in a window that slides, not in one that tumbles', () => {
    expect(answers(new Intensity(2, 1_000), [0, 900, 1_100, 1_800])).toEqual([true, true, true, false])
  })

  test('counts restarts at one instant each', () => {
    expect(answers(new Intensity(2, 1), [7, 7, 7])).toEqual([true, true, false])
  })

  test('says how many count, the one that was too many included', () => {
    const intensity = new Intensity(1, 1_000)
    const used = [0, 500, 1_400, 5_000].map((timeMs) => {
      intensity.allows(timeMs)
      return intensity.used
    })
    expect(used).toEqual([1, 2, 2, 1])
  })

  test('answers as OTP does, for any times: equal ones, edges of the window, and any number in one period', () => {
    const periodMs = 100
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(0, 1, periodMs - 1, periodMs, periodMs + 1) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 30 }) },
      { weight: 1, arbitrary: fc.double({ min: 0, max: 250, noNaN: true }) },
    )
    fc.assert(
      fc.property(fc.nat(12), fc.array(step, { maxLength: 200, size: 'max' }), (restartsMax, steps) => {
        const [intensity, naive] = [new Intensity(restartsMax, periodMs), new NaiveIntensity(restartsMax, periodMs)]
        let nowMs = 0
        for (const byMs of steps) {
          nowMs += byMs
          expect(intensity.allows(nowMs)).toBe(naive.allows(nowMs))
          expect(intensity.used).toBe(naive.used)
        }
      }),
    )
  })

  test('forgets nothing and mixes nothing up where thousands fall into one period, again and again', () => {
    const restartsMax = 5_000
    const intensity = new Intensity(restartsMax, 1_000)
    for (let round = 0; round < 5; round++) {
      // Each round begins at another place of the ring: the one before has left entries in it.
      const startMs = round * 1_700
      for (let i = 0; i < 3_000 + round; i++) expect(intensity.allows(startMs + i / 10)).toBe(true)
      expect(intensity.used).toBe(3_000 + round)
    }
  })
})
