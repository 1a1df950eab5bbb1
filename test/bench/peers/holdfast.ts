/** Holdfast through its public API alone: every actor is supervised, has a path, and its events could be listened to. */
import {
  type ActorRef,
  actor,
  type Behavior,
  type ChildSpec,
  type MailboxOptions,
  type Recipient,
  type System,
  start,
  supervisor,
} from 'holdfast'
import { divide } from '../support/divide.js'
import { Gate } from '../support/gate.js'
import { type Add, mutatingHandlers, reducingHandlers, type Total } from '../support/handlers.js'
import { LoopProbe } from '../support/loop-probe.js'
import { burstMessages } from '../tasks.js'
import { memory, scale, spawn } from './holdfast-pool.js'
import type { Job, Peer, Prepare } from './peer.js'

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
  readonly reply: Recipient<number>
}

/** So many restarts are never reached: what is measured is their cost, not their limit. */
const plenty = { restarts: 1e9, within: '1s' } as const

const startAll = (children: readonly ChildSpec[]): Promise<System> =>
  start(supervisor({ strategy: 'one-for-one', intensity: plenty, children }))

const child = <Message>(id: string, behavior: Behavior<Message>, mailbox?: MailboxOptions): ChildSpec =>
  mailbox === undefined ? { id, start: behavior } : { id, start: behavior, mailbox }

/** A job that stops its system afterwards. */
const jobOf = (system: System, run: () => Promise<number>): Job => ({
  run,
  close: async () => {
    await system.stop()
  },
})

const tell: Prepare = async (messages) => {
  const gate = new Gate()
  const states = Array.from({ length: 8 }, (): Total => ({ total: 0 }))
  const children = mutatingHandlers(gate).map((receive, index) =>
    child(`worker-${index}`, actor<Total, Add>({ init: () => states[index] as Total, receive })),
  )
  const system = await startAll(children)
  const refs = children.map(({ id }) => system.ref<Add>(`/${id}`))
  return jobOf(system, async () => {
    for (let index = 0; index < messages; ) {
      const end = Math.min(messages, index + burstMessages)
      for (; index < end; index += 1) refs[index & 7]?.send({ type: 'add', n: index })
      await gate.wait(end)
    }
    return states.reduce((sum, state) => sum + state.total, 0)
  })
}

const tellByPath: Prepare = async (messages) => {
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const bounded = { capacity: 2000, overflow: 'refuse' } as const
  const children = reducingHandlers(gate, sum).map((receive, index) =>
    child(`worker-${index}`, actor<Total, Add>({ init: () => ({ total: 0 }), receive }), bounded),
  )
  const system = await startAll(children)
  const paths = children.map(({ id }) => `/${id}`)
  return jobOf(system, async () => {
    for (let index = 0; index < messages; ) {
      const end = Math.min(messages, index + burstMessages)
      for (; index < end; index += 1) system.send(paths[index & 7] as string, { type: 'add', n: index })
      await gate.wait(end)
    }
    for (const path of paths) system.send(path, { type: 'report', n: 0 })
    await gate.wait(messages + 8)
    return sum.total
  })
}

const adder = (gate: Gate, sum: Total): Behavior<Add> =>
  actor<Total, Add>({
    init: () => ({ total: 0 }),
    receive: (state, message) => {
      state.total += 1
      sum.total += message.n
      gate.hit()
    },
  })

const tellOne =
  (burst: number): Prepare =>
  async (messages) => {
    const gate = new Gate()
    const sum: Total = { total: 0 }
    const system = await startAll([child('adder', adder(gate, sum))])
    const ref = system.ref<Add>('/adder')
    return jobOf(system, async () => {
      for (let index = 0; index < messages; ) {
        const end = Math.min(messages, index + burst)
        for (; index < end; index += 1) ref.send({ type: 'add', n: index })
        await gate.wait(end)
      }
      return sum.total
    })
  }

const floodWithCredits: Prepare = async (messages) => {
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const system = await startAll([child('adder', adder(gate, sum), { capacity: 1000, overflow: 'credit' })])
  const ref = system.ref<Add>('/adder')
  return jobOf(system, async () => {
    for (let index = 0; index < messages; index += 1) {
      const offered = ref.offer({ type: 'add', n: index })
      if (offered !== true && !(await offered)) throw new Error('An offered message was refused.')
    }
    await gate.wait(messages)
    return sum.total
  })
}

const fanin: Prepare = async (messages) => {
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const share = divide(messages, 100)
  let target: ActorRef<Add> | undefined
  const sender = (index: number): Behavior<Offset> =>
    actor<number, Offset>({
      init: () => 0,
      receive: (_state, { offset }) => {
        for (let step = 0; step < 10; step += 1) target?.send({ type: 'add', n: index * share + offset + step })
      },
    })
  const senders = Array.from({ length: 100 }, (_unused, index) => child(`sender-${index}`, sender(index)))
  const system = await startAll([child('adder', adder(gate, sum)), ...senders])
  target = system.ref<Add>('/adder')
  const refs = senders.map(({ id }) => system.ref<Offset>(`/${id}`))
  return jobOf(system, async () => {
    for (let offset = 0; offset < share; offset += 10) {
      for (const ref of refs) ref.send({ offset })
      await gate.wait((offset + 10) * 100)
    }
    return sum.total
  })
}

