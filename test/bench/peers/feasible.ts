import { bytesPerItem } from '../support/bytes.js'
import { divide } from '../support/divide.js'
import { Gate } from '../support/gate.js'
import { type Add, mutatingHandlers, reducingHandlers, type Total } from '../support/handlers.js'
import { LoopProbe } from '../support/loop-probe.js'
import { burstMessages } from '../tasks.js'
import { Kernel, type KernelActor, type KernelBehavior, KernelSupervisor } from './feasible-kernel.js'
import { type Peer, type Prepare, whole } from './peer.js'

interface Offset {
  readonly offset: number
}

interface Token {
  readonly type: 'token'
  readonly n: number
}

interface Request {
  readonly type: 'request'
  readonly n: number
  readonly reply: (value: number) => void
}

const budget = (): KernelSupervisor => new KernelSupervisor(Number.POSITIVE_INFINITY, 1000)

const adder = (gate: Gate, sum: Total): KernelBehavior<Total, Add> => ({
  init: () => ({ total: 0 }),
  receive: (state, message) => {
    state.total += 1
    sum.total += message.n
    gate.hit()
    return undefined
  },
})

const tell = async (messages: number): Promise<number> => {
  const kernel = new Kernel()
  const supervisor = budget()
  const gate = new Gate()
  const states = Array.from({ length: 8 }, (): Total => ({ total: 0 }))
  const actors = mutatingHandlers(gate).map((handler, index) =>
    kernel.spawn<Total, Add>(
      { init: () => states[index] as Total, receive: handler as (state: Total, message: Add) => undefined },
      supervisor,
    ),
  )
  for (let index = 0; index < messages; ) {
    const end = Math.min(messages, index + burstMessages)
    for (; index < end; index += 1) actors[index & 7]?.send({ type: 'add', n: index })
    await gate.wait(end)
  }
  return states.reduce((sum, state) => sum + state.total, 0)
}

const tellByPath = async (messages: number): Promise<number> => {
  const kernel = new Kernel()
  const supervisor = budget()
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const paths = reducingHandlers(gate, sum).map((handler, index) => {
    const path = `/worker-${index}`
    kernel.spawn<Total, Add>({ init: () => ({ total: 0 }), receive: handler }, supervisor, path)
    return path
  })
  for (let index = 0; index < messages; ) {
    const end = Math.min(messages, index + burstMessages)
    for (; index < end; index += 1) kernel.send(paths[index & 7] as string, { type: 'add', n: index })
    await gate.wait(end)
  }
  for (const path of paths) kernel.send(path, { type: 'report', n: 0 })
  await gate.wait(messages + 8)
  return sum.total
}

const tellOne = async (messages: number, burst: number): Promise<number> => {
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const actor = new Kernel().spawn(adder(gate, sum), budget())
  for (let index = 0; index < messages; ) {
    const end = Math.min(messages, index + burst)
    for (; index < end; index += 1) actor.send({ type: 'add', n: index })
    await gate.wait(end)
  }
  return sum.total
}

const fanin = async (messages: number): Promise<number> => {
  const kernel = new Kernel()
  const supervisor = budget()
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const target = kernel.spawn(adder(gate, sum), supervisor)
  const share = divide(messages, 100)
  const senders = Array.from({ length: 100 }, (_unused, sender) =>
    kernel.spawn<number, Offset>(
      {
        init: () => 0,
        receive: (_state, message) => {
          for (let step = 0; step < 10; step += 1) {
            target.send({ type: 'add', n: sender * share + message.offset + step })
          }
          return undefined
        },
      },
      supervisor,
    ),
  )
  for (let offset = 0; offset < share; offset += 10) {
    for (const sender of senders) sender.send({ offset })
    await gate.wait((offset + 10) * 100)
  }
  return sum.total
}

const pingpong = async (rounds: number): Promise<number> => {
  const kernel = new Kernel()
  const supervisor = budget()
  let count = 0
  await new Promise<void>((done) => {
    const right: KernelActor<number, Token> = kernel.spawn<number, Token>(
      {
        init: () => 0,
        receive: (_state, message) => {
          left.send({ type: 'token', n: message.n })
          return undefined
        },
      },
      supervisor,
    )
    const left: KernelActor<number, Token> = kernel.spawn<number, Token>(
      {
        init: () => 0,
        receive: (_state, message) => {
          count += 1
          if (count < rounds) right.send({ type: 'token', n: message.n + 1 })
          else done()
          return undefined
        },
      },
      supervisor,
    )
    right.send({ type: 'token', n: 0 })
  })
  return count
}

const hops = async (count: number): Promise<number> => {
  const kernel = new Kernel()
  const supervisor = budget()
  let seen = 0
  await new Promise<void>((done) => {
    const actors: KernelActor<number, Token>[] = Array.from({ length: 1000 }, (_unused, index) =>
      kernel.spawn<number, Token>(
        {
          init: () => 0,
          receive: (_state, message) => {
            seen += 1
            if (seen < count) actors[(index + 1) % 1000]?.send({ type: 'token', n: message.n + 1 })
            else done()
            return undefined
          },
        },
        supervisor,
      ),
    )
    actors[0]?.send({ type: 'token', n: 0 })
  })
  return seen
}

const answerer: KernelBehavior<number, Request> = {
  init: () => 0,
  receive: (_state, message) => {
    message.reply(message.n + 1)
    return undefined
  },
}

