/**
 * XState actors of two kinds. A send runs the receiver before it returns, unless the receiver is busy:
 * there is no turn and no fairness, so its tell and flood are those of a call.
 */
import { type AnyActorLogic, createActor, fromCallback, fromTransition } from 'xstate'
import { bytesPerItem } from '../support/bytes.js'
import { divide } from '../support/divide.js'
import { Gate } from '../support/gate.js'
import { type Add, mutatingHandlers, reducingHandlers, type Total } from '../support/handlers.js'
import { type Peer, whole } from './peer.js'

interface Message {
  readonly type: string
  readonly n: number
  readonly reply?: (value: number) => void
}

interface Target {
  send(message: Message): void
}

type Logic = (receive: (message: Message) => void) => AnyActorLogic

const stopEvent = 'xstate.stop'

const callbackLogic: Logic = (receive) =>
  fromCallback<Message>((scope) => {
    scope.receive((message) => {
      if (message.type !== stopEvent) receive(message)
    })
  })

const transitionLogic: Logic = (receive) =>
  fromTransition(
    (state: Total, message: Message) => {
      if (message.type !== stopEvent) receive(message)
      return state
    },
    { total: 0 },
  )

const started = (logic: AnyActorLogic) => createActor(logic).start()

const tell = (logicOf: Logic, messages: number): number => {
  const states = Array.from({ length: 8 }, (): Total => ({ total: 0 }))
  const actors = mutatingHandlers(new Gate()).map((handler, index) => {
    const state = states[index] as Total
    return started(logicOf((message) => handler(state, message as Add)))
  })
  for (let index = 0; index < messages; index += 1) actors[index & 7]?.send({ type: 'add', n: index })
  return states.reduce((sum, state) => sum + state.total, 0)
}

const tellReducers = (messages: number): number => {
  const sum: Total = { total: 0 }
  const actors = reducingHandlers(new Gate(), sum).map((handler) =>
    createActor(fromTransition((state: Total, message: Add) => handler(state, message), { total: 0 })).start(),
  )
  for (let index = 0; index < messages; index += 1) actors[index & 7]?.send({ type: 'add', n: index })
  for (const actor of actors) sum.total += actor.getSnapshot().context.total
  return sum.total
}

const tellOne = (logicOf: Logic, messages: number): number => {
  let total = 0
  const actor = started(
    logicOf((message) => {
      total += message.n
    }),
  )
  for (let index = 0; index < messages; index += 1) actor.send({ type: 'add', n: index })
  return total
}

const fanin = (logicOf: Logic, messages: number): number => {
  let total = 0
  const target = started(
    logicOf((message) => {
      total += message.n
    }),
  )
  const share = divide(messages, 100)
  const senders = Array.from({ length: 100 }, (_unused, sender) =>
    started(
      logicOf(() => {
        for (let step = 0; step < share; step += 1) target.send({ type: 'add', n: sender * share + step })
      }),
    ),
  )
  for (const sender of senders) sender.send({ type: 'go', n: 0 })
  return total
}

const pingpong = (logicOf: Logic, rounds: number): number => {
  let count = 0
  const right: Target = started(logicOf((message) => left.send({ type: 'token', n: message.n })))
  const left: Target = started(
    logicOf((message) => {
      count += 1
      if (count < rounds) right.send({ type: 'token', n: message.n + 1 })
    }),
  )
  right.send({ type: 'token', n: 0 })
  return count
}

const hops = (logicOf: Logic, count: number): number => {
  let seen = 0
  const actors: Target[] = Array.from({ length: 1000 }, (_unused, index) =>
    started(
      logicOf((message) => {
        seen += 1
        if (seen < count) actors[(index + 1) % 1000]?.send({ type: 'token', n: message.n + 1 })
      }),
    ),
  )
  actors[0]?.send({ type: 'token', n: 0 })
  return seen
}

const ask = (actor: Target, n: number): Promise<number> =>
  new Promise((reply) => {
    actor.send({ type: 'request', n, reply })
  })

const ask1 = async (logicOf: Logic, asks: number): Promise<number> => {
  const actor = started(logicOf((message) => message.reply?.(message.n + 1)))
  let total = 0
  for (let index = 0; index < asks; index += 1) total += await ask(actor, index)
  return total
}

const ask1000 = async (logicOf: Logic, asks: number): Promise<number> => {
  const actor = started(logicOf((message) => message.reply?.(message.n + 1)))
  const share = divide(asks, 1000)
  let total = 0
  const client = async (index: number): Promise<void> => {
    for (let step = 0; step < share; step += 1) {
      const value = await ask(actor, index * share + step)
      total += value
    }
  }
  await Promise.all(Array.from({ length: 1000 }, (_unused, index) => client(index)))
  return total
}

const spawn = (logicOf: Logic, count: number): number => {
  let total = 0
  const logic = logicOf((message) => {
    total += message.n
  })
  const actors = Array.from({ length: count }, () => started(logic))
  for (const [index, actor] of actors.entries()) actor.send({ type: 'add', n: index })
  for (const actor of actors) actor.stop()
  return total
}

/** XState supervises nothing: the error is observed and a new actor made by hand. */
const crash = (logicOf: Logic, crashes: number): number => {
  let restarts = 0
  let count = 0
  const logic = logicOf(() => {
    count += 1
    if (count === 2) throw new Error('boom')
  })
  const make = (): Target => {
    count = 0
    const actor = createActor(logic)
    actor.subscribe({
      error: () => {
        restarts += 1
        current = make()
      },
    })
    return actor.start()
  }
  let current = make()
  for (let index = 0; index < 2 * crashes; index += 1) current.send({ type: 'add', n: index })
  return restarts
}

const memory = (logicOf: Logic, count: number): Promise<number> =>
  bytesPerItem(count, (size, keep) => {
    const logic = logicOf(() => undefined)
    for (let index = 0; index < size; index += 1) {
      const actor = started(logic)
      actor.send({ type: 'add', n: index })
      keep[index] = actor
    }
  })

const peerWith = (logicOf: Logic): Peer => ({
  tell: whole((messages) => tell(logicOf, messages)),
  flood: whole((messages) => tellOne(logicOf, messages)),
  fanin: whole((messages) => fanin(logicOf, messages)),
  pingpong: whole((rounds) => pingpong(logicOf, rounds)),
  ring: whole((count) => hops(logicOf, count)),
  ask1: whole((asks) => ask1(logicOf, asks)),
  ask1000: whole((asks) => ask1000(logicOf, asks)),
  spawn: whole((count) => spawn(logicOf, count)),
  crash: whole((crashes) => crash(logicOf, crashes)),
  memory: whole((count) => memory(logicOf, count)),
})

export const xstateCallbackPeer: Peer = peerWith(callbackLogic)

export const xstateTransitionPeer: Peer = { ...peerWith(transitionLogic), 'tell-path': whole(tellReducers) }
