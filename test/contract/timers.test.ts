import { expect } from 'vitest'
import { AssertionFailure } from '../../src/base/assert.js'
import type { World } from '../../src/world/index.js'
import { contract } from './backends.js'

const sleep = ({ timers }: World, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    timers.after(delayMs, resolve)
  })

contract('timers', (check) => {
  check('fire once, not early, and never within the call that sets them', async ({ world }) => {
    const fired: number[] = []
    const beganMs = world.clock.now()
    world.timers.after(3, () => fired.push(world.clock.now() - beganMs))
    world.timers.after(0, () => fired.push(-1))
    expect(fired).toEqual([])
    await sleep(world, 6)
    expect(fired.length).toBe(2)
    expect(fired[0]).toBe(-1)
    // The system's timers and its clock may differ by a rounding.
    expect(fired[1]).toBeGreaterThanOrEqual(2)
  })

  check('of equal due time fire in the order they were set', async ({ world }) => {
    const fired: number[] = []
    for (let i = 0; i < 20; i++) world.timers.after(2, () => fired.push(i))
    await sleep(world, 4)
    expect(fired).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  check('that are cancelled do not fire, and may be cancelled at any time', async ({ world }) => {
    const fired: string[] = []
    const never = world.timers.after(1, () => fired.push('never'))
    const once = world.timers.after(1, () => fired.push('once'))
    const late = world.timers.after(2, () => fired.push('late'))
    world.timers.after(1, () => late.cancel())
    never.cancel()
    never.cancel()
    await sleep(world, 5)
    once.cancel()
    expect(fired).toEqual(['once'])
  })

  check('wait as long as they are told, even longer than 32 bits of milliseconds', async ({ world }) => {
    let early = false
    const long = [2 ** 31 - 1, 2 ** 31, 2 ** 40].map((delayMs) => world.timers.after(delayMs, () => (early = true)))
    await sleep(world, 5)
    expect(early).toBe(false)
    for (const timer of long) timer.cancel()
  })

  check('refuse a delay that is none', async ({ world }) => {
    for (const delayMs of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => world.timers.after(delayMs, () => undefined)).toThrow(AssertionFailure)
    }
  })
})

contract('turns', (check) => {
  check('soon comes after this job and before later, each in order', async ({ world: { turn } }) => {
    const ran: string[] = []
    turn.later(() => ran.push('later 1'))
    turn.later(() => ran.push('later 2'))
    turn.soon(() => ran.push('soon 1'))
    turn.soon(() => turn.soon(() => ran.push('soon 3')))
    turn.soon(() => ran.push('soon 2'))
    expect(ran).toEqual([])
    await new Promise<void>((resolve) => turn.later(resolve))
    expect(ran).toEqual(['soon 1', 'soon 2', 'soon 3', 'later 1', 'later 2'])
  })

  check('a promise job of one later runs before the next later', async ({ world: { turn } }) => {
    const ran: string[] = []
    turn.later(() => turn.soon(() => ran.push('job')))
    turn.later(() => ran.push('next'))
    await new Promise<void>((resolve) => turn.later(resolve))
    expect(ran).toEqual(['job', 'next'])
  })

  check('are served in order of arrival unless asked otherwise', async ({ world: { turn } }) => {
    expect(turn.choose).toBe(undefined)
  })
})