const ask1 = async (asks: number): Promise<number> => {
  const kernel = new Kernel()
  const actor = kernel.spawn(answerer, budget())
  let total = 0
  for (let index = 0; index < asks; index += 1) {
    total += await kernel.ask<number>((reply) => actor.send({ type: 'request', n: index, reply }), 5000)
  }
  return total
}

const ask1000 = async (asks: number): Promise<number> => {
  const kernel = new Kernel()
  const actor = kernel.spawn(answerer, budget())
  const share = divide(asks, 1000)
  let total = 0
  const client = async (index: number): Promise<void> => {
    for (let step = 0; step < share; step += 1) {
      const n = index * share + step
      const value = await kernel.ask<number>((reply) => actor.send({ type: 'request', n, reply }), 5000)
      total += value
    }
  }
  await Promise.all(Array.from({ length: 1000 }, (_unused, index) => client(index)))
  return total
}

const spawn = async (count: number): Promise<number> => {
  const kernel = new Kernel()
  const supervisor = budget()
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const behavior = adder(gate, sum)
  const actors = new Array<KernelActor<Total, Add>>(count)
  for (let index = 0; index < count; index += 1) actors[index] = kernel.spawn(behavior, supervisor)
  for (let index = 0; index < count; index += 1) actors[index]?.send({ type: 'add', n: index })
  await gate.wait(count)
  for (let index = 0; index < count; index += 1) actors[index]?.stop()
  if (kernel.live !== 0) throw new Error(`${kernel.live} actors are left.`)
  return sum.total
}

const crash = async (crashes: number): Promise<number> => {
  const supervisor = budget()
  const gate = new Gate()
  const actor = new Kernel().spawn<Total, Add>(
    {
      init: () => ({ total: 0 }),
      receive: (state) => {
        gate.hit()
        state.total += 1
        if (state.total === 2) throw new Error('boom')
        return undefined
      },
    },
    supervisor,
  )
  for (let index = 0; index < 2 * crashes; ) {
    const end = Math.min(2 * crashes, index + burstMessages)
    for (; index < end; index += 1) actor.send({ type: 'add', n: index })
    await gate.wait(end)
  }
  // The last crash is handled after its message was counted.
  await Promise.resolve()
  return supervisor.restarts
}

const memory = (count: number): Promise<number> => {
  const kernel = new Kernel()
  const supervisor = budget()
  let made = 0
  return bytesPerItem(count, async (size, keep) => {
    const gate = new Gate()
    const behavior = adder(gate, { total: 0 })
    for (let index = 0; index < size; index += 1) {
      const actor = kernel.spawn(behavior, supervisor, `/pool/${made}`)
      made += 1
      actor.send({ type: 'add', n: index })
      keep[index] = actor
    }
    await gate.wait(size)
  })
}

/** Two actors, each kept busy by a thousand messages that they return to each other. */
const loopDelay = async (messages: number): Promise<number> => {
  const kernel = new Kernel()
  const supervisor = budget()
  const gate = new Gate()
  let sent = 1000
  const pair: KernelActor<number, Token>[] = [1, 0].map((other) =>
    kernel.spawn<number, Token>(
      {
        init: () => 0,
        receive: (_state, message) => {
          gate.hit()
          if (sent === messages) return undefined
          sent += 1
          pair[other]?.send({ type: 'token', n: message.n + 1 })
          return undefined
        },
      },
      supervisor,
    ),
  )
  const probe = new LoopProbe()
  for (let index = 0; index < 1000; index += 1) pair[index & 1]?.send({ type: 'token', n: 0 })
  await gate.wait(messages)
  return probe.stop()
}

const scale =
  (actorsWanted: number): Prepare =>
  async (messages) => {
    const kernel = new Kernel()
    const supervisor = budget()
    const gate = new Gate()
    const states: Total[] = []
    const behavior: KernelBehavior<Total, Add> = {
      init: () => {
        const state = { total: 0 }
        states.push(state)
        return state
      },
      receive: (state, message) => {
        state.total += message.n
        gate.hit()
        return undefined
      },
    }
    const count = Math.min(actorsWanted, messages)
    const actors = Array.from({ length: count }, () => kernel.spawn(behavior, supervisor))
    // The first message makes the mailbox, which a bare ring has from the start.
    for (const actor of actors) actor.send({ type: 'add', n: 0 })
    await gate.wait(count)
    const run = async (): Promise<number> => {
      for (let index = 0; index < messages; ) {
        const end = Math.min(messages, index + burstMessages)
        for (; index < end; index += 1) actors[index % count]?.send({ type: 'add', n: index })
        await gate.wait(count + end)
      }
      return states.reduce((sum, state) => sum + state.total, 0)
    }
    return { run }
  }

export const feasiblePeer: Peer = {
  tell: whole(tell),
  'tell-path': whole(tellByPath),
  flood: whole((messages) => tellOne(messages, messages)),
  fanin: whole(fanin),
  pingpong: whole(pingpong),
  ring: whole(hops),
  ask1: whole(ask1),
  ask1000: whole(ask1000),
  spawn: whole(spawn),
  crash: whole(crash),
  memory: whole(memory),
  'loop-delay': whole(loopDelay),
  'scale-1k': scale(1000),
  'scale-100k': scale(100_000),
  'scale-1m': scale(1_000_000),
  'scale-queued': whole((messages) => tellOne(messages, 1_000_000)),
}
