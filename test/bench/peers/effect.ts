/**
 * Effect 4: an actor is a fiber that takes from an unbounded queue, either one message at a time, as a
 * supervised actor has to (`take`), or all that there are (`takeAll`: the fastest, but a crash loses the
 * rest of the batch).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Deferred, Effect, Exit, Fiber, Queue } from 'effect'
import { bytesPerItem } from '../support/bytes.js'
import { divide } from '../support/divide.js'
import { Gate } from '../support/gate.js'
import { type Add, mutatingHandlers, type Total } from '../support/handlers.js'
import { LoopProbe } from '../support/loop-probe.js'
import { burstMessages } from '../tasks.js'
import { type Peer, whole } from './peer.js'

interface Mailbox<Message> {
  readonly queue: Queue.Queue<Message>
  readonly fiber: Fiber.Fiber<unknown, unknown>
}

interface Request {
  readonly type: 'request'
  readonly n: number
  readonly reply: Deferred.Deferred<number>
}

type Spawn = <Message>(receive: (message: Message) => void) => Mailbox<Message>

// forever() yields to an immediate on every round unless told otherwise, which costs a microsecond.
const steady = { disableYield: true }

const spawnTake: Spawn = <Message>(receive: (message: Message) => void) => {
  const queue = Effect.runSync(Queue.unbounded<Message>())
  return { queue, fiber: Effect.runFork(Effect.forever(Effect.map(Queue.take(queue), receive), steady)) }
}

const spawnTakeAll: Spawn = <Message>(receive: (message: Message) => void) => {
  const queue = Effect.runSync(Queue.unbounded<Message>())
  const batch = Effect.map(Queue.takeAll(queue), (messages) => {
    for (let index = 0; index < messages.length; index += 1) receive(messages[index] as Message)
  })
  return { queue, fiber: Effect.runFork(Effect.forever(batch, steady)) }
}

const send = <Message>(mailbox: Mailbox<Message>, message: NoInfer<Message>): void => {
  Queue.offerUnsafe(mailbox.queue, message)
}

const tell = async (spawn: Spawn, messages: number): Promise<number> => {
  const gate = new Gate()
  const states = Array.from({ length: 8 }, (): Total => ({ total: 0 }))
  const actors = mutatingHandlers(gate).map((handler, index) => {
    const state = states[index] as Total
    return spawn<Add>((message) => handler(state, message))
  })
  for (let index = 0; index < messages; ) {
    const end = Math.min(messages, index + burstMessages)
    for (; index < end; index += 1) send(actors[index & 7] as Mailbox<Add>, { type: 'add', n: index })
    await gate.wait(end)
  }
  for (const actor of actors) Effect.runFork(Fiber.interrupt(actor.fiber))
  return states.reduce((sum, state) => sum + state.total, 0)
}

const adder =
  (gate: Gate, sum: Total): ((message: Add) => void) =>
  (message) => {
    sum.total += message.n
    gate.hit()
  }

const flood = async (spawn: Spawn, messages: number): Promise<number> => {
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const actor = spawn(adder(gate, sum))
  for (let index = 0; index < messages; index += 1) send(actor, { type: 'add', n: index })
  await gate.wait(messages)
  return sum.total
}

const fanin = async (spawn: Spawn, messages: number): Promise<number> => {
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const target = spawn(adder(gate, sum))
  const share = divide(messages, 100)
  const senders = Array.from({ length: 100 }, (_unused, sender) =>
    spawn<{ readonly offset: number }>(({ offset }) => {
      for (let step = 0; step < 10; step += 1) send(target, { type: 'add', n: sender * share + offset + step })
    }),
  )
  for (let offset = 0; offset < share; offset += 10) {
    for (const sender of senders) send(sender, { offset })
    await gate.wait((offset + 10) * 100)
  }
  return sum.total
}

const pingpong = async (spawn: Spawn, rounds: number): Promise<number> => {
  let count = 0
  await new Promise<void>((done) => {
    const right: Mailbox<Add> = spawn((message) => send(left, { type: 'add', n: message.n }))
    const left: Mailbox<Add> = spawn((message) => {
      count += 1
      if (count < rounds) send(right, { type: 'add', n: message.n + 1 })
      else done()
    })
    send(right, { type: 'add', n: 0 })
  })
  return count
}

const hops = async (spawn: Spawn, count: number): Promise<number> => {
  let seen = 0
  await new Promise<void>((done) => {
    const actors: Mailbox<Add>[] = Array.from({ length: 1000 }, (_unused, index) =>
      spawn((message) => {
        seen += 1
        if (seen < count) send(actors[(index + 1) % 1000] as Mailbox<Add>, { type: 'add', n: message.n + 1 })
        else done()
      }),
    )
    send(actors[0] as Mailbox<Add>, { type: 'add', n: 0 })
  })
  return seen
}

const answer = (message: Request): void => {
  Deferred.doneUnsafe(message.reply, Exit.succeed(message.n + 1))
}

/** A Deferred per request, asked from inside one fiber. */
const ask1 = (spawn: Spawn, asks: number): Promise<number> => {
  const actor = spawn(answer)
  return Effect.runPromise(
    Effect.gen(function* () {
      let total = 0
      for (let n = 0; n < asks; n += 1) {
        const reply = Deferred.makeUnsafe<number>()
        send(actor, { type: 'request', n, reply })
        total += yield* Deferred.await(reply)
      }
      return total
    }),
  )
}

