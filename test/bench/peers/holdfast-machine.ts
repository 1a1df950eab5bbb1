import { compile } from 'holdfast/machine'
import { createMachine } from 'xstate'
import { lifecycle, lifecycleScript } from '../support/lifecycle.js'
import type { Job } from './peer.js'

const machine = compile(createMachine(lifecycle))

/** The lifecycle as the runtime steps its own: a compiled table, states and events as numbers. */
export const lifecycleTask = (steps: number): Job => ({
  run: () => {
    const events = lifecycleScript.map((event) => machine.event(event))
    const running = machine.state('running')
    let state = machine.start()
    let hits = 0
    for (let step = 0; step < steps; step += 1) {
      state = machine.step(state, events[step & 7] as number)
      if (state === running) hits += 1
    }
    return hits
  },
})
