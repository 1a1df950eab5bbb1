import { actor, type Startable, StartError, type System, start, supervisor } from 'holdfast'
import { virtualWorld } from 'holdfast/world'
import { describe, expect, test } from 'vitest'
import { at, gate, never, type Order, puppet, stage, tell, troupe } from './stage.js'

const boom = new Error('boom')

describe('start', () => {
  test('rejects with StartError when the root fails, now or later, and leaves nothing running', async () => {
    const failing: Startable[] = [
      puppet({
        init(ctx) {
          ctx.every('1s', () => undefined)
          ctx.spawn(puppet({ init: (inner) => void inner.every('1s', () => undefined) }), { name: 'x' })
          throw boom
        },
      }),
      puppet({
        async init(ctx) {
          ctx.every('1h', () => undefined)
          await ctx.sleep(10)
          throw boom
        },
      }),
    ]
    for (const root of failing) {
      const world = virtualWorld()
      let created: System | undefined
      const started = start(root, {
        world,
        onCreate: (system) => {
          created = system
        },
      })
      const error = await world.until(started).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(StartError)
      expect(error).toMatchObject({ name: 'StartError', code: 'start-failed', cause: boom, data: { reason: boom } })
      expect((error as Error).message).toBe('the system did not start: Error: boom')
      const nowMs = world.clock.now()
      await world.run()
      expect(world.clock.now()).toBe(nowMs)
      expect([created?.running, await created?.terminated]).toEqual([false, boom])
    }
  })

  test('rejects when a child that must start with it fails, after those before it have stopped', async () => {
    const world = virtualWorld()
    const log: string[] = []
    const root = supervisor({
      children: [
        { id: 'a', start: puppet({ log, init: (ctx) => void ctx.every('1s', () => undefined) }) },
        { id: 'b', start: puppet({ log, init: () => Promise.reject(boom) }) },
      ],
    })
    await expect(world.until(start(root, { world }))).rejects.toThrow('the system did not start')
    await world.run()
    expect(world.clock.now()).toBe(0)
    expect(log).toEqual(['a#1: init', 'b#1: init', 'a#1: stop shutdown'])
  })

  test('refuses a faulty declaration before anything runs', async () => {
    const log: string[] = []
    const root = supervisor({
      children: [
        { id: 'a', start: puppet({ log }) },
        { id: 'a', start: puppet({ log }) },
      ],
    })
    await expect(start(root, { world: virtualWorld() })).rejects.toMatchObject({ code: 'duplicate_child_name' })
    expect(log).toEqual([])
  })

  test('lets nobody miss an event: onCreate comes first', async () => {
    const names: string[] = []
    await stage(troupe({ a: {} }), {
      onCreate: ({ events }) => events.onAny(({ name, path }) => names.push(`${name} ${path}`)),
    })
    expect(names).toEqual(['starting /', 'starting /a', 'started /a', 'started /'])
  })

  test('starts systems that know nothing of each other', async () => {
    const [one, two] = [await stage(troupe({ a: {} })), await stage(troupe({ a: {} }), { seed: 2 })]
    expect(one.system.id).not.toBe(two.system.id)
    await one.world.until(one.system.stop())
    expect(at(two, '/a').alive).toBe(true)
  })
})