const ask1000 = async (spawn: Spawn, asks: number): Promise<number> => {
  const actor = spawn(answer)
  const share = divide(asks, 1000)
  let total = 0
  const client = (index: number): Effect.Effect<void> =>
    Effect.gen(function* () {
      for (let step = 0; step < share; step += 1) {
        const reply = Deferred.makeUnsafe<number>()
        send(actor, { type: 'request', n: index * share + step, reply })
        const value = yield* Deferred.await(reply)
        total += value
      }
    })
  const clients = Array.from({ length: 1000 }, (_unused, index) => index)
  await Effect.runPromise(Effect.forEach(clients, client, { concurrency: 'unbounded', discard: true }))
  return total
}

const spawnAll = async (spawn: Spawn, count: number): Promise<number> => {
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const receive = adder(gate, sum)
  const actors = Array.from({ length: count }, () => spawn(receive))
  for (const [index, actor] of actors.entries()) send(actor, { type: 'add', n: index })
  await gate.wait(count)
  for (const actor of actors) actor.fiber.interruptUnsafe()
  await Promise.all(actors.map((actor) => actor.fiber.pollUnsafe() ?? Effect.runPromise(Fiber.await(actor.fiber))))
  return sum.total
}

/** Supervised by retry: the loop fails and retry starts it again with a fresh state. */
const crash = async (crashes: number): Promise<number> => {
  const gate = new Gate()
  const queue = Effect.runSync(Queue.unbounded<Add>())
  let starts = 0
  const body = Effect.suspend(() => {
    starts += 1
    const state: Total = { total: 0 }
    const step = Effect.flatMap(Queue.take(queue), () => {
      gate.hit()
      state.total += 1
      return state.total === 2 ? Effect.fail(new Error('boom')) : Effect.void
    })
    return Effect.forever(step, steady)
  })
  const fiber = Effect.runFork(Effect.retry(body, { while: () => true }))
  for (let index = 0; index < 2 * crashes; ) {
    const end = Math.min(2 * crashes, index + burstMessages)
    for (; index < end; index += 1) Queue.offerUnsafe(queue, { type: 'add', n: index })
    await gate.wait(end)
  }
  // The last crash is handled after its message was counted.
  await sleep(1)
  fiber.interruptUnsafe()
  return starts - 1
}

const memory = (spawn: Spawn, count: number): Promise<number> =>
  bytesPerItem(count, async (size, keep) => {
    const gate = new Gate()
    const receive = adder(gate, { total: 0 })
    for (let index = 0; index < size; index += 1) {
      const actor = spawn(receive)
      send(actor, { type: 'add', n: index })
      keep[index] = actor
    }
    await gate.wait(size)
  })

const loopDelay = async (spawn: Spawn, messages: number): Promise<number> => {
  const gate = new Gate()
  let sent = 1000
  const pair: Mailbox<Add>[] = [1, 0].map((other) =>
    spawn((message) => {
      gate.hit()
      if (sent === messages) return
      sent += 1
      send(pair[other] as Mailbox<Add>, { type: 'add', n: message.n + 1 })
    }),
  )
  const probe = new LoopProbe()
  for (let index = 0; index < 1000; index += 1) send(pair[index & 1] as Mailbox<Add>, { type: 'add', n: 0 })
  await gate.wait(messages)
  return probe.stop()
}

const peerWith = (spawn: Spawn): Peer => ({
  tell: whole((messages) => tell(spawn, messages)),
  flood: whole((messages) => flood(spawn, messages)),
  fanin: whole((messages) => fanin(spawn, messages)),
  pingpong: whole((rounds) => pingpong(spawn, rounds)),
  ring: whole((count) => hops(spawn, count)),
  ask1: whole((asks) => ask1(spawn, asks)),
  ask1000: whole((asks) => ask1000(spawn, asks)),
  spawn: whole((count) => spawnAll(spawn, count)),
  memory: whole((count) => memory(spawn, count)),
  'loop-delay': whole((messages) => loopDelay(spawn, messages)),
})

export const effectTakePeer: Peer = { ...peerWith(spawnTake), crash: whole(crash) }

export const effectTakeAllPeer: Peer = peerWith(spawnTakeAll)
