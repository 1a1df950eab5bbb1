import { StartError, type SupervisorSpec, start, supervisor } from 'holdfast'
import { virtualWorld } from 'holdfast/world'
import { describe, expect, test } from 'vitest'
import { at, gate, never, type Order, type Part, puppet, stage, tell } from '../actor/stage.js'
import { boom, crash, crashNow, expectNoTimers, record, recorded, shown, sup } from './scene.js'

const free = { restarts: 100, within: '1s' } as const

function group(
  strategy: SupervisorSpec['strategy'] & string,
  parts: Readonly<Record<string, Part & { readonly shutdown?: number | 'infinity' | 'brutal-kill' }>>,
) {
  return supervisor({
    strategy,
    intensity: free,
    children: Object.entries(parts).map(([id, { shutdown, ...part }]) => ({
      id,
      start: puppet(part),
      ...(shutdown === undefined ? {} : { shutdown }),
    })),
  })
}

/** Under a root that restarts it. */
function under(inner: ReturnType<typeof supervisor>, shutdown?: number) {
  const child = { id: 's', start: inner, ...(shutdown === undefined ? {} : { shutdown }) }
  return supervisor({ intensity: free, children: [child] })
}

describe('a child that fails while it stops', () => {
  test('is down, and reported with its error; those after it are stopped all the same', async () => {
    for (const stop of [
      () => {
        throw boom
      },
      () => Promise.reject(boom),
    ]) {
      const log: string[] = []
      const { on } = await recorded(group('one-for-one', { a: { log }, b: { log, stop } }), [])
      const faults: unknown[] = []
      on.system.events.on('shutdown-error', ({ path, supervisor: by, incarnation, reason }) => {
        faults.push([path, by, incarnation, reason])
      })
      expect(await on.world.until(on.system.stop())).toBe('shutdown')
      expect(log.slice(2)).toEqual(['b#1: stop shutdown', 'a#1: stop shutdown'])
      expect(faults).toEqual([['/b', '/', 1, boom]])
    }
  })

  test('in a group restart is started again with the others, and does not count', async () => {
    const on = await stage(
      supervisor({
        strategy: 'one-for-all',
        intensity: { restarts: 1, within: '1h' },
        children: [
          { id: 'a', start: puppet() },
          { id: 'b', start: puppet({ stop: () => Promise.reject(boom) }) },
        ],
      }),
    )
    await crashNow(on, '/a')
    expect(await shown(on)).toBe('a#2, b#2')
  })

  test('for ever is killed after its deadline, waited for with infinity, and never asked with brutal-kill', async () => {
    const log: string[] = []
    const parts = {
      brutal: { log, stop: () => never, shutdown: 'brutal-kill' as const },
      late: { log, stop: () => never, shutdown: 300 },
      none: { log, stop: () => never, shutdown: 0 },
      patient: { log, stop: (ctx: Parameters<Order>[0]) => ctx.sleep('1h'), shutdown: 'infinity' as const },
    }
    const on = await stage(group('one-for-one', parts))
    log.length = 0
    const ends: string[] = []
    on.system.events.on('terminated', ({ atMs, path, reason }) => ends.push(`${atMs} ${path} ${String(reason)}`))
    await on.world.until(on.system.stop())
    expect(log).toEqual(['patient#1: stop shutdown', 'none#1: stop shutdown', 'late#1: stop shutdown'])
    expect(ends).toEqual([
      '3600000 /patient shutdown',
      '3600000 /none killed',
      '3600300 /late killed',
      '3600300 /brutal killed',
      '3600300 / shutdown',
    ])
    await expectNoTimers(on)
  })

  test('ending by itself at that very moment does not disturb the stop', async () => {
    for (const how of ['crash before', 'stop before', 'crash within'] as const) {
      const log: string[] = []
      const on = await stage(group('one-for-one', { a: { log }, b: { log }, c: { log } }))
      if (how === 'crash before') on.system.send('/b', crash)
      if (how === 'stop before') on.system.send<Order>('/b', (ctx) => ctx.stop())
      if (how === 'crash within') {
        const hold = gate()
        await tell(on, '/b', () => hold.promise)
        hold.fail(boom)
      }
      expect(await on.world.until(on.system.stop())).toBe('shutdown')
      expect(log.filter((line) => line.includes('stop'))).toHaveLength(3)
      await expectNoTimers(on)
    }
  })

  test('and whose deadline passes in the very moment it ends is down once', async () => {
    const on = await stage(group('one-for-one', { a: { stop: (ctx) => ctx.sleep(100), shutdown: 100 } }))
    const ends = record(on, 'terminated')
    await on.world.until(on.system.stop())
    expect(ends).toEqual(['at 100: terminated /a', 'at 100: terminated /'])
  })
})

