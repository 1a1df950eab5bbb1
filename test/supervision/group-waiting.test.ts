import fc from 'fast-check'
import type { Strategy } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, type Order, puppet, stage } from '../actor/stage.js'
import { boom, crash, crashNow, expectNoTimers, house, plan, record, shown, sup } from './scene.js'

describe('a group under backoff', () => {
  async function group(strategy: Strategy, parts: Parameters<typeof house>[1] = { a: {}, b: {}, c: {} }) {
    const log: string[] = []
    const told = Object.fromEntries(Object.entries(parts).map(([id, part]) => [id, { log, ...part }]))
    const on = await stage(house(strategy, told))
    await crashNow(on, '/b')
    log.length = 0
    return { on, log }
  }

  test('stops at once, waits as one, and starts together in start order', async () => {
    for (const [strategy, stopped, kept, started] of [
      ['one-for-all', 'c,a', '', 'a,b,c'],
      ['rest-for-one', 'c', 'a#1', 'b,c'],
    ] as const) {
      const { on, log } = await group(strategy)
      await crashNow(on, '/b')
      const stops = log.filter((line) => line.includes('stop shutdown')).map((line) => line[0])
      expect(stops.join()).toBe(stopped)
      expect(await shown(on)).toBe(`${kept === '' ? 'a restarting' : kept}, b restarting, c restarting`)
      log.length = 0
      await on.world.advance(999)
      expect(log).toEqual([])
      await on.world.advance(1)
      expect(log.map((line) => line[0]).join()).toBe(started)
      expect(log.every((line) => line.endsWith('#3: init'))).toBe(true)
      await expectNoTimers(on)
    }
  })

  test('starts in order also where starting takes time, one after the other', async () => {
    const { on, log } = await group('one-for-all', {
      a: { init: (ctx) => ctx.sleep(10) },
      b: { init: (ctx) => ctx.sleep(10) },
    })
    await on.world.run()
    const startedMs = on.world.clock.now()
    await crashNow(on, '/b')
    log.length = 0
    const ups = record(on, 'started')
    await on.world.run()
    expect(log).toEqual(['a#3: init', 'b#3: init'])
    expect(ups).toEqual([`at ${startedMs + 1_010}: started /a`, `at ${startedMs + 1_020}: started /b`])
  })

  test('starts without the one that was terminated while it waited', async () => {
    for (const gone of ['a', 'b', 'c']) {
      const { on } = await group('one-for-all')
      await crashNow(on, '/b')
      expect(await on.world.until(sup(on).terminateChild(gone))).toEqual({ ok: true })
      await on.world.run()
      const expected = ['a', 'b', 'c'].map((id) => (id === gone ? `${id} down` : `${id}#3`)).join(', ')
      expect(await shown(on)).toBe(expected)
    }
  })

  test('waits no longer once all of it has been terminated', async () => {
    const { on } = await group('one-for-all')
    await crashNow(on, '/b')
    for (const id of ['a', 'b', 'c']) await on.world.until(sup(on).terminateChild(id))
    expect(await shown(on)).toBe('a down, b down, c down')
    await expectNoTimers(on)
  })

  test('of rest-for-one is taken over when an earlier sibling crashes meanwhile', async () => {
    const { on, log } = await group('rest-for-one')
    await crashNow(on, '/b')
    log.length = 0
    await on.world.advance(300)
    await crashNow(on, '/a')
    expect(log.filter((line) => line.endsWith('init'))).toEqual(['a#2: init', 'b#3: init', 'c#3: init'])
    await expectNoTimers(on)
  })

  test('is taken over by the longer wait of an earlier sibling, not started twice', async () => {
    const { on } = await group('rest-for-one')
    await crashNow(on, '/a')
    await crashNow(on, '/b')
    await on.world.advance(500)
    const starts = record(on, 'started')
    await crashNow(on, '/a')
    expect(await shown(on)).toBe('a restarting, b restarting, c restarting')
    await on.world.run()
    expect(starts).toEqual(['at 1500: started /a', 'at 1500: started /b', 'at 1500: started /c'])
  })

  test('of one-for-all is taken over when a child that was added meanwhile crashes', async () => {
    const { on } = await group('one-for-all')
    await crashNow(on, '/b')
    await on.world.until(sup(on).startChild({ id: 'd', start: puppet() }))
    await crashNow(on, '/d')
    expect(await shown(on)).toBe('a#3, b#3, c#3, d#2')
    await expectNoTimers(on)
  })

  test('loses its temporary members when it stops', async () => {
    const { on } = await group('one-for-all', { a: { restart: 'temporary' }, b: {}, c: {} })
    expect(await shown(on)).toBe('b#2, c#2')
    await crashNow(on, '/b')
    await on.world.run()
    expect(await shown(on)).toBe('b#3, c#3')
  })

  test('stops slow siblings in order before it waits, and the wait begins after that', async () => {
    const { on } = await group('one-for-all', { a: { stop: (ctx) => ctx.sleep(200) }, b: {}, c: {} })
    await on.world.run()
    const startMs = on.world.clock.now()
    await crashNow(on, '/b')
    const starts = record(on, 'started')
    await on.world.run()
    expect(starts[0]).toBe(`at ${startMs + 1_200}: started /a`)
  })

  test('in which another one fails to start waits again as one, and loses nobody', async () => {
    for (const [strategy, inits] of [
      ['one-for-all', ['a', 'b', 'c']],
      ['rest-for-one', ['c']],
    ] as const) {
      const log: string[] = []
      const on = await stage(
        house(strategy, {
          a: { log },
          b: { log },
          c: { log, init: plan('ok', 'fail', 'fail') },
          d: { log },
        }),
      )
      log.length = 0
      await crashNow(on, '/b')
      expect(await shown(on)).toBe(
        strategy === 'one-for-all'
          ? 'a restarting, b restarting, c restarting, d restarting'
          : 'a#1, b#2, c restarting, d restarting',
      )
      log.length = 0
      await on.world.advance('1s')
      expect(log.filter((line) => line.endsWith('init')).map((line) => line[0])).toEqual(inits)
      log.length = 0
      await on.world.advance('2s')
      expect(await shown(on)).toBe(strategy === 'one-for-all' ? 'a#4, b#4, c#4, d#2' : 'a#1, b#2, c#4, d#2')
      await expectNoTimers(on)
    }
  })

  test('in which one without backoff fails to start is tried again at once, and loses nobody', async () => {
    const on = await stage(
      house('one-for-all', { a: {}, b: { init: plan('ok', 'ok', 'fail', 'fail'), backoff: false }, c: {} }),
    )
    await crashNow(on, '/a')
    const used: number[] = []
    on.system.events.on('restart', ({ restartsUsed }) => used.push(restartsUsed))
    await on.world.advance('5s')
    await crashNow(on, '/a')
    expect(await shown(on)).toBe('a restarting, b restarting, c restarting')
    await on.world.advance('1s')
    expect([await shown(on), used]).toEqual(['a#5, b#5, c#3', [1, 2, 3]])
  })

  test('whose retry is called off shows the others as down and takes no messages for them', async () => {
    const on = await stage(
      house('rest-for-one', { a: { init: (ctx) => (ctx.incarnation === 1 ? 0 : Promise.reject(boom)) }, b: {} }),
    )
    await crashNow(on, '/a')
    expect(await shown(on)).toBe('a restarting, b restarting')
    expect(on.system.send('/b', 'x' as never)).toBe(true)
    for (const id of ['a', 'b']) await on.world.until(sup(on).terminateChild(id))
    expect([await shown(on), on.system.send('/b', 'y' as never)]).toEqual(['a down, b down', false])
    expect(on.letters().slice(1)).toEqual(['stopped /b x', 'stopped /b y'])
    await expectNoTimers(on)
  })

  test('keeps the mailbox of the one that crashed, and empties those of the others', async () => {
    const { on } = await group('one-for-all')
    const handled: string[] = []
    on.system.send('/b', crash)
    on.system.send<Order>('/b', (ctx) => void handled.push(`${ctx.self}`))
    await on.world.settle()
    on.system.send<Order>('/a', (ctx) => void handled.push(`${ctx.self}`))
    await on.world.run()
    expect(handled).toEqual(['/a#3', '/b#3'])
  })
})