describe('stop', () => {
  test('stops the tree in order and resolves with the reason of its root', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log }, b: { log } }))
    expect([on.system.running, on.system.exitReason]).toEqual([true, undefined])
    expect(await on.world.until(on.system.stop('normal'))).toBe('normal')
    expect(log.slice(2)).toEqual(['b#1: stop shutdown', 'a#1: stop shutdown'])
    expect([on.system.running, on.system.exitReason, await on.system.terminated]).toEqual([false, 'normal', 'normal'])
  })

  test('called again, also while it is under way, gives the same answer', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log, stop: (ctx) => ctx.sleep('1s') } }))
    const both = Promise.all([on.system.stop(), on.system.stop('normal')])
    await on.world.settle()
    expect(await on.world.until(both)).toEqual(['shutdown', 'shutdown'])
    expect(await on.system.stop()).toBe('shutdown')
    expect(log).toEqual(['a#1: init', 'a#1: stop shutdown'])
  })

  test('kills what is left after its deadline', async () => {
    const on = await stage(troupe({ a: { stop: () => never }, b: { stop: () => never } }))
    expect(await on.world.until(on.system.stop('shutdown', { deadline: '2s' }))).toBe('killed')
    expect(on.world.clock.now()).toBe(2_000)
    await on.world.run()
    expect(on.world.clock.now()).toBe(2_000)
    await expect((await stage(troupe({}))).system.stop('shutdown', { deadline: -1 })).rejects.toThrow('stop deadline')
  })

  test('with time left leaves no timer behind', async () => {
    const on = await stage(troupe({ a: {} }))
    expect(await on.world.until(on.system.stop('shutdown', { deadline: '1h' }))).toBe('shutdown')
    await on.world.run()
    expect(on.world.clock.now()).toBe(0)
  })

  test('during the boot lets that come to an end, then stops all', async () => {
    const world = virtualWorld()
    const log: string[] = []
    let created: System | undefined
    const started = start(troupe({ a: { log, init: (ctx) => ctx.sleep('1s') }, b: { log } }), {
      world,
      onCreate: (system) => {
        created = system
      },
    })
    await world.settle()
    const stopped = created?.stop()
    await world.until(started)
    expect(await world.until(stopped as Promise<unknown>)).toBe('shutdown')
    expect(log).toEqual(['a#1: init', 'b#1: init', 'b#1: stop shutdown', 'a#1: stop shutdown'])
    expect(world.clock.now()).toBe(1_000)
  })

  test('during the boot of a root that heeds ctx.signal makes start reject', async () => {
    const world = virtualWorld()
    let created: System | undefined
    const heedful = puppet({
      init: (ctx) =>
        new Promise((_resolve, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))),
    })
    const started = start(heedful, {
      world,
      onCreate: (system) => {
        created = system
      },
    })
    started.catch(() => undefined)
    await world.settle()
    const stopped = created?.stop()
    await expect(world.until(started)).rejects.toThrow('stopped: shutdown')
    expect(String(await stopped)).toMatch('stopped: shutdown')
  })

  test('with a deadline kills a boot that hangs', async () => {
    const world = virtualWorld()
    let created: System | undefined
    const started = start(troupe({ a: { init: () => never } }), {
      world,
      onCreate: (system) => {
        created = system
      },
    })
    started.catch(() => undefined)
    await world.settle()
    const stopped = created?.stop('shutdown', { deadline: '1s' })
    await expect(world.until(started)).rejects.toThrow('the system did not start: killed')
    expect([await stopped, world.clock.now()]).toEqual(['killed', 1_000])
  })

  test('before the boot keeps everything from starting', async () => {
    const log: string[] = []
    let stopped: Promise<unknown> | undefined
    const started = start(troupe({ a: { log } }), {
      world: virtualWorld(),
      onCreate: (system) => {
        stopped = system.stop()
      },
    })
    await expect(started).rejects.toMatchObject({ name: 'StartError', code: 'system-stopped' })
    expect([await stopped, log]).toEqual(['shutdown', []])
  })

  test('comes at the end of an `await using` block', async () => {
    const log: string[] = []
    const world = virtualWorld()
    {
      await using system = await start(troupe({ a: { log } }), { world })
      system.send<Order>('/a', () => void log.push('handled'))
      await world.settle()
    }
    expect(log).toEqual(['a#1: init', 'handled', 'a#1: stop shutdown'])
  })
})

describe('a system', () => {
  test('ends when its root does, with that reason', async () => {
    for (const [order, reason] of [
      [(ctx) => ctx.stop('normal'), 'normal'],
      [() => Promise.reject(boom), boom],
    ] as [Order, unknown][]) {
      const on = await stage(puppet())
      await tell(on, '/', order)
      expect([on.system.running, await on.system.terminated]).toEqual([false, reason])
      expect(await on.system.stop()).toBe(reason)
    }
  })

  test('takes nothing any more once it has ended', async () => {
    const on = await stage(troupe({ a: {} }))
    const a = at(on, '/a')
    await on.world.until(on.system.stop())
    expect([a.send(() => undefined), on.system.send('/a', 'x'), on.system.send('/', 'x')]).toEqual([
      false,
      false,
      false,
    ])
    await expect(on.system.ask(a, () => () => undefined)).rejects.toMatchObject({ code: 'not-delivered' })
    expect(() => on.system.ref('/a')).toThrow('no actor stands at /a')
  })

  test('answers no ask that is open when it stops, but fails it at once', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const hold = gate()
    await tell(on, '/b', () => hold.promise)
    const asks = [
      on.system.ask(at(on, '/a'), () => () => undefined),
      on.system.ask(at(on, '/b'), () => () => undefined),
    ]
    const codes = Promise.all(asks.map((asked) => asked.catch((error) => error.code)))
    await on.world.settle()
    const stopped = on.system.stop()
    hold.open()
    await on.world.until(stopped)
    expect(await codes).toEqual(['target-ended', 'not-delivered'])
    await on.world.run()
    expect(on.world.clock.now()).toBe(0)
  })

  test('may have an actor as its root', async () => {
    const on = await stage(actor<number, number>({ init: () => 0, receive: (sum, n) => sum + n }))
    expect(on.system.ref('/').path).toBe('/')
    expect(on.system.send('/', 1)).toBe(true)
  })
})