describe('a child that fails while it starts', () => {
  test('at boot, late, stops those before it in reverse order, and the error leads down to the cause', async () => {
    const log: string[] = []
    const inner = group('one-for-one', {
      a: { log, stop: (ctx) => ctx.sleep(5) },
      b: { log },
      c: {
        log,
        init: async (ctx) => {
          await ctx.sleep(10)
          throw boom
        },
      },
      d: { log },
    })
    const world = virtualWorld()
    const error = await world.until(start(under(inner), { world })).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StartError)
    expect(log).toEqual(['s/a#1: init', 's/b#1: init', 's/c#1: init', 's/b#1: stop shutdown', 's/a#1: stop shutdown'])
    const { reason } = (error as StartError).data as { readonly reason: { readonly shutdown: Error } }
    const causes: unknown[] = []
    for (let cause: unknown = reason.shutdown; cause instanceof Error; cause = cause.cause) causes.push(cause.message)
    expect(causes).toEqual([
      '/ could not start its child s: shutdown (/s could not start its child c: Error: boom)',
      '/s could not start its child c: Error: boom',
      'boom',
    ])
    expect(world.clock.now()).toBe(15)
  })

  test('and is crashed from outside meanwhile counts as one that did not start', async () => {
    const hold = gate()
    const on = await stage(group('one-for-one', { a: { init: (ctx) => (ctx.incarnation === 2 ? hold.promise : 0) } }))
    await crashNow(on, '/a')
    on.system.exit('/a', 'kill')
    await on.world.settle()
    expect(await shown(on)).toBe('a#3')
    hold.open()
    await on.world.settle()
    expect(await shown(on)).toBe('a#3')
  })

  test('after a restart does not touch the children started before it: rest-for-one', async () => {
    const log: string[] = []
    let fails = 1
    const on = await stage(
      group('rest-for-one', {
        a: { log },
        b: { log },
        c: {
          log,
          async init(ctx) {
            if (ctx.incarnation === 1) return
            await ctx.sleep(1)
            if (fails-- > 0) throw boom
          },
        },
      }),
    )
    log.length = 0
    await crashNow(on, '/a')
    await on.world.run()
    expect(log.filter((line) => line.endsWith('init'))).toEqual(['a#2: init', 'b#2: init', 'c#2: init', 'c#3: init'])
  })
})

