/** The workloads of Holdfast that start their actors one by one, as dynamic children of a supervisor. */
import { type ActorRef, actor, type Behavior, type System, start, supervisor, supervisorOf } from 'holdfast'
import { bytesPerItem } from '../support/bytes.js'
import { Gate } from '../support/gate.js'
import type { Add, Total } from '../support/handlers.js'
import { burstMessages } from '../tasks.js'
import type { Prepare } from './peer.js'

/** Starts and stops under way at once. */
const batchActors = 1000

const startPool = async (behavior: Behavior<Add>) => {
  const child = { id: 'worker', start: behavior, restart: 'temporary' } as const
  const pool = supervisor({ strategy: 'simple-one-for-one', children: [child] })
  const system = await start(supervisor({ strategy: 'one-for-one', children: [{ id: 'pool', start: pool }] }))
  return { system, pool: supervisorOf(system.ref('/pool')) }
}

const stop = async (system: System): Promise<void> => {
  await system.stop()
}

type Pool = Awaited<ReturnType<typeof startPool>>['pool']

const startOne = async (pool: Pool): Promise<ActorRef<Add>> => {
  const started = await pool.startChild()
  if (!started.ok) throw new Error(`A pool child did not start: ${String(started.error)}`)
  return started.ref as ActorRef<Add>
}

const startMany = async (pool: Pool, count: number): Promise<ActorRef<Add>[]> => {
  const refs: ActorRef<Add>[] = []
  while (refs.length < count) {
    const size = Math.min(batchActors, count - refs.length)
    refs.push(...(await Promise.all(Array.from({ length: size }, () => startOne(pool)))))
  }
  return refs
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

export const spawn: Prepare = async (count) => {
  const gate = new Gate()
  const sum: Total = { total: 0 }
  const { system, pool } = await startPool(adder(gate, sum))
  const run = async (): Promise<number> => {
    const refs = await startMany(pool, count)
    for (const [index, ref] of refs.entries()) ref.send({ type: 'add', n: index })
    await gate.wait(count)
    for (let from = 0; from < count; from += batchActors) {
      await Promise.all(refs.slice(from, from + batchActors).map((ref) => pool.terminateChild(ref)))
    }
    const left = refs.filter((ref) => ref.alive).length
    if (left > 0) throw new Error(`${left} actors are left.`)
    return sum.total
  }
  return { run, close: () => stop(system) }
}

export const memory: Prepare = (count) => ({
  run: async () => {
    let gate = new Gate()
    const behavior = actor<Total, Add>({
      init: () => ({ total: 0 }),
      receive: (state, message) => {
        state.total += message.n
        gate.hit()
      },
    })
    const { pool } = await startPool(behavior)
    return bytesPerItem(count, async (size, keep) => {
      gate = new Gate()
      const refs = await startMany(pool, size)
      for (const [index, ref] of refs.entries()) {
        ref.send({ type: 'add', n: index })
        keep[index] = ref
      }
      await gate.wait(size)
    })
  },
})

export const scale =
  (actorsWanted: number): Prepare =>
  async (messages) => {
    const gate = new Gate()
    const states: Total[] = []
    const behavior = actor<Total, Add>({
      init: () => {
        const state = { total: 0 }
        states.push(state)
        return state
      },
      receive: (state, message) => {
        state.total += message.n
        gate.hit()
      },
    })
    const count = Math.min(actorsWanted, messages)
    const { system, pool } = await startPool(behavior)
    const refs = await startMany(pool, count)
    // The first message makes the mailbox, which a bare ring has from the start.
    for (const ref of refs) ref.send({ type: 'add', n: 0 })
    await gate.wait(count)
    const run = async (): Promise<number> => {
      for (let index = 0; index < messages; ) {
        const end = Math.min(messages, index + burstMessages)
        for (; index < end; index += 1) refs[index % count]?.send({ type: 'add', n: index })
        await gate.wait(count + end)
      }
      return states.reduce((sum, state) => sum + state.total, 0)
    }
    return { run, close: () => stop(system) }
  }
