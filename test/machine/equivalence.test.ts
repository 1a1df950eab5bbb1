import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { firstDifference, machineRuns, runTable } from '../support/machine-equivalence.js'
import { randomMachines } from './random-machine.js'

describe('a compiled machine and the interpreter of xstate', () => {
  test('agree on states, tags, guards asked and actions run, for any machine in scope and any events', () => {
    fc.assert(
      fc.property(randomMachines, machineRuns, (config, run) => {
        expect(firstDifference(createMachine(config), run)).toBeUndefined()
      }),
      { numRuns: 600 },
    )
  }, 30_000)

  test('are compared on runs that reach guards, actions, delays and final states', () => {
    const seen = { guards: 0, actions: 0, done: 0, endless: 0, moved: 0 }
    for (const [config, run] of fc.sample(fc.tuple(randomMachines, machineRuns), { numRuns: 500, seed: 7 })) {
      const steps = runTable(createMachine(config), run)
      const log = steps.flatMap((step) => step.log)
      if (log.some((line) => line.includes('?'))) seen.guards++
      if (log.some((line) => !line.includes('?'))) seen.actions++
      if (steps.at(-1)?.done === true) seen.done++
      if (steps.at(-1)?.state === 'endless') seen.endless++
      if (new Set(steps.map((step) => step.state)).size > 2) seen.moved++
    }
    expect(seen.guards).toBeGreaterThan(50)
    expect(seen.actions).toBeGreaterThan(50)
    expect(seen.done).toBeGreaterThan(10)
    expect(seen.endless).toBeGreaterThan(0)
    expect(seen.moved).toBeGreaterThan(50)
  })
})