describe('a supervisor that is killed', () => {
  const boot = (log: string[], hold: Promise<unknown>): Readonly<Record<string, Part>> => ({
    a: { log, stop: () => never },
    b: { log, init: (ctx) => (ctx.incarnation === 1 ? hold : 0) },
    c: { log },
  })

  test('in the middle of its boot, a restart, takes what it had started along and boots anew', async () => {
    const log: string[] = []
    const holds = [Promise.resolve(), gate().promise]
    const inner = supervisor({
      children: [
        { id: 'a', start: puppet({ log, stop: () => never }) },
        { id: 'b', start: puppet({ log, init: (ctx) => holds[ctx.incarnation - 1] }) },
        { id: 'c', start: puppet({ log }) },
      ],
    })
    const on = await stage(under(inner))
    on.system.exit('/s', 'kill')
    await on.world.settle()
    log.length = 0
    expect(at(on, '/s').alive).toBe(true)
    on.system.exit('/s', 'kill')
    await on.world.settle()
    expect(log).toEqual(['s/a#3: init', 's/b#3: init', 's/c#2: init'])
    expect(await shown(on, '/s')).toBe('a#3, b#3, c#2')
    await expectNoTimers(on)
  })

  test('in the middle of its first boot makes start fail, and leaves nothing', async () => {
    const log: string[] = []
    const world = virtualWorld()
    let kill: (() => void) | undefined
    const starting = start(group('one-for-one', boot(log, never)), {
      world,
      onCreate: (system) => {
        kill = () => system.exit('/', 'kill')
      },
    })
    const failed = starting.catch((thrown: unknown) => thrown)
    await world.settle()
    kill?.()
    expect(await world.until(failed)).toMatchObject({ code: 'start-failed', data: { reason: 'killed' } })
    expect(log).toEqual(['a#1: init', 'b#1: init'])
    await world.run()
    expect(world.clock.now()).toBe(0)
  })

  test('in the middle of a group restart with slow stops starts all anew, each once', async () => {
    const log: string[] = []
    const slow: Part = { log, stop: (ctx) => ctx.sleep(ctx.incarnation === 1 ? 100 : 0) }
    const on = await stage(under(group('one-for-all', { a: slow, b: slow, c: slow, d: slow })))
    await crashNow(on, '/s/d')
    await on.world.advance(150)
    log.length = 0
    on.system.exit('/s', 'kill')
    await on.world.run()
    expect(log).toEqual(['a', 'b', 'c', 'd'].map((id) => `s/${id}#2: init`))
    expect(on.world.clock.now()).toBe(150)
    expect(await shown(on, '/s')).toBe('a#2, b#2, c#2, d#2')
  })

  test('in the middle of a parallel stop ends at once, with all that is left', async () => {
    const inner = supervisor({
      strategy: 'simple-one-for-one',
      children: [{ id: 'w', start: puppet({ stop: (ctx) => ctx.sleep(Number(ctx.path.split('-')[1]) * 100) }) }],
    })
    const on = await stage(under(inner, 250))
    for (let i = 0; i < 5; i++) await on.world.until(sup(on, '/s').startChild())
    const ends = record(on, 'terminated')
    await on.world.until(on.system.stop())
    expect(ends).toEqual([
      'at 100: terminated /s/w-1',
      'at 200: terminated /s/w-2',
      'at 250: terminated /s/w-5',
      'at 250: terminated /s/w-4',
      'at 250: terminated /s/w-3',
      'at 250: terminated /s',
      'at 250: terminated /',
    ])
    await expectNoTimers(on)
  })

  test('twice at the same moment is restarted once', async () => {
    const on = await stage(under(group('one-for-one', { a: {} })))
    for (let i = 0; i < 3; i++) on.system.exit('/s', 'kill')
    await on.world.settle()
    expect([await shown(on), await shown(on, '/s')]).toEqual(['s#2', 'a#2'])
  })

  test('together with its parent comes back once, with it', async () => {
    const on = await stage(
      supervisor({ intensity: free, children: [{ id: 'p', start: under(group('one-for-one', { a: {} })) }] }),
    )
    on.system.exit('/p/s/a', 'kill')
    on.system.exit('/p/s', 'kill')
    on.system.exit('/p', 'kill')
    await on.world.settle()
    expect([await shown(on), await shown(on, '/p')]).toEqual(['p#2', 's#2'])
    expect(at(on, '/p/s/a').alive).toBe(true)
    await expectNoTimers(on)
  })
})

describe('a supervisor that is asked to stop', () => {
  test('in the middle of a group restart finishes that first, then stops all', async () => {
    const log: string[] = []
    const part: Part = { log, stop: (ctx) => ctx.sleep(10), init: (ctx) => ctx.sleep(10) }
    const on = await stage(group('one-for-all', { a: part, b: part }))
    log.length = 0
    await crashNow(on, '/b')
    await on.world.advance(15)
    await on.world.until(on.system.stop())
    expect(log).toEqual([
      'b#1: stop Error: boom',
      'a#1: stop shutdown',
      'a#2: init',
      'b#2: init',
      'b#2: stop shutdown',
      'a#2: stop shutdown',
    ])
  })

  test('ignores exit signals of strangers and links, as OTP does for unknown processes', async () => {
    const on = await stage(under(group('one-for-one', { a: {} })))
    for (const reason of ['shutdown', 'normal', boom] as const) on.system.exit('/s', reason)
    await on.world.settle()
    expect([await shown(on), await shown(on, '/s')]).toEqual(['s#1', 'a#1'])
  })

  test('while a child hangs in its start waits for it, up to the deadline it has itself', async () => {
    const hold = gate()
    const inner = group('one-for-one', { a: { init: (ctx) => (ctx.incarnation === 1 ? 0 : hold.promise) } })
    const on = await stage(under(inner, 100))
    await crashNow(on, '/s/a')
    const ends = record(on, 'terminated')
    expect(await on.world.until(on.system.stop())).toBe('shutdown')
    expect(ends).toEqual(['at 100: terminated /s', 'at 100: terminated /'])
  })
})
