import { ignore, type SupervisorSpec, supervisor } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, gate, type Order, type Part, puppet, type Stage, stage } from '../actor/stage.js'
import { boom, crash, crashNow, expectNoTimers, house, plan, record, shown, steady, sup } from './scene.js'

/** A child that has crashed twice, and waits. */
async function waiting(options: Partial<SupervisorSpec> = {}): Promise<Stage> {
  const on = await stage(house('one-for-one', { a: {}, b: {} }, options))
  await crashNow(on, '/a')
  await crashNow(on, '/a')
  return on
}

describe('with backoff', () => {
  test('the first restart is immediate, and each that follows in a row waits longer, to the millisecond', async () => {
    const on = await stage(house('one-for-one', { a: {} }))
    const starts = record(on, 'started')
    for (let i = 0; i < 6; i++) {
      await crashNow(on, '/a')
      await on.world.run()
    }
    const times = [0, 1_000, 3_000, 7_000, 15_000, 23_000]
    expect(starts).toEqual(times.map((timeMs) => `at ${timeMs}: started /a`))
  })

  test('a child that waits is shown as restarting and counts as not active, its siblings go on', async () => {
    const on = await waiting()
    expect(await shown(on)).toBe('a restarting, b#1')
    const counted = await on.world.until(sup(on).countChildren())
    expect(counted).toEqual({ ok: true, counts: { specs: 2, active: 1, supervisors: 0, workers: 2 } })
    expect(at(on, '/a').alive).toBe(false)
    await on.world.advance(999)
    expect(await shown(on)).toBe('a restarting, b#1')
    await on.world.advance(1)
    expect(await shown(on)).toBe('a#3, b#1')
    await expectNoTimers(on)
  })

  test('a child that stays up for the reset time starts over with an immediate restart', async () => {
    const on = await waiting({ backoff: { ...steady, reset: '10s' } })
    await on.world.advance('1s')
    await on.world.advance(9_999)
    await crashNow(on, '/a')
    expect(await shown(on)).toBe('a restarting, b#1')
    await on.world.advance('2s')
    await on.world.advance('10s')
    await crashNow(on, '/a')
    expect(await shown(on)).toBe('a#5, b#1')
  })

  test('says so: restart with its delay, backoff with the failures in a row', async () => {
    const on = await stage(house('one-for-one', { a: {} }))
    const told: unknown[] = []
    on.system.events.on('restart', ({ path, delayMs }) => told.push([path, delayMs]))
    on.system.events.on('backoff', ({ path, supervisor, delayMs, failures }) =>
      told.push([path, supervisor, delayMs, failures]),
    )
    await crashNow(on, '/a')
    await crashNow(on, '/a')
    expect(told).toEqual([
      ['/a', 0],
      ['/a', 1_000],
      ['/a', '/', 1_000, 2],
    ])
  })

  test("a child's own overrides its supervisor's, and false means none", async () => {
    const on = await stage(
      house('one-for-one', { a: {}, b: { backoff: { initial: 5, jitter: 'none' } }, c: { backoff: false } }),
    )
    const starts = record(on, 'started')
    for (const path of ['/a', '/b', '/c', '/a', '/b', '/c']) await crashNow(on, path)
    await on.world.run()
    expect(starts.slice(3)).toEqual(['at 0: started /c', 'at 5: started /b', 'at 1000: started /a'])
  })

  test("a child's own is used where its supervisor has none", async () => {
    const on = await stage(
      supervisor({
        intensity: { restarts: 9, within: '1s' },
        children: [{ id: 'a', start: puppet(), backoff: steady }],
      }),
    )
    await crashNow(on, '/a')
    await crashNow(on, '/a')
    expect(await shown(on)).toBe('a restarting')
  })

  test('a supervisor below waits like any child, and nothing runs below it meanwhile', async () => {
    const inner = supervisor({
      intensity: { restarts: 0, within: '1s' },
      children: [{ id: 'leaf', start: puppet() }],
    })
    const on = await stage(
      supervisor({
        intensity: { restarts: 9, within: '1s' },
        backoff: steady,
        children: [{ id: 's', start: inner }],
      }),
    )
    await crashNow(on, '/s/leaf')
    await crashNow(on, '/s/leaf')
    expect([await shown(on), at(on, '/s/leaf').alive, await shown(on, '/s')]).toEqual(['s restarting', false, 'noproc'])
    await on.world.advance('1s')
    expect([await shown(on), await shown(on, '/s')]).toEqual(['s#3', 'leaf#3'])
  })

  test('instances of a template wait each for itself', async () => {
    const template = { id: 'w', start: puppet() }
    const on = await stage(
      supervisor({
        strategy: 'simple-one-for-one',
        intensity: { restarts: 9, within: '1s' },
        backoff: steady,
        children: [template],
      }),
    )
    for (let i = 0; i < 3; i++) await on.world.until(sup(on).startChild())
    await crashNow(on, '/w-1')
    await crashNow(on, '/w-1')
    await on.world.advance(400)
    await crashNow(on, '/w-3')
    await crashNow(on, '/w-3')
    expect(await shown(on)).toBe('w-1 restarting, w-2#1, w-3 restarting')
    await on.world.advance(600)
    expect(await shown(on)).toBe('w-1#3, w-2#1, w-3 restarting')
    const ended = await on.world.until(sup(on).terminateChild(at(on, '/w-3')))
    expect([ended, await shown(on)]).toEqual([{ ok: true }, 'w-1#3, w-2#1'])
    await expectNoTimers(on)
  })

  test('the same seed gives the same waits, another seed others, and each child its own', async () => {
    const run = async (seed: number): Promise<string[]> => {
      const on = await stage(
        house('one-for-one', { a: {}, b: {} }, { backoff: { initial: '1s', max: '1h', jitter: 'full' } }),
        { seed },
      )
      const starts = record(on, 'started')
      for (let i = 0; i < 4; i++) {
        await crashNow(on, '/a')
        await crashNow(on, '/b')
        await on.world.run()
      }
      return starts
    }
    const [first, again, other] = [await run(3), await run(3), await run(4)]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
    expect(new Set(first.map((line) => line.split(':')[0])).size).toBe(7)
  })
})

