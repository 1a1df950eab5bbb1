/**
 * The limit: a ring buffer that its sender drains itself. No identity, no scheduler, no supervision,
 * one inlined handler. Nothing on this engine that queues a message object can be faster.
 */
import { bytesPerItem } from '../support/bytes.js'
import { divide } from '../support/divide.js'
import type { Add, Total } from '../support/handlers.js'
import { Ring } from '../support/ring.js'
import { burstMessages } from '../tasks.js'
import { type Peer, type Prepare, whole } from './peer.js'

interface Token {
  readonly type: 'token'
  readonly n: number
}

interface Request {
  readonly type: 'request'
  readonly n: number
  readonly reply: (value: number) => void
}

const tell = (messages: number, burst: number): number => {
  let total = 0
  const handler = (message: Add): void => {
    total += message.n
  }
  const ring = new Ring<Add>(2048)
  for (let index = 0; index < messages; ) {
    const end = Math.min(messages, index + burst)
    for (; index < end; index += 1) ring.push({ type: 'add', n: index })
    ring.drain(handler)
  }
  return total
}

const fanin = (messages: number): number => {
  let total = 0
  const handler = (message: Add): void => {
    total += message.n
  }
  const ring = new Ring<Add>(2048)
  const share = divide(messages, 100)
  for (let offset = 0; offset < share; offset += 10) {
    for (let sender = 0; sender < 100; sender += 1) {
      for (let step = 0; step < 10; step += 1) ring.push({ type: 'add', n: sender * share + offset + step })
    }
    ring.drain(handler)
  }
  return total
}

const pingpong = (rounds: number): number => {
  const left = new Ring<Token>(8)
  const right = new Ring<Token>(8)
  let count = 0
  const onLeft = (message: Token): void => {
    count += 1
    if (count < rounds) right.push({ type: 'token', n: message.n + 1 })
  }
  const onRight = (message: Token): void => {
    left.push({ type: 'token', n: message.n })
  }
  right.push({ type: 'token', n: 0 })
  while (!right.empty || !left.empty) {
    right.drain(onRight)
    left.drain(onLeft)
  }
  return count
}

const hops = (count: number): number => {
  const rings = Array.from({ length: 1000 }, () => new Ring<Token>(8))
  let seen = 0
  const handlers = rings.map((_ring, index) => {
    const next = rings[(index + 1) % 1000] as Ring<Token>
    return (message: Token): void => {
      seen += 1
      if (seen < count) next.push({ type: 'token', n: message.n + 1 })
    }
  })
  rings[0]?.push({ type: 'token', n: 0 })
  for (let index = 0; ; index = (index + 1) % 1000) {
    const ring = rings[index] as Ring<Token>
    if (ring.empty) return seen
    ring.drain(handlers[index] as (message: Token) => void)
  }
}

const answer = (message: Request): void => message.reply(message.n + 1)

const ask1 = async (asks: number): Promise<number> => {
  const ring = new Ring<Request>(8)
  let total = 0
  for (let index = 0; index < asks; index += 1) {
    total += await new Promise<number>((reply) => {
      ring.push({ type: 'request', n: index, reply })
      ring.drain(answer)
    })
  }
  return total
}

const ask1000 = async (asks: number): Promise<number> => {
  const ring = new Ring<Request>(2048)
  const share = divide(asks, 1000)
  let total = 0
  let scheduled = false
  const drain = (): void => {
    scheduled = false
    ring.drain(answer)
  }
  const ask = (n: number): Promise<number> =>
    new Promise((reply) => {
      ring.push({ type: 'request', n, reply })
      if (scheduled) return
      scheduled = true
      queueMicrotask(drain)
    })
  const client = async (index: number): Promise<void> => {
    for (let step = 0; step < share; step += 1) {
      const value = await ask(index * share + step)
      total += value
    }
  }
  await Promise.all(Array.from({ length: 1000 }, (_unused, index) => client(index)))
  return total
}

const spawn = (actors: number): number => {
  let total = 0
  for (let index = 0; index < actors; index += 1) {
    const ring = new Ring<Add>(8)
    ring.push({ type: 'add', n: index })
    ring.drain((message) => {
      total += message.n
    })
  }
  return total
}

/** What a crash costs without any supervision: new Error, throw, catch, fresh state. */
const crash = (crashes: number): number => {
  const ring = new Ring<Add>(2048)
  let restarts = 0
  let state = { count: 0 }
  const handler = (): void => {
    state.count += 1
    if (state.count === 2) throw new Error('boom')
  }
  for (let index = 0; index < 2 * crashes; ) {
    const end = Math.min(2 * crashes, index + burstMessages)
    for (; index < end; index += 1) ring.push({ type: 'add', n: index })
    while (!ring.empty) {
      try {
        ring.drain(handler)
      } catch {
        restarts += 1
        state = { count: 0 }
      }
    }
  }
  return restarts
}

/** As many rings with a state each as there would be actors, served in bursts, round robin. */
const scale =
  (actors: number): Prepare =>
  (messages) => {
    const count = Math.min(actors, messages)
    const rings = Array.from({ length: count }, () => new Ring<Add>(8))
    const states = Array.from({ length: count }, (): Total => ({ total: 0 }))
    let state: Total = { total: 0 }
    const handler = (message: Add): void => {
      state.total += message.n
    }
    const run = (): number => {
      for (let index = 0; index < messages; ) {
        const start = index
        const end = Math.min(messages, index + burstMessages)
        for (; index < end; index += 1) rings[index % count]?.push({ type: 'add', n: index })
        for (let at = start; at < end; at += 1) {
          state = states[at % count] as Total
          rings[at % count]?.drain(handler)
        }
      }
      return states.reduce((sum, each) => sum + each.total, 0)
    }
    return { run }
  }

export const ringPeer: Peer = {
  tell: whole((messages) => tell(messages, burstMessages)),
  'tell-path': whole((messages) => tell(messages, burstMessages)),
  flood: whole((messages) => tell(messages, messages)),
  fanin: whole(fanin),
  pingpong: whole(pingpong),
  ring: whole(hops),
  ask1: whole(ask1),
  ask1000: whole(ask1000),
  spawn: whole(spawn),
  crash: whole(crash),
  memory: whole((count) =>
    bytesPerItem(count, (size, keep) => {
      for (let index = 0; index < size; index += 1) keep[index] = new Ring<Add>(8)
    }),
  ),
  'scale-1k': scale(1000),
  'scale-100k': scale(100_000),
  'scale-1m': scale(1_000_000),
  'scale-queued': whole((messages) => tell(messages, 1_000_000)),
}
