import { expect } from 'vitest'
import { contract } from './backends.js'

contract('the clock', (check) => {
  check('never goes back, nor does its coarse reading, which is never ahead', async ({ world: { clock, turn } }) => {
    let now = clock.now()
    let coarse = clock.coarse()
    for (let i = 0; i < 20; i++) {
      await new Promise<void>((resolve) => turn.later(resolve))
      expect(clock.coarse()).toBeGreaterThanOrEqual(coarse)
      coarse = clock.coarse()
      expect(clock.now()).toBeGreaterThanOrEqual(Math.max(now, coarse))
      now = clock.now()
    }
  })

  check('reads the same coarse time within one job', async ({ world: { clock } }) => {
    const coarse = clock.coarse()
    for (let i = 0; i < 10_000; i++) clock.now()
    expect(clock.coarse()).toBe(coarse)
  })

  check('moves, coarsely too, while a timer waits', async ({ world: { clock, timers } }) => {
    const [now, coarse] = [clock.now(), clock.coarse()]
    await new Promise<void>((resolve) => timers.after(5, resolve))
    expect(clock.now() - now).toBeGreaterThanOrEqual(4)
    expect(clock.coarse()).toBeGreaterThan(coarse)
  })

  check('shows a wall time that people would believe', async ({ world: { clock } }) => {
    expect(clock.wall()).toBeGreaterThanOrEqual(946_684_800_000)
    expect(clock.wall()).toBeLessThan(4_102_444_800_000)
  })
})