describe('a child that waits for its restart', () => {
  test('answers requests as one that is restarting does in OTP', async () => {
    const on = await waiting()
    const supervisorRef = sup(on)
    const answers = await on.world.until(
      Promise.all([
        supervisorRef.restartChild('a'),
        supervisorRef.startChild({ id: 'a', start: puppet() }),
        supervisorRef.childSpec('a'),
      ]),
    )
    expect(answers).toMatchObject([
      { ok: false, error: { code: 'restarting' } },
      { ok: false, error: { code: 'already_present' } },
      { ok: true, spec: { id: 'a' } },
    ])
    await on.world.run()
    expect(await shown(on)).toBe('a#3, b#1')
  })

  test('is deleted at once: the wait is over, and it never comes back', async () => {
    const on = await waiting()
    expect(await on.world.until(sup(on).deleteChild('a'))).toEqual({ ok: true })
    expect(await shown(on)).toBe('b#1')
    await expectNoTimers(on)
  })

  test('is terminated at once: the wait is over, it stays down and can be started or deleted', async () => {
    const on = await waiting()
    expect(await on.world.until(sup(on).terminateChild('a'))).toEqual({ ok: true })
    expect(await shown(on)).toBe('a down, b#1')
    await expectNoTimers(on)
    expect(await on.world.until(sup(on).restartChild('a'))).toMatchObject({ ok: true })
    expect(await shown(on)).toBe('a#3, b#1')
    await on.world.until(sup(on).terminateChild('a'))
    expect(await on.world.until(sup(on).deleteChild('a'))).toEqual({ ok: true })
    expect(await shown(on)).toBe('b#1')
  })

  test('terminated at the very instant its wait is over stays down', async () => {
    const on = await waiting()
    on.world.timers.after(1_000, () => undefined)
    const ended = sup(on).terminateChild('a')
    await on.world.advance('1s')
    expect([await ended, await shown(on)]).toEqual([{ ok: true }, 'a down, b#1'])
  })

  test('keeps what is sent to it, and handles it after the restart, behind what had waited before', async () => {
    const on = await stage(house('one-for-one', { a: {} }))
    const handled: string[] = []
    const order =
      (name: string): Order =>
      (ctx) =>
        void handled.push(`${name} by ${ctx.incarnation}`)
    await crashNow(on, '/a')
    on.system.send('/a', crash)
    on.system.send('/a', order('before'))
    await on.world.settle()
    expect(on.system.send('/a', order('meanwhile'))).toBe(true)
    await on.world.settle()
    expect(handled).toEqual([])
    await on.world.run()
    expect(handled).toEqual(['before by 3', 'meanwhile by 3'])
  })

  test('answers a question after the restart', async () => {
    const on = await waiting()
    const answer = on.system.ask(
      at(on, '/a'),
      (reply): Order =>
        (ctx) =>
          void reply.send(ctx.incarnation),
      { timeout: '2s' },
    )
    expect(await on.world.until(answer)).toBe(3)
  })

  test('loses what is sent to it when it is terminated', async () => {
    const on = await waiting()
    on.system.send('/a', 'meanwhile' as never)
    await on.world.until(sup(on).terminateChild('a'))
    expect(on.system.send('/a', 'afterwards' as never)).toBe(false)
    expect(on.letters().slice(2)).toEqual(['stopped /a meanwhile', 'stopped /a afterwards'])
  })

  test('is given up when its supervisor stops: no timer is left, nothing starts any more', async () => {
    const on = await waiting()
    const starts = record(on, 'started')
    expect(await on.world.until(on.system.stop())).toBe('shutdown')
    await expectNoTimers(on)
    expect(starts).toEqual([])
  })

  test('is given up when its supervisor is killed, and is up again with the next incarnation of that', async () => {
    const on = await stage(
      supervisor({
        intensity: { restarts: 9, within: '1s' },
        children: [{ id: 's', start: house('one-for-one', { a: {} }) }],
      }),
    )
    await crashNow(on, '/s/a')
    await crashNow(on, '/s/a')
    on.system.exit('/s', 'kill')
    await on.world.settle()
    expect(await shown(on, '/s')).toBe('a#3')
    await expectNoTimers(on)
    // What was known of its failures ended with the supervisor that knew it.
    await crashNow(on, '/s/a')
    expect(await shown(on, '/s')).toBe('a#4')
  })

  test('is given up when a sibling takes its supervisor down', async () => {
    const on = await stage(
      house('one-for-one', { a: {}, b: { backoff: false } }, { intensity: { restarts: 3, within: '1s' } }),
    )
    for (const path of ['/a', '/a', '/b', '/b']) await crashNow(on, path)
    expect(await on.system.terminated).toBe('shutdown')
    await expectNoTimers(on)
  })

  test('comes back although its supervisor is in the middle of something when the wait is over', async () => {
    const on = await waiting()
    const hold = gate()
    const added = sup(on).startChild({ id: 'slow', start: puppet({ init: () => hold.promise }) })
    await on.world.advance('5s')
    expect(at(on, '/a').alive).toBe(false)
    hold.open()
    await on.world.until(added)
    expect(await shown(on)).toBe('a#3, b#1, slow#1')
  })
})

