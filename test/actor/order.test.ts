import { type ActorRef, actor, start, supervisor } from 'holdfast'
import { Recorder } from 'holdfast/trace'
import { virtualWorld } from 'holdfast/world'
import { describe, expect, test } from 'vitest'

const perSender = 5

type Note = { readonly from: string; readonly n: number }

interface Run {
  /** What each receiver handled, in order. */
  readonly handled: ReadonlyMap<string, readonly string[]>
  readonly trace: string
}

/**
 * Three actors send numbered messages to two others and to each other's receivers, some through `ctx.send`, some
 * plainly, some before and some after an await; the receivers answer the senders.
 */
async function run(seed: number, order: 'random' | 'arrival', redeliver = 0): Promise<Run> {
  const world = virtualWorld({ seed, order })
  const handled = new Map<string, string[]>()
  const crashed = new Set<string>()
  const receiver = actor<null, Note>({
    init: () => null,
    receive(_state, { from, n }, ctx) {
      const name = `${from}${n}`
      if (redeliver > 0 && n === 2 && !crashed.has(ctx.path + from)) {
        crashed.add(ctx.path + from)
        throw new Error(`crash at ${name}`)
      }
      handled.set(ctx.path, [...(handled.get(ctx.path) ?? []), name])
    },
  })
  const sender = actor<null, 'go'>({
    init: () => null,
    async receive(_state, _go, ctx) {
      const targets = ['/x', '/y'].map((path) => ctx.lookup<Note>(path) as ActorRef<Note>)
      for (let n = 1; n <= perSender; n++) {
        for (const target of targets) ctx.send(target, { from: ctx.path.slice(1), n })
        if (n === 3) await ctx.sleep(1)
      }
    },
  })
  const system = await world.until(
    start(
      supervisor({
        intensity: { restarts: 100, within: '1s' },
        children: [
          { id: 'x', start: receiver, mailbox: { redeliver } },
          { id: 'y', start: receiver, mailbox: { redeliver } },
          ...['a', 'b', 'c'].map((id) => ({ id, start: sender })),
        ],
      }),
      { world },
    ),
  )
  const recorder = new Recorder(system.events, { messages: true })
  for (const path of ['/a', '/b', '/c']) system.send(path, 'go')
  await world.run()
  return { handled, trace: recorder.toJsonLines() }
}

/** The numbers in the order in which one receiver handled them, by sender. */
function numbersBySender(names: readonly string[]): Record<string, number[]> {
  const numbers: Record<string, number[]> = {}
  for (const name of names) {
    const from = name.slice(0, 1)
    numbers[from] ??= []
    numbers[from].push(Number(name.slice(1)))
  }
  return numbers
}

const inOrder = { a: [1, 2, 3, 4, 5], b: [1, 2, 3, 4, 5], c: [1, 2, 3, 4, 5] }
const seeds = Array.from({ length: 200 }, (_, i) => i + 1)

describe('messages', () => {
  test('from one sender to one receiver keep their order under every seed, while all else is mixed', async () => {
    const interleavings = new Set<string>()
    for (const seed of seeds) {
      const { handled } = await run(seed, 'random')
      for (const path of ['/x', '/y']) {
        expect(numbersBySender(handled.get(path) ?? []), `seed ${seed}, ${path}`).toEqual(inOrder)
      }
      interleavings.add([...handled].map(([path, names]) => `${path}:${names.join()}`).join())
    }
    expect(interleavings.size).toBeGreaterThan(150)
  })

  test('keep their order also over crashes and second tries', async () => {
    for (const seed of seeds.slice(0, 100)) {
      const { handled } = await run(seed, 'random', 1)
      for (const path of ['/x', '/y']) {
        expect(numbersBySender(handled.get(path) ?? []), `seed ${seed}, ${path}`).toEqual(inOrder)
      }
    }
  })

  test('are handled in order of arrival unless the world says otherwise', async () => {
    const { handled } = await run(1, 'arrival')
    const early = ['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3']
    const late = ['a4', 'a5', 'b4', 'b5', 'c4', 'c5']
    expect(handled.get('/x')).toEqual([...early, ...late])
    expect(handled.get('/y')).toEqual([...early, ...late])
  })

  test('give the same trace for the same seed, byte for byte, and another for another', async () => {
    for (const order of ['random', 'arrival'] as const) {
      const [first, again] = [await run(7, order, 1), await run(7, order, 1)]
      expect(first.trace.length).toBeGreaterThan(1_000)
      expect(again.trace).toBe(first.trace)
    }
    expect((await run(8, 'random')).trace).not.toBe((await run(7, 'random')).trace)
  })

  test('of outsiders are a channel of their own, in order', async () => {
    for (const seed of seeds.slice(0, 50)) {
      const world = virtualWorld({ seed, order: 'random' })
      const seen: number[] = []
      const system = await start(actor<null, number>({ init: () => null, receive: (_s, n) => void seen.push(n) }), {
        world,
      })
      for (let n = 0; n < 10; n++) system.send('/', n)
      await world.settle()
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  })

  test('that were offered keep their order with those sent after them', async () => {
    for (const seed of seeds.slice(0, 100)) {
      const world = virtualWorld({ seed, order: 'random' })
      const seen: number[] = []
      const bounded = actor<null, number>({ init: () => null, receive: (_s, n) => void seen.push(n) })
      const busy = actor<null, number>({
        init: () => null,
        receive(_s, n, ctx) {
          void (ctx.lookup<number>('/x') as ActorRef<number>).offer(n)
        },
      })
      const system = await world.until(
        start(
          supervisor({
            children: [
              { id: 'x', start: bounded, mailbox: { capacity: 2, overflow: 'credit' } },
              { id: 'a', start: busy },
            ],
          }),
          { world },
        ),
      )
      for (let n = 0; n < 20; n++) system.send('/a', n)
      await world.settle()
      expect(seen, `seed ${seed}`).toEqual(Array.from({ length: 20 }, (_, n) => n))
    }
  })

  test('wait behind signals, also under a random order', async () => {
    for (const seed of seeds.slice(0, 50)) {
      const world = virtualWorld({ seed, order: 'random' })
      const log: string[] = []
      const trapping = actor<null, string>({
        trapExit: true,
        init: () => null,
        receive: (_s, text) => void log.push(text),
        signal: (_s, { reason }) => void log.push(String(reason)),
      })
      const system = await world.until(start(supervisor({ children: [{ id: 'a', start: trapping }] }), { world }))
      system.send('/a', 'message')
      system.exit('/a', 'shutdown')
      await world.settle()
      expect(log).toEqual(['shutdown', 'message'])
    }
  })
})
