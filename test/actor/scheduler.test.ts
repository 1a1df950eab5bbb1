import { type ActorRef, actor, type Context, type Recipient, start, supervisor } from 'holdfast'
import { nodeWorld, virtualWorld, type World } from 'holdfast/world'
import { describe, expect, test } from 'vitest'

type Beat = { readonly left: number; readonly done: Recipient<string> }

/** Sends itself messages until it has sent them all. */
const flooder = (onBeat: (ctx: Context<Beat>) => void = () => undefined) =>
  actor<null, Beat>({
    init: () => null,
    receive(_state, { left, done }, ctx) {
      onBeat(ctx)
      if (left === 0) done.send('flooded')
      else ctx.self.send({ left: left - 1, done })
    },
  })

const immediate = (world: World): Promise<void> =>
  new Promise((resolve) => {
    world.turn.later(resolve)
  })

describe('in the real world', () => {
  test('input and output have their turn again and again while an actor floods itself', async () => {
    const world = nodeWorld()
    const system = await start(flooder(), { world })
    let turns = 0
    let flooded = false
    const ask = system.ask(system.ref<Beat>('/'), (done: Recipient<string>) => ({ left: 2_000_000, done }), {
      timeout: '10m',
    })
    const answered = ask.then(() => {
      flooded = true
    })
    while (!flooded) {
      await immediate(world)
      turns++
    }
    await answered
    expect(turns).toBeGreaterThan(3)
    await system.stop()
  })

  test('slow handlers give way after about a millisecond each, not after a batch of them', async () => {
    const world = nodeWorld()
    const spin = (): void => {
      const untilMs = world.clock.now() + 2
      while (world.clock.now() < untilMs);
    }
    let handled = 0
    const system = await start(
      flooder(() => {
        handled++
        spin()
      }),
      { world },
    )
    const ask = system.ask(system.ref<Beat>('/'), (done: Recipient<string>) => ({ left: 150, done }), {
      timeout: '10m',
    })
    let most = 0
    let before = 0
    let answered = false
    void ask.then(() => {
      answered = true
    })
    while (!answered) {
      await immediate(world)
      // The first look at the clock comes after a batch; from then on the scheduler knows how slow they are.
      if (before > 64) most = Math.max(most, handled - before)
      before = handled
    }
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(8)
    await system.stop()
  })

  test('an actor that floods itself does not starve another', async () => {
    const world = nodeWorld()
    const other = actor<number, Recipient<number>>({
      init: () => 0,
      receive(count, reply) {
        reply.send(count)
        return count + 1
      },
    })
    const root = supervisor({
      children: [
        { id: 'flooder', start: flooder() },
        { id: 'other', start: other },
      ],
    })
    const system = await start(root, { world })
    let flooded = false
    void system
      .ask(system.ref<Beat>('/flooder'), (done: Recipient<string>) => ({ left: Number.POSITIVE_INFINITY, done }), {
        timeout: '10m',
      })
      .then(() => {
        flooded = true
      })
      .catch(() => undefined)
    for (let n = 0; n < 100; n++) {
      const count = await system.ask(system.ref<Recipient<number>>('/other'), (reply: Recipient<number>) => reply)
      expect([count, flooded]).toEqual([n, false])
    }
    expect(system.deadLetters.count).toBe(0)
    system.exit('/flooder', 'kill')
    await system.stop()
  })

  test('actors that exchange signals without end do not starve one that has messages', async () => {
    const returning = actor<number, ActorRef<never>>({
      trapExit: true,
      init: () => 0,
      receive: (_count, to, ctx) => ctx.exit(to, 'normal') as undefined,
      signal(count, { from }, ctx) {
        if (from !== undefined) ctx.exit(from, 'normal')
        return count + 1
      },
    })
    const counter = actor<number, Recipient<number>>({
      init: () => 0,
      receive(count, reply) {
        reply.send(count)
        return count + 1
      },
    })
    const children = [
      { id: 'a', start: returning },
      { id: 'b', start: returning },
      { id: 'counter', start: counter },
    ]
    const system = await start(supervisor({ children }), { world: nodeWorld() })
    system.send('/a', system.ref('/b'))
    for (let n = 0; n < 20; n++) {
      const count = await system.ask(system.ref<Recipient<number>>('/counter'), (reply: Recipient<number>) => reply)
      expect(count).toBe(n)
    }
    await system.stop()
  })

  test('a thousand actors that are all ready have turns in the order in which they became so', async () => {
    const log: number[] = []
    const one = actor<number, null, number>({ init: (_ctx, n) => n, receive: (n) => void log.push(n) })
    const children = Array.from({ length: 1_000 }, (_, n) => ({ id: String(n), start: one, args: n }))
    const system = await start(supervisor({ children }), { world: nodeWorld() })
    const order = children.map(({ args }) => args).toSorted((a, b) => ((a * 7919) % 1_000) - ((b * 7919) % 1_000))
    for (const n of order) system.send(`/${n}`, null)
    while (log.length < 1_000) await immediate(system.world)
    expect(log).toEqual(order)
    await system.stop()
  })
})

test.each(['arrival', 'random'] as const)(
  'work without end at one instant is noticed by a virtual world, order %s',
  async (order) => {
    const world = virtualWorld({ order, instantStepsMax: 3 })
    const endless = actor<null, 'again'>({
      init: () => null,
      receive: (_state, message, ctx) => void ctx.self.send(message),
    })
    const system = await start(endless, { world })
    system.send<'again'>('/', 'again')
    await expect(world.settle()).rejects.toMatchObject({ code: 'livelock' })
  },
)