describe('a restart that fails under backoff', () => {
  test('is tried again after ever longer waits until it works, and the child is never lost', async () => {
    const on = await stage(house('one-for-one', { a: { init: plan('ok', 'fail', 'fail', 'fail') } }))
    const log = record(on, 'start-failed', 'started')
    await crashNow(on, '/a')
    expect([log, await shown(on)]).toEqual([['at 0: start-failed /a'], 'a restarting'])
    await on.world.advance('2s')
    expect(await shown(on)).toBe('a restarting')
    await on.world.run()
    expect(log.slice(1)).toEqual(['at 1000: start-failed /a', 'at 3000: start-failed /a', 'at 7000: started /a'])
    expect(await shown(on)).toBe('a#5')
  })

  test('is tried again also where init fails later than it returns', async () => {
    let starts = 0
    const init: Part['init'] = async (ctx) => {
      await ctx.sleep(10)
      starts++
      if (starts === 2 || starts === 3) throw boom
    }
    const on = await stage(house('one-for-one', { a: { init } }))
    const log = record(on, 'start-failed', 'started')
    await crashNow(on, '/a')
    await on.world.run()
    expect(log).toEqual(['at 20: start-failed /a', 'at 1030: start-failed /a', 'at 3040: started /a'])
  })

  test('does not use the budget up while it waits: only crashes count', async () => {
    const on = await stage(
      house(
        'one-for-one',
        { a: { init: plan('ok', ...new Array<'fail'>(40).fill('fail'), 'ok') } },
        { intensity: { restarts: 2, within: '1h' } },
      ),
    )
    const used: number[] = []
    on.system.events.on('restart', ({ restartsUsed }) => used.push(restartsUsed))
    await crashNow(on, '/a')
    await on.world.run()
    expect([await shown(on), used]).toEqual(['a#42', [1]])
    await crashNow(on, '/a')
    await on.world.run()
    expect([await shown(on), used]).toEqual(['a#43', [1, 2]])
    await crashNow(on, '/a')
    expect(await on.system.terminated).toBe('shutdown')
  })

  test('counts each time without backoff, as in OTP', async () => {
    const on = await stage(
      house(
        'one-for-one',
        { a: { init: plan('ok', 'fail', 'fail'), backoff: false } },
        { intensity: { restarts: 2, within: '1h' } },
      ),
    )
    await crashNow(on, '/a')
    expect(await on.system.terminated).toBe('shutdown')
  })

  test('that declines with ignore ends the trying', async () => {
    const on = await stage(house('one-for-one', { a: { init: (ctx) => (ctx.incarnation < 3 ? 0 : ignore) }, b: {} }))
    await crashNow(on, '/a')
    await crashNow(on, '/a')
    await on.world.advance('1s')
    expect(await shown(on)).toBe('a down, b#1')
    expect(on.system.send('/a', 'x' as never)).toBe(false)
    await expectNoTimers(on)
  })

  test('can be called off by terminate, and started again by hand', async () => {
    const on = await stage(house('one-for-one', { a: { init: plan('ok', 'fail', 'fail') } }))
    await crashNow(on, '/a')
    await on.world.until(sup(on).terminateChild('a'))
    await expectNoTimers(on)
    const again = await on.world.until(sup(on).restartChild('a'))
    expect(again).toMatchObject({ ok: false, error: { code: 'start_failed' } })
    expect(await shown(on)).toBe('a down')
    expect(await on.world.until(sup(on).restartChild('a'))).toMatchObject({ ok: true })
  })
})

describe('many that wait', () => {
  test('cost no more each when they are stopped together', async () => {
    const count = 20_000
    const on = await stage(
      supervisor({
        strategy: 'simple-one-for-one',
        intensity: { restarts: 10 * count, within: '1s' },
        backoff: steady,
        children: [{ id: 'w', start: puppet({ hook: false }) }],
      }),
    )
    for (let i = 0; i < count; i++) void sup(on).startChild()
    await on.world.settle()
    for (const round of [1, 2]) {
      for (let i = 1; i <= count; i++) on.system.send<Order>(`/w-${i}`, crash)
      await on.world.settle()
      expect(at(on, `/w-${count}`).incarnation).toBe(Math.min(round + 1, 2))
    }
    expect(at(on, '/w-7').alive).toBe(false)
    expect(await on.world.until(on.system.stop())).toBe('shutdown')
    await expectNoTimers(on)
  }, 20_000)
})
