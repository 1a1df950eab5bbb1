import { createActor, createMachine, initialTransition, transition } from 'xstate'
import { lifecycle, lifecycleScript } from '../support/lifecycle.js'
import { type Peer, whole } from './peer.js'

const machine = createMachine(lifecycle)
const events = lifecycleScript.map((type) => ({ type }))

export const xstateMachinePeer: Peer = {
  lifecycle: whole((steps) => {
    const actor = createActor(machine).start()
    let hits = 0
    for (let step = 0; step < steps; step += 1) {
      actor.send(events[step & 7] as (typeof events)[number])
      if (actor.getSnapshot().value === 'running') hits += 1
    }
    return hits
  }),
}

export const xstatePurePeer: Peer = {
  lifecycle: whole((steps) => {
    let [snapshot] = initialTransition(machine)
    let hits = 0
    for (let step = 0; step < steps; step += 1) {
      ;[snapshot] = transition(machine, snapshot, events[step & 7] as (typeof events)[number])
      if (snapshot.value === 'running') hits += 1
    }
    return hits
  }),
}
