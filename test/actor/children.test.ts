import { ActorError, ignore, type SpawnOptions } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, gate, never, type Order, type Part, puppet, type Stage, stage, tell, troupe, within } from './stage.js'

const spawn = (on: Stage, name: string, part: Part = {}, options: SpawnOptions = {}) =>
  within(on, '/a', (ctx) => ctx.spawn(puppet(part), { name, ...options }))

/** What `ctx.spawn` in `/a` throws. */
const refusal = (on: Stage, run: (ctx: Parameters<Order>[0]) => unknown): Promise<ActorError> =>
  within(on, '/a', (ctx) => {
    try {
      run(ctx)
    } catch (error) {
      return error as ActorError
    }
    throw new Error('it was not refused')
  })

const boom = new Error('boom')
const crash: Order = () => {
  throw boom
}

describe('a spawned child', () => {
  test('works at once when its init is synchronous, and can be found by its path', async () => {
    const on = await stage(troupe({ a: {} }))
    const log: string[] = []
    await tell(on, '/a', (ctx) => {
      const child = ctx.spawn(puppet({ log }), { name: 'x' })
      log.push(`alive: ${child.alive}`)
      ctx.send(child, (inner) => void log.push(`child at ${inner.path}`))
    })
    expect(log).toEqual(['a/x#1: init', 'alive: true', 'child at /a/x'])
  })

  test('keeps what it is sent while its init takes time', async () => {
    const on = await stage(troupe({ a: {} }))
    const log: string[] = []
    const child = await spawn(on, 'x', { log, init: (ctx) => ctx.sleep('1s') })
    expect(child.alive).toBe(true)
    expect(child.send((ctx) => void log.push(`handled at ${ctx.world.clock.now()}`))).toBe(true)
    await on.world.run()
    expect(log).toEqual(['a/x#1: init', 'handled at 1000'])
  })

  test('has a fresh name unless given one, and its parent lists its children in start order', async () => {
    const on = await stage(troupe({ a: {} }))
    await spawn(on, 'x')
    await spawn(on, 'y')
    const anonymous = await within(on, '/a', (ctx) => ctx.spawn(puppet()))
    expect(anonymous.path).toMatch(/^\/a\/[\w-]{21}$/)
    const paths = await within(on, '/a', (ctx) => ctx.children.map(({ path }) => path))
    expect(paths).toEqual(['/a/x', '/a/y', anonymous.path])
  })

  test('whose init throws throws that at its parent, and leaves nothing', async () => {
    const on = await stage(troupe({ a: {} }))
    const failing: Part = {
      init() {
        throw boom
      },
    }
    expect(await refusal(on, (ctx) => ctx.spawn(puppet(failing), { name: 'x' }))).toBe(boom)
    expect(at(on, '/a').incarnation).toBe(1)
    expect(await within(on, '/a', (ctx) => ctx.children)).toEqual([])
    await spawn(on, 'x')
  })

  test('that stops in its init is a failed start, with the reason', async () => {
    const on = await stage(troupe({ a: {} }))
    const error = await refusal(on, (ctx) =>
      ctx.spawn(puppet({ init: (inner) => inner.stop('shutdown') }), { name: 'x' }),
    )
    expect(error).toBeInstanceOf(ActorError)
    expect([error.code, error.message]).toEqual(['start-failed', 'spawn x under /a: shutdown'])
  })

  test('whose asynchronous init fails ends its parent like any crash of a child, or is told to it', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log }, b: { log, trapExit: true } }))
    const failing: Part = { init: (ctx) => ctx.sleep('1s').then(() => Promise.reject(boom)) }
    const order: Order = (ctx) => void ctx.spawn(puppet(failing), { name: 'x' })
    await tell(on, '/a', order)
    await tell(on, '/b', order)
    await on.world.run()
    expect(log.slice(2)).toEqual(['a#1: stop Error: boom', 'a#2: init', 'b#1: exit over link from /b/x: Error: boom'])
    expect(() => at(on, '/b/x')).toThrow('no actor stands at /b/x')
  })

  test('that is not needed after all is gone, now or later', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log, trapExit: true } }))
    const now = await spawn(on, 'now', { init: () => ignore })
    const later = await spawn(on, 'later', { init: (ctx) => ctx.sleep('1s').then(() => ignore) })
    expect([now.alive, later.alive]).toEqual([false, true])
    await on.world.run()
    expect([now.alive, later.alive]).toEqual([false, false])
    expect(await within(on, '/a', (ctx) => ctx.children)).toEqual([])
    expect(log).toEqual(['a#1: init', 'a#1: exit over link from /a/later: normal'])
  })

  test('is refused a name that is taken or none, and a shutdown that is none', async () => {
    const on = await stage(troupe({ a: {} }))
    await spawn(on, 'x')
    const taken = await refusal(on, (ctx) => ctx.spawn(puppet(), { name: 'x' }))
    expect([taken.code, taken.data]).toEqual(['name-taken', { name: 'x' }])
    for (const name of ['', 'a/b', 7 as unknown as string]) {
      const error = await refusal(on, (ctx) => ctx.spawn(puppet(), { name }))
      expect(error.code).toBe('invalid-name')
    }
    const wrong = await refusal(on, (ctx) => ctx.spawn(puppet(), { name: 'y', shutdown: 'soon' as 'infinity' }))
    expect(wrong.message).toMatch('spawn y under /a: shutdown is not a duration: "soon"')
    expect(await within(on, '/a', (ctx) => ctx.children.length)).toBe(1)
  })

  test('ends its parent when it crashes, unless that traps exits; a normal end is told to a trapping one only', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log }, b: { log, trapExit: true } }))
    const family: Order = (ctx) => {
      ctx.spawn(puppet(), { name: 'x' })
      ctx.spawn(puppet(), { name: 'y' })
    }
    await tell(on, '/a', family)
    await tell(on, '/b', family)
    log.length = 0
    for (const path of ['/a/x', '/b/x']) await tell(on, path, (ctx) => ctx.stop())
    expect(log).toEqual(['b#1: exit over link from /b/x: normal'])
    for (const path of ['/a/y', '/b/y']) await tell(on, path, crash)
    expect(log.slice(1)).toEqual(['a#1: stop Error: boom', 'a#2: init', 'b#1: exit over link from /b/y: Error: boom'])
  })

  test('that crashes ends a parent in the middle of an asynchronous handler at once', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await spawn(on, 'x')
    await tell(on, '/a', () => never)
    await tell(on, '/a/x', crash)
    expect(log).toEqual(['a#1: init', 'a#1: stop Error: boom', 'a#2: init'])
  })

  test('ends with its parent, last started first, before the stop hook of the parent', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    const nested: Part = { log, init: (ctx) => void ctx.spawn(puppet({ log }), { name: 'leaf' }) }
    await spawn(on, 'x', nested)
    await spawn(on, 'y', { log })
    log.length = 0
    await tell(on, '/a', crash)
    expect(log).toEqual([
      'a/y#1: stop shutdown',
      'a/x/leaf#1: stop shutdown',
      'a/x#1: stop shutdown',
      'a#1: stop Error: boom',
      'a#2: init',
    ])
  })

  test('may take as long to stop as it was given, 5 s by default, and is killed then', async () => {
    for (const [options, tookMs] of [
      [{}, 5_000],
      [{ shutdown: '1s' as const }, 1_000],
      [{ shutdown: 'brutal-kill' as const }, 0],
    ] as const) {
      const on = await stage(troupe({ a: {} }))
      const ends: string[] = []
      on.system.events.on('terminated', ({ path, reason }) => ends.push(`${path} ${reason}`))
      await spawn(on, 'x', { stop: () => never }, options)
      await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
      await on.world.run()
      expect(ends).toEqual(['/a/x killed', '/a shutdown'])
      expect(on.world.clock.now()).toBe(tookMs)
    }
  })

  test('may take for ever when it was given that', async () => {
    const on = await stage(troupe({ a: {} }))
    const hold = gate()
    const child = await spawn(on, 'x', { stop: () => hold.promise }, { shutdown: 'infinity' })
    await tell(on, '/a', crash)
    await on.world.advance('1d')
    expect([child.alive, at(on, '/a').incarnation]).toEqual([true, 1])
    hold.open()
    await on.world.settle()
    expect([child.alive, at(on, '/a').incarnation]).toEqual([false, 2])
  })

  test('is killed with its parent, without stop hooks, and so are all below it', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await spawn(on, 'x', { log, init: (ctx) => void ctx.spawn(puppet({ log }), { name: 'leaf' }) })
    const ends: string[] = []
    on.system.events.on('terminated', ({ path, reason }) => ends.push(`${path} ${reason}`))
    on.system.exit('/a', 'kill')
    await on.world.settle()
    expect(ends).toEqual(['/a/x/leaf killed', '/a/x killed', '/a killed'])
    expect(log).toEqual(['a#1: init', 'a/x#1: init', 'a/x/leaf#1: init', 'a#2: init'])
  })

  test('of an init that then fails is killed, and can be spawned again by the next attempt', async () => {
    for (const later of [false, true]) {
      const log: string[] = []
      const init = (ctx: Parameters<Order>[0]): unknown => {
        ctx.spawn(puppet({ log, hook: false }), { name: 'x' })
        if (ctx.incarnation !== 2) return 0
        if (later) return ctx.sleep(1).then(() => Promise.reject(boom))
        throw boom
      }
      const on = await stage(troupe({ a: { init, hook: false } }))
      const ends: string[] = []
      on.system.events.on('terminated', ({ path, incarnation, reason }) =>
        ends.push(`${path}#${incarnation} ${reason}`),
      )
      await tell(on, '/a', crash)
      await on.world.run()
      expect(ends).toEqual(['/a/x#1 shutdown', '/a#1 Error: boom', '/a/x#1 Error: boom'])
      expect([at(on, '/a').incarnation, at(on, '/a/x').alive]).toEqual([3, true])
    }
  })

  test('that ends while its parent is stopping others does not disturb that', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    const hold = gate()
    await spawn(on, 'x', { log })
    await spawn(on, 'y', { log, stop: () => hold.promise })
    await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
    await tell(on, '/a/x', crash)
    hold.open()
    await on.world.settle()
    expect(log.slice(3)).toEqual(['a/y#1: stop shutdown', 'a/x#1: stop Error: boom', 'a#1: stop shutdown', 'a#2: init'])
  })

  test('that is still in its init when its parent stops is waited for, and then stopped', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await spawn(on, 'x', { log, init: (ctx) => ctx.sleep('1s') })
    await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
    await on.world.run()
    expect(log).toEqual(['a#1: init', 'a/x#1: init', 'a/x#1: stop shutdown', 'a#1: stop shutdown', 'a#2: init'])
    expect(on.world.clock.now()).toBe(1_000)
  })

  test('whose init fails while its parent stops has ended, and the parent goes on', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await spawn(on, 'x', { log, init: (ctx) => ctx.sleep('1s').then(() => Promise.reject(boom)) })
    await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
    await on.world.run()
    expect(log).toEqual(['a#1: init', 'a/x#1: init', 'a#1: stop shutdown', 'a#2: init'])
  })

  test('that never leaves its init is killed when its time to stop is over', async () => {
    const on = await stage(troupe({ a: {} }))
    const child = await spawn(on, 'x', { init: () => never })
    await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
    await on.world.run()
    expect([on.world.clock.now(), child.alive, at(on, '/a').incarnation]).toEqual([5_000, false, 2])
  })

  test('spawned by a stop hook does not outlive it', async () => {
    const on = await stage(troupe({ a: { stop: (ctx) => void ctx.spawn(puppet(), { name: 'late' }) } }))
    const ends: string[] = []
    on.system.events.on('terminated', ({ path, reason }) => ends.push(`${path} ${reason}`))
    await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
    expect(ends).toEqual(['/a/late killed', '/a shutdown'])
    expect(() => at(on, '/a/late')).toThrow('no actor stands at /a/late')
  })

  test('is gone for a stop hook: its parent lists none, and its name is free', async () => {
    const seen: unknown[] = []
    const on = await stage(
      troupe({
        a: {
          stop(ctx) {
            seen.push(ctx.children.length)
            seen.push(ctx.spawn(puppet(), { name: 'x' }).alive)
          },
        },
      }),
    )
    await spawn(on, 'x')
    await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
    expect(seen).toEqual([0, true])
  })

  test('that its parent waits for is killed with it, and the parent ends once, as killed', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await spawn(on, 'x', { stop: () => never })
    await spawn(on, 'y', { stop: () => never })
    await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
    const ends: string[] = []
    on.system.events.on('terminated', ({ path, reason }) => ends.push(`${path} ${reason}`))
    on.system.exit('/a', 'kill')
    await on.world.run()
    expect(ends).toEqual(['/a/y killed', '/a/x killed', '/a killed'])
    expect(log).toEqual(['a#1: init', 'a#2: init'])
    expect(on.world.clock.now()).toBe(0)
  })

  test('may be a supervisor, with a tree of its own', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {} }))
    await within(on, '/a', (ctx) => ctx.spawn(troupe({ leaf: { log } }), { name: 'sup', shutdown: 'infinity' }))
    await tell(on, '/a/sup/leaf', crash)
    await tell(on, '/a', crash)
    expect(log).toEqual([
      'a/sup/leaf#1: init',
      'a/sup/leaf#1: stop Error: boom',
      'a/sup/leaf#2: init',
      'a/sup/leaf#2: stop shutdown',
    ])
  })
})
