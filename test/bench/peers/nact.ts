/** nact 7: one immediate and one awaited promise per message. */
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { bytesPerItem } from '../support/bytes.js'
import { divide } from '../support/divide.js'
import { Gate } from '../support/gate.js'
import { type Add, mutatingHandlers, reducingHandlers, type Total } from '../support/handlers.js'
import { LoopProbe } from '../support/loop-probe.js'
import { burstMessages } from '../tasks.js'
import { type Peer, whole } from './peer.js'

type Ref = object

interface Properties<State> {
  readonly initialState: State
  readonly onCrash?: (message: unknown, error: Error, context: { readonly reset: symbol }) => symbol
}

interface Nact {
  start(): Ref
  stop(ref: Ref): void
  dispatch(ref: Ref, message: unknown): void
  query(ref: Ref, request: (sender: Ref) => unknown, timeoutMs: number): Promise<unknown>
  spawn<State, Message>(
    parent: Ref,
    handler: (state: State, message: Message) => State,
    name: string,
    properties?: Properties<State>,
  ): Ref
}

interface Request {
  readonly n: number
  readonly sender: Ref
}

// The package's typings are an ambient module that NodeNext resolution refuses; these are the parts used here.
const { dispatch, query, spawn, start, stop } = createRequire(import.meta.url)('nact') as Nact
const timeoutMs = 60_000

const tell = async (messages: number): Promise<number> => {
  const system = start()
  const gate = new Gate()
  const states = Array.from({ length: 8 }, (): Total => ({ total: 0 }))
  const actors = mutatingHandlers(gate).map((handler, index) =>
    spawn<Total, Add>(
      system,
      (state, message) => {
        handler(state, message)
        return state
      },
      `worker-${index}`,
      { initialState: states[index] as Total },
    ),
  )
  for (let index = 0; index < messages; ) {
    const end = Math.min(messages, index + burstMessages)
    for (; index < end; index += 1) dispatch(actors[index & 7] as Ref, { type: 'add', n: index })
    await gate.wait(end)
  }
  stop(system)
  return states.reduce((sum, state) => sum + state.total, 0)
}

const tellReducers = async (messages: number): Promise<number> => {
  const system = start()
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const actors = reducingHandlers(gate, sum).map((handler, index) =>
    spawn(system, handler, `worker-${index}`, { initialState: { total: 0 } }),
  )
  for (let index = 0; index < messages; ) {
    const end = Math.min(messages, index + burstMessages)
    for (; index < end; index += 1) dispatch(actors[index & 7] as Ref, { type: 'add', n: index })
    await gate.wait(end)
  }
  for (const actor of actors) dispatch(actor, { type: 'report', n: 0 })
  await gate.wait(messages + 8)
  stop(system)
  return sum.total
}

const adder =
  (gate: Gate, sum: Total): ((state: unknown, message: Add) => unknown) =>
  (state, message) => {
    sum.total += message.n
    gate.hit()
    return state
  }

const flood = async (messages: number): Promise<number> => {
  const system = start()
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const actor = spawn(system, adder(gate, sum), 'adder')
  for (let index = 0; index < messages; index += 1) dispatch(actor, { type: 'add', n: index })
  await gate.wait(messages)
  stop(system)
  return sum.total
}

const fanin = async (messages: number): Promise<number> => {
  const system = start()
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const target = spawn(system, adder(gate, sum), 'adder')
  const share = divide(messages, 100)
  const senders = Array.from({ length: 100 }, (_unused, sender) =>
    spawn<unknown, { readonly offset: number }>(
      system,
      (state, { offset }) => {
        for (let step = 0; step < 10; step += 1) dispatch(target, { type: 'add', n: sender * share + offset + step })
        return state
      },
      `sender-${sender}`,
    ),
  )
  for (let offset = 0; offset < share; offset += 10) {
    for (const sender of senders) dispatch(sender, { offset })
    await gate.wait((offset + 10) * 100)
  }
  stop(system)
  return sum.total
}

const pingpong = async (rounds: number): Promise<number> => {
  const system = start()
  let count = 0
  await new Promise<void>((done) => {
    const right: Ref = spawn<unknown, Add>(
      system,
      (state, message) => {
        dispatch(left, { type: 'add', n: message.n })
        return state
      },
      'right',
    )
    const left: Ref = spawn<unknown, Add>(
      system,
      (state, message) => {
        count += 1
        if (count < rounds) dispatch(right, { type: 'add', n: message.n + 1 })
        else done()
        return state
      },
      'left',
    )
    dispatch(right, { type: 'add', n: 0 })
  })
  stop(system)
  return count
}