const pingpong: Prepare = async (rounds) => {
  const gate = new Gate()
  let count = 0
  let left: ActorRef<Token> | undefined
  let right: ActorRef<Token> | undefined
  const onRight = actor<number, Token>({
    init: () => 0,
    receive: (_state, message) => {
      left?.send({ type: 'token', n: message.n })
    },
  })
  const onLeft = actor<number, Token>({
    init: () => 0,
    receive: (_state, message) => {
      count += 1
      if (count < rounds) right?.send({ type: 'token', n: message.n + 1 })
      else gate.hit()
    },
  })
  const system = await startAll([child('right', onRight), child('left', onLeft)])
  left = system.ref<Token>('/left')
  right = system.ref<Token>('/right')
  return jobOf(system, async () => {
    right?.send({ type: 'token', n: 0 })
    await gate.wait(1)
    return count
  })
}

const hops: Prepare = async (count) => {
  const gate = new Gate()
  let seen = 0
  let refs: ActorRef<Token>[] = []
  const member = (index: number): Behavior<Token> =>
    actor<number, Token>({
      init: () => 0,
      receive: (_state, message) => {
        seen += 1
        if (seen < count) refs[(index + 1) % 1000]?.send({ type: 'token', n: message.n + 1 })
        else gate.hit()
      },
    })
  const children = Array.from({ length: 1000 }, (_unused, index) => child(`member-${index}`, member(index)))
  const system = await startAll(children)
  refs = children.map(({ id }) => system.ref<Token>(`/${id}`))
  return jobOf(system, async () => {
    refs[0]?.send({ type: 'token', n: 0 })
    await gate.wait(1)
    return seen
  })
}

const answerer = actor<number, Request>({
  init: () => 0,
  receive: (_state, message) => {
    message.reply.send(message.n + 1)
  },
})

const deadline = { timeout: '5s' } as const

const ask1: Prepare = async (asks) => {
  const system = await startAll([child('answerer', answerer)])
  const ref = system.ref<Request>('/answerer')
  return jobOf(system, async () => {
    let total = 0
    for (let n = 0; n < asks; n += 1) {
      total += await system.ask<Request, number>(ref, (reply) => ({ type: 'request', n, reply }), deadline)
    }
    return total
  })
}

const ask1000: Prepare = async (asks) => {
  const system = await startAll([child('answerer', answerer)])
  const ref = system.ref<Request>('/answerer')
  const share = divide(asks, 1000)
  return jobOf(system, async () => {
    let total = 0
    const client = async (index: number): Promise<void> => {
      for (let step = 0; step < share; step += 1) {
        const n = index * share + step
        const value = await system.ask<Request, number>(ref, (reply) => ({ type: 'request', n, reply }), deadline)
        total += value
      }
    }
    await Promise.all(Array.from({ length: 1000 }, (_unused, index) => client(index)))
    return total
  })
}

/** Systems of one actor each that crashes on every second message, `crashes` times in each. */
const crash =
  (systemsFor: (crashes: number) => number): Prepare =>
  async (crashes) => {
    const count = systemsFor(crashes)
    const share = divide(crashes, count)
    const runs = await Promise.all(Array.from({ length: count }, () => startCrasher(share)))
    return {
      run: async () => {
        let restarts = 0
        for (const { run } of runs) restarts += await run()
        return restarts
      },
      close: async () => {
        for (const { system } of runs) await system.stop()
      },
    }
  }

const startCrasher = async (crashes: number): Promise<{ system: System; run: () => Promise<number> }> => {
  const handled = new Gate()
  const started = new Gate()
  let starts = 0
  const crasher = actor<Total, Add>({
    init: () => {
      starts += 1
      started.hit()
      return { total: 0 }
    },
    receive: (state) => {
      handled.hit()
      state.total += 1
      if (state.total === 2) throw new Error('boom')
    },
  })
  const system = await startAll([child('crasher', crasher)])
  const ref = system.ref<Add>('/crasher')
  const run = async (): Promise<number> => {
    for (let index = 0; index < 2 * crashes; ) {
      const end = Math.min(2 * crashes, index + burstMessages)
      for (; index < end; index += 1) ref.send({ type: 'add', n: index })
      await handled.wait(end)
    }
    await started.wait(crashes + 1)
    return starts - 1
  }
  return { system, run }
}

/** Two actors, each kept busy by a thousand messages that they return to each other. */
const loopDelay: Prepare = async (messages) => {
  const gate = new Gate()
  let sent = 1000
  let refs: ActorRef<Token>[] = []
  const flooder = (other: number): Behavior<Token> =>
    actor<number, Token>({
      init: () => 0,
      receive: (_state, message) => {
        gate.hit()
        if (sent === messages) return
        sent += 1
        refs[other]?.send({ type: 'token', n: message.n + 1 })
      },
    })
  const system = await startAll([child('left', flooder(1)), child('right', flooder(0))])
  refs = ['/left', '/right'].map((path) => system.ref<Token>(path))
  return jobOf(system, async () => {
    const probe = new LoopProbe()
    for (let index = 0; index < 1000; index += 1) refs[index & 1]?.send({ type: 'token', n: 0 })
    await gate.wait(messages)
    return probe.stop()
  })
}

export const holdfastPeer: Peer = {
  tell,
  'tell-path': tellByPath,
  flood: async (messages) => tellOne(messages)(messages),
  'flood-credits': floodWithCredits,
  fanin,
  pingpong,
  ring: hops,
  ask1,
  ask1000,
  spawn,
  memory,
  crash: crash(() => 1),
  'restart-flat': crash(() => 1),
  'restart-few': crash((crashes) => crashes / 1000),
  lifecycle: async (steps) => (await import('./holdfast-machine.js')).lifecycleTask(steps),
  stream: async (records) => (await import('./holdfast-stream.js')).streamTask(records),
  'loop-delay': loopDelay,
  'scale-1k': scale(1000),
  'scale-100k': scale(100_000),
  'scale-1m': scale(1_000_000),
  'scale-queued': tellOne(1_000_000),
}