const scenario = fc.record({
  seed: fc.nat(),
  strategy: fc.constantFrom<Strategy>('one-for-one', 'one-for-all', 'rest-for-one'),
  /** Which starts fail, counted over all children. */
  failing: fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }),
  /** Which children have backoff. */
  patient: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  steps: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom(0, 100, 700, 3_000)), {
    maxLength: 15,
  }),
})

describe('whatever crashes and fails to start meanwhile', () => {
  test('every child is up again once starting works, and stopping leaves nothing', async () => {
    const ids = ['a', 'b', 'c', 'd']
    await fc.assert(
      fc.asyncProperty(scenario, async ({ seed, strategy, failing, patient, steps }) => {
        let starts = 0
        const init = (): void => {
          starts++
          if (starts > ids.length && failing[starts - ids.length] === true) throw boom
        }
        const parts = Object.fromEntries(
          ids.map((id, i) => [id, patient[i] === true ? { init } : { init, backoff: false as const }]),
        )
        const on = await stage(house(strategy, parts, { intensity: { restarts: 10_000, within: '1s' } }), { seed })
        for (const [id, ms] of steps) {
          on.system.send(`/${id}`, crash)
          await on.world.advance(ms)
        }
        await on.world.run()
        for (const id of ids) expect(at(on, `/${id}`).alive).toBe(true)
        expect(await on.world.until(on.system.stop())).toBe('shutdown')
        await expectNoTimers(on)
      }),
      { numRuns: 150 },
    )
  }, 60_000)
})
