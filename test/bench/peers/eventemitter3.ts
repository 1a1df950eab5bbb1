/** A bare synchronous dispatch: no queue, no isolation, no supervision. What a call costs, not what a message does. */
import { EventEmitter } from 'eventemitter3'
import { bytesPerItem } from '../support/bytes.js'
import { divide } from '../support/divide.js'
import { Gate } from '../support/gate.js'
import { type Add, mutatingHandlers, type Total } from '../support/handlers.js'
import { type Peer, whole } from './peer.js'

interface Request {
  readonly type: 'request'
  readonly n: number
  readonly reply: (value: number) => void
}

const tell = (messages: number): number => {
  const states = Array.from({ length: 8 }, (): Total => ({ total: 0 }))
  const emitters = mutatingHandlers(new Gate()).map((handler, index) => {
    const state = states[index] as Total
    return new EventEmitter().on('add', (message: Add) => handler(state, message))
  })
  for (let index = 0; index < messages; index += 1) emitters[index & 7]?.emit('add', { type: 'add', n: index })
  return states.reduce((sum, state) => sum + state.total, 0)
}

const tellOne = (messages: number): number => {
  let total = 0
  const emitter = new EventEmitter().on('add', (message: Add) => {
    total += message.n
  })
  for (let index = 0; index < messages; index += 1) emitter.emit('add', { type: 'add', n: index })
  return total
}

const fanin = (messages: number): number => {
  let total = 0
  const target = new EventEmitter().on('add', (message: Add) => {
    total += message.n
  })
  const share = divide(messages, 100)
  const senders = Array.from({ length: 100 }, (_unused, sender) =>
    new EventEmitter().on('go', () => {
      for (let step = 0; step < share; step += 1) target.emit('add', { type: 'add', n: sender * share + step })
    }),
  )
  for (const sender of senders) sender.emit('go')
  return total
}

// A true bounce would nest without end, so the way back is the return of the call.
const pingpong = (rounds: number): number => {
  let count = 0
  const right = new EventEmitter().on('token', () => {
    count += 1
  })
  const left = new EventEmitter().on('token', (message: Add) => {
    right.emit('token', { type: 'add', n: message.n + 1 })
  })
  for (let index = 0; index < rounds; index += 1) left.emit('token', { type: 'add', n: index })
  return count
}

const hops = (count: number): number => {
  let seen = 0
  const emitters = Array.from({ length: 1000 }, () => new EventEmitter())
  for (const [index, emitter] of emitters.entries()) {
    emitter.on('token', (message: Add) => {
      seen += 1
      if (index < 999) emitters[index + 1]?.emit('token', { type: 'add', n: message.n + 1 })
    })
  }
  for (let lap = 0; lap < divide(count, 1000); lap += 1) emitters[0]?.emit('token', { type: 'add', n: 0 })
  return seen
}

const answerer = (): EventEmitter =>
  new EventEmitter().on('request', (message: Request) => {
    message.reply(message.n + 1)
  })

const ask = (emitter: EventEmitter, n: number): Promise<number> =>
  new Promise((reply) => {
    emitter.emit('request', { type: 'request', n, reply })
  })

const ask1 = async (asks: number): Promise<number> => {
  const emitter = answerer()
  let total = 0
  for (let index = 0; index < asks; index += 1) total += await ask(emitter, index)
  return total
}

const ask1000 = async (asks: number): Promise<number> => {
  const emitter = answerer()
  const share = divide(asks, 1000)
  let total = 0
  const client = async (index: number): Promise<void> => {
    for (let step = 0; step < share; step += 1) {
      const value = await ask(emitter, index * share + step)
      total += value
    }
  }
  await Promise.all(Array.from({ length: 1000 }, (_unused, index) => client(index)))
  return total
}

const spawn = (count: number): number => {
  let total = 0
  const add = (message: Add): void => {
    total += message.n
  }
  const emitters = Array.from({ length: count }, () => new EventEmitter().on('add', add))
  for (const [index, emitter] of emitters.entries()) emitter.emit('add', { type: 'add', n: index })
  for (const emitter of emitters) emitter.removeAllListeners()
  return total
}

export const eventEmitterPeer: Peer = {
  tell: whole(tell),
  flood: whole(tellOne),
  fanin: whole(fanin),
  pingpong: whole(pingpong),
  ring: whole(hops),
  ask1: whole(ask1),
  ask1000: whole(ask1000),
  spawn: whole(spawn),
  memory: whole((count) =>
    bytesPerItem(count, (size, keep) => {
      for (let index = 0; index < size; index += 1) {
        const state: Total = { total: 0 }
        const emitter = new EventEmitter().on('add', (message: Add) => {
          state.total += message.n
        })
        emitter.emit('add', { type: 'add', n: index })
        keep[index] = emitter
      }
    }),
  ),
}