const hops = async (count: number): Promise<number> => {
  const system = start()
  let seen = 0
  await new Promise<void>((done) => {
    const actors: Ref[] = Array.from({ length: 1000 }, (_unused, index) =>
      spawn<unknown, Add>(
        system,
        (state, message) => {
          seen += 1
          if (seen < count) dispatch(actors[(index + 1) % 1000] as Ref, { type: 'add', n: message.n + 1 })
          else done()
          return state
        },
        `member-${index}`,
      ),
    )
    dispatch(actors[0] as Ref, { type: 'add', n: 0 })
  })
  stop(system)
  return seen
}

const answerer = (system: Ref): Ref =>
  spawn<unknown, Request>(
    system,
    (state, message) => {
      dispatch(message.sender, message.n + 1)
      return state
    },
    'answerer',
  )

const ask1 = async (asks: number): Promise<number> => {
  const system = start()
  const actor = answerer(system)
  let total = 0
  for (let n = 0; n < asks; n += 1) total += (await query(actor, (sender) => ({ n, sender }), timeoutMs)) as number
  stop(system)
  return total
}

const ask1000 = async (asks: number): Promise<number> => {
  const system = start()
  const actor = answerer(system)
  const share = divide(asks, 1000)
  let total = 0
  const client = async (index: number): Promise<void> => {
    for (let step = 0; step < share; step += 1) {
      const value = await query(actor, (sender) => ({ n: index * share + step, sender }), timeoutMs)
      total += value as number
    }
  }
  await Promise.all(Array.from({ length: 1000 }, (_unused, index) => client(index)))
  stop(system)
  return total
}

const spawnAll = async (count: number): Promise<number> => {
  const system = start()
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const handler = adder(gate, sum)
  const actors = Array.from({ length: count }, (_unused, index) => spawn(system, handler, `actor-${index}`))
  for (const [index, actor] of actors.entries()) dispatch(actor, { type: 'add', n: index })
  await gate.wait(count)
  for (const actor of actors) stop(actor)
  return sum.total
}

const crash = async (crashes: number): Promise<number> => {
  const system = start()
  const gate = new Gate()
  let restarts = 0
  const actor = spawn<Total, Add>(
    system,
    (state) => {
      gate.hit()
      if (state.total === 1) throw new Error('boom')
      return { total: state.total + 1 }
    },
    'crasher',
    {
      initialState: { total: 0 },
      onCrash: (_message, _error, context) => {
        restarts += 1
        return context.reset
      },
    },
  )
  for (let index = 0; index < 2 * crashes; ) {
    const end = Math.min(2 * crashes, index + burstMessages)
    for (; index < end; index += 1) dispatch(actor, { type: 'add', n: index })
    await gate.wait(end)
  }
  // The last crash is handled after its message was counted.
  await sleep(1)
  stop(system)
  return restarts
}

const memory = (count: number): Promise<number> => {
  const system = start()
  let made = 0
  return bytesPerItem(count, async (size, keep) => {
    const gate = new Gate()
    const handler = (state: Total, message: Add): Total => {
      state.total += message.n
      gate.hit()
      return state
    }
    for (let index = 0; index < size; index += 1) {
      const actor = spawn(system, handler, `actor-${made}`, { initialState: { total: 0 } })
      made += 1
      dispatch(actor, { type: 'add', n: index })
      keep[index] = actor
    }
    await gate.wait(size)
  })
}

const loopDelay = async (messages: number): Promise<number> => {
  const system = start()
  const gate = new Gate()
  let sent = 1000
  const pair: Ref[] = [1, 0].map((other) =>
    spawn<unknown, Add>(
      system,
      (state, message) => {
        gate.hit()
        if (sent === messages) return state
        sent += 1
        dispatch(pair[other] as Ref, { type: 'add', n: message.n + 1 })
        return state
      },
      `flooder-${other}`,
    ),
  )
  const probe = new LoopProbe()
  for (let index = 0; index < 1000; index += 1) dispatch(pair[index & 1] as Ref, { type: 'add', n: 0 })
  await gate.wait(messages)
  return probe.stop()
}

export const nactPeer: Peer = {
  tell: whole(tell),
  'tell-path': whole(tellReducers),
  flood: whole(flood),
  fanin: whole(fanin),
  pingpong: whole(pingpong),
  ring: whole(hops),
  ask1: whole(ask1),
  ask1000: whole(ask1000),
  spawn: whole(spawnAll),
  crash: whole(crash),
  memory: whole(memory),
  'loop-delay': whole(loopDelay),
}
