/** The limit of a lifecycle step: one read from an integer table. */
import { lifecycle, lifecycleScript } from '../support/lifecycle.js'
import { type Peer, whole } from './peer.js'

const stateNames = Object.keys(lifecycle.states)
const transitions = Object.values(lifecycle.states).map((state): Record<string, string> => state.on)
const eventNames = [...new Set(transitions.flatMap((on) => Object.keys(on)))]
const table = new Int8Array(stateNames.length * eventNames.length).fill(-1)
for (const [state, on] of transitions.entries()) {
  for (const [event, target] of Object.entries(on)) {
    table[state * eventNames.length + eventNames.indexOf(event)] = stateNames.indexOf(target)
  }
}
const running = stateNames.indexOf('running')
const width = eventNames.length

export const tablePeer: Peer = {
  lifecycle: whole((steps) => {
    const events = lifecycleScript.map((event) => eventNames.indexOf(event))
    let state = stateNames.indexOf(lifecycle.initial)
    let hits = 0
    for (let step = 0; step < steps; step += 1) {
      const target = table[state * width + (events[step & 7] as number)] as number
      if (target >= 0) state = target
      if (state === running) hits += 1
    }
    return hits
  }),
}
