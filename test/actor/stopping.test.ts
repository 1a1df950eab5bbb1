import { describe, expect, test } from 'vitest'
import { at, gate, never, type Order, puppet, stage, tell, troupe } from './stage.js'

const boom = new Error('boom')

describe('stopping an actor', () => {
  test('runs its stop hook with the reason, and waits for it', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log, stop: (ctx) => ctx.sleep('1s') } }))
    expect(await on.world.until(on.system.stop())).toBe('shutdown')
    expect(log).toEqual(['a#1: init', 'a#1: stop shutdown'])
    expect(on.world.clock.now()).toBe(1_000)
  })

  test('lets the handler that is under way finish, and nothing that waits behind it', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    on.system.send<Order>('/a', async (ctx) => {
      await ctx.sleep('1s')
      log.push('finished')
    })
    await tell(on, '/a', () => void log.push('waited'))
    await on.world.until(on.system.stop())
    expect(log).toEqual(['a#1: init', 'finished', 'a#1: stop shutdown'])
    expect(on.letters()).toHaveLength(1)
  })

  test('kills it when it takes longer than its shutdown, in whatever it is', async () => {
    for (const stuck of ['handler', 'hook'] as const) {
      const on = await stage(
        puppet({
          init: (ctx) => void ctx.spawn(troupe({ a: stuck === 'hook' ? { stop: () => never } : {} }), { name: 's' }),
        }),
      )
      const events: unknown[] = []
      on.system.events.on('abandoned', ({ path, phase }) => events.push([path, phase]))
      on.system.events.on('shutdown-error', ({ path, reason }) => events.push([path, reason]))
      if (stuck === 'handler') await tell(on, '/s/a', () => never)
      await on.world.until(on.system.stop())
      expect(on.world.clock.now()).toBe(5_000)
      expect(events[0]).toEqual(['/s/a', stuck === 'handler' ? 'receive' : 'stop'])
    }
  })

  test('ends with the error of a stop hook that throws or rejects', async () => {
    for (const stop of [
      () => {
        throw boom
      },
      () => Promise.reject(boom),
    ]) {
      const on = await stage(troupe({ a: { stop } }))
      const ends: unknown[] = []
      on.system.events.on('terminated', ({ path, reason }) => ends.push([path, reason]))
      await on.world.until(on.system.stop())
      expect(ends).toEqual([
        ['/a', boom],
        ['/', 'shutdown'],
      ])
    }
  })

  test('ends with the reason that its stop hook asks for', async () => {
    const on = await stage(troupe({ a: { stop: (ctx) => ctx.stop({ shutdown: 'mine' }) } }))
    const ends: unknown[] = []
    on.system.events.on('terminated', ({ reason }) => ends.push(reason))
    await on.world.until(on.system.stop())
    expect(ends).toEqual([{ shutdown: 'mine' }, 'shutdown'])
  })

  test('lets its stop hook send, and what it sends itself becomes a dead letter', async () => {
    const log: string[] = []
    const on = await stage(
      troupe({
        a: { log },
        b: {
          stop(ctx) {
            log.push(`to a ${ctx.send(at(on, '/a'), (self) => void log.push(`${self.path} heard`))}`)
            log.push(`to itself ${ctx.send(ctx.self, () => void log.push('never'))}`)
          },
        },
      }),
    )
    const senders: unknown[] = []
    on.system.events.on('sent', ({ path, sender }) => senders.push([path, sender]))
    await on.world.until(on.system.stop())
    expect(senders).toEqual([
      ['/a', '/b'],
      ['/b', '/b'],
    ])
    expect(log).toEqual(['a#1: init', 'to a true', 'to itself true', 'a#1: stop shutdown'])
    expect(on.system.deadLetters.list().map(({ reason, path }) => `${reason} ${path}`)).toEqual([
      'stopped /a',
      'stopped /b',
    ])
  })

  test('attributes what its stop hook sends without a context to it, not to its parent', async () => {
    const on = await stage(troupe({ a: {}, b: { stop: () => void at(on, '/a').send(() => undefined) } }))
    const senders: unknown[] = []
    on.system.events.on('sent', ({ sender }) => senders.push(sender))
    await on.world.until(on.system.stop())
    expect(senders).toEqual(['/b'])
  })

  test('by a kill runs no stop hook, also while one is under way', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log, stop: () => hold.promise } }))
    const hold = gate()
    await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
    expect(log).toEqual(['a#1: init', 'a#1: stop shutdown'])
    const ends: unknown[] = []
    on.system.events.on('terminated', ({ incarnation, reason }) => ends.push([incarnation, reason]))
    on.system.exit('/a', 'kill')
    await on.world.settle()
    hold.open()
    await on.world.settle()
    expect(ends).toEqual([[1, 'killed']])
    expect(log).toEqual(['a#1: init', 'a#1: stop shutdown', 'a#2: init'])
  })

  test('drops other signals that come while it is stopping', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log, trapExit: true, stop: (ctx) => ctx.sleep('1s') } }))
    await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
    on.system.exit('/a', 'shutdown')
    on.system.exit('/a', new Error('other'))
    await on.world.run()
    expect(log).toEqual(['a#1: init', 'a#1: stop shutdown', 'a#2: init'])
  })

  test('in the middle of its own synchronous handler waits for the end of that handler', async () => {
    const log: string[] = []
    const on = await stage(puppet({ log }))
    let stopped: Promise<unknown> | undefined
    on.system.send<Order>('/', () => {
      stopped = on.system.stop()
      log.push('goes on')
      return 'state'
    })
    on.system.send<Order>('/', () => void log.push('waited'))
    await on.world.settle()
    expect(await stopped).toBe('shutdown')
    expect(log).toEqual(['#1: init', 'goes on', '#1: stop shutdown'])
  })

  test('asked for by one of its actors stops the whole tree', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log }, b: { log } }))
    let stopped: Promise<unknown> | undefined
    await tell(on, '/a', () => {
      stopped = on.system.stop()
      log.push('goes on')
    })
    expect(await stopped).toBe('shutdown')
    expect(log).toEqual(['a#1: init', 'b#1: init', 'goes on', 'b#1: stop shutdown', 'a#1: stop shutdown'])
  })
})

describe('a handler that stops the system', () => {
  test('is not killed under its own feet, also where its actor is stopped brutally', async () => {
    const { supervisor } = await import('holdfast')
    const log: string[] = []
    const on = await stage(supervisor({ children: [{ id: 'a', start: puppet({ log }), shutdown: 'brutal-kill' }] }))
    on.system.send<Order>('/a', (ctx) => {
      void on.system.stop()
      log.push(`goes on, ${ctx.stale ? 'stale' : 'alive'}`)
      return 'state'
    })
    for (let i = 0; i < 3; i++)
      on.system.send<Order>('/a', (_ctx, state) => void log.push(`handled in ${String(state)}`))
    await on.world.settle()
    expect(log.slice(0, 2)).toEqual(['a#1: init', 'goes on, alive'])
    expect(await on.system.terminated).toBe('shutdown')
    expect(log.length - 2 + on.system.deadLetters.count).toBe(3)
  })
})

describe('a parent that is killed while it stops a child', () => {
  test('leaves no timer that could kill the next incarnation of that child', async () => {
    const { supervisor } = await import('holdfast')
    const inner = troupe({ leaf: { init: () => 0, stop: (ctx) => (ctx.incarnation === 1 ? never : undefined) } })
    const on = await stage(
      supervisor({ intensity: { restarts: 9, within: '1s' }, children: [{ id: 's', start: inner, shutdown: '1s' }] }),
    )
    const { supervisorOf } = await import('holdfast')
    void supervisorOf(on.system.ref('/s')).terminateChild('leaf')
    await on.world.settle()
    on.system.exit('/s', 'kill')
    await on.world.settle()
    expect([at(on, '/s/leaf').incarnation, at(on, '/s/leaf').alive]).toEqual([2, true])
    await on.world.run()
    expect(on.world.clock.now()).toBe(0)
    expect([at(on, '/s/leaf').incarnation, at(on, '/s/leaf').alive]).toEqual([2, true])
  })
})

describe('a restart in the middle of a group', () => {
  test('that starts asynchronously keeps its messages until it has started', async () => {
    const { supervisor } = await import('holdfast')
    const log: string[] = []
    const hold = gate()
    const slow = puppet({ log, init: (ctx) => (ctx.incarnation === 1 ? 0 : hold.promise), stop: (ctx) => ctx.sleep(5) })
    const on = await stage(
      supervisor({
        strategy: 'one-for-all',
        intensity: { restarts: 9, within: '1s' },
        children: [
          { id: 'a', start: puppet() },
          { id: 'b', start: slow },
        ],
      }),
    )
    await tell(on, '/a', () => {
      throw boom
    })
    await on.world.run()
    on.system.send<Order>('/b', (ctx) => void log.push(`${ctx.self}`))
    on.system.exit('/b', 'shutdown')
    await on.world.settle()
    expect(log).toEqual(['b#1: init', 'b#1: stop shutdown', 'b#2: init'])
    hold.open()
    await on.world.run()
    expect(log.slice(3)).toEqual(['b#2: stop shutdown', 'b#3: init', '/b#3'])
  })
})
