import { type Context, ignore, type SupervisorSpec, supervisor, supervisorOf } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, type Order, puppet, type Stage, stage } from '../actor/stage.js'
import { boom, crash, crashNow, plan, shown, sup } from './scene.js'

const free = { restarts: 1_000, within: '1s' } as const

function refused(code: string): object {
  return { ok: false, error: { code } }
}

/** A supervisor of one worker, `a`. */
function one(spec: Partial<SupervisorSpec> = {}): Promise<Stage> {
  return stage(supervisor({ intensity: free, children: [{ id: 'a', start: puppet() }], ...spec }))
}

describe('startChild', () => {
  test('adds a child last in start order, which outlives its own crashes, not its supervisor', async () => {
    const on = await one()
    const answer = await on.world.until(sup(on).startChild<Order>({ id: 'b', start: puppet() }))
    expect(answer).toEqual({ ok: true, ref: at(on, '/b') })
    await crashNow(on, '/b')
    await crashNow(on, '/a')
    expect(await shown(on)).toBe('a#2, b#2')
  })

  test('is refused where the id is taken: by a running child, or one that is down', async () => {
    const on = await one()
    const spec = { id: 'a', start: puppet() }
    const running = await on.world.until(sup(on).startChild(spec))
    expect(running).toEqual({ ok: false, error: { code: 'already_started', ref: at(on, '/a') } })
    await on.world.until(sup(on).terminateChild('a'))
    expect(await on.world.until(sup(on).startChild(spec))).toEqual(refused('already_present'))
  })

  test('that fails keeps nothing of the child, and says why', async () => {
    const on = await one()
    for (const init of [() => Promise.reject(boom), plan('fail')]) {
      const answer = await on.world.until(sup(on).startChild({ id: 'b', start: puppet({ init }) }))
      expect(answer).toMatchObject(refused('start_failed'))
      if (!answer.ok && answer.error.code === 'start_failed') expect(answer.error.reason).toBeInstanceOf(Error)
      expect(await shown(on)).toBe('a#1')
      expect(() => on.system.ref('/b')).toThrow('no actor stands at /b')
    }
    expect(await on.world.until(sup(on).startChild({ id: 'b', start: puppet() }))).toMatchObject({ ok: true })
  })

  test('of a child that declines keeps its spec, unless it is temporary or an instance', async () => {
    const shy = puppet({ init: () => ignore })
    const on = await one()
    const declined = { ok: true, ref: undefined }
    expect(await on.world.until(sup(on).startChild({ id: 'b', start: shy }))).toEqual(declined)
    expect(await on.world.until(sup(on).startChild({ id: 'c', start: shy, restart: 'temporary' }))).toEqual(declined)
    expect(await shown(on)).toBe('a#1, b down')
    const instances = await stage(supervisor({ strategy: 'simple-one-for-one', children: [{ id: 'w', start: shy }] }))
    expect(await instances.world.until(sup(instances).startChild())).toEqual(declined)
    expect(await shown(instances)).toBe('')
  })

  test('hands on what init announces, and forgets it afterwards', async () => {
    const chatty = puppet({ init: (ctx) => ctx.startInfo({ port: 8_000 + ctx.incarnation }) })
    const late = puppet({
      init: async (ctx) => {
        await ctx.sleep(5)
        ctx.startInfo('late')
      },
    })
    const on = await one()
    expect(await on.world.until(sup(on).startChild({ id: 'b', start: chatty }))).toMatchObject({
      info: { port: 8_001 },
    })
    expect(await on.world.until(sup(on).startChild({ id: 'c', start: late }))).toMatchObject({ info: 'late' })
    await on.world.until(sup(on).terminateChild('b'))
    expect(await on.world.until(sup(on).restartChild('b'))).toMatchObject({ info: { port: 8_002 } })
  })

  test('hands on what the init function of a supervisor announces, and nothing of a start that failed', async () => {
    let starts = 0
    const inner = supervisor((ctx) => {
      starts++
      if (starts < 3) ctx.startInfo(`start ${starts}`)
      if (starts === 2) throw boom
      return { children: [] }
    })
    const on = await one()
    expect(await on.world.until(sup(on).startChild({ id: 's', start: inner }))).toMatchObject({ info: 'start 1' })
    await on.world.until(sup(on).terminateChild('s'))
    expect(await on.world.until(sup(on).restartChild('s'))).toMatchObject(refused('start_failed'))
    expect(await on.world.until(sup(on).restartChild('s'))).toEqual({ ok: true, ref: on.system.ref('/s') })
  })

  test('called a hundred times at once starts all, one after the other, in that order', async () => {
    const log: string[] = []
    const on = await one()
    const ids = Array.from({ length: 100 }, (_value, i) => `c${i}`)
    const start = puppet({
      async init(ctx) {
        log.push(`${ctx.path} begins`)
        await ctx.sleep(1)
        log.push(`${ctx.path} is up`)
      },
    })
    const answers = await on.world.until(Promise.all(ids.map((id) => sup(on).startChild({ id, start }))))
    expect(answers.map((answer) => answer.ok && answer.ref?.path)).toEqual(ids.map((id) => `/${id}`))
    expect(log).toEqual(ids.flatMap((id) => [`/${id} begins`, `/${id} is up`]))
    expect(await shown(on)).toBe(['a#1', ...ids.map((id) => `${id}#1`)].join(', '))
    expect(on.world.clock.now()).toBe(100)
  })
})

describe('a child whose restart has just failed', () => {
  test('is restarting to all requests that came meanwhile, and terminate calls the next attempt off', async () => {
    const init = async (ctx: Context<Order>): Promise<void> => {
      if (ctx.incarnation === 1) return
      await ctx.sleep(10)
      throw boom
    }
    const on = await one({ children: [{ id: 'a', start: puppet({ init }) }] })
    await crashNow(on, '/a')
    const answers = await on.world.until(
      Promise.all([
        sup(on).startChild({ id: 'a', start: puppet() }),
        sup(on).restartChild('a'),
        sup(on).deleteChild('a'),
        sup(on).whichChildren(),
        sup(on).countChildren(),
        sup(on).terminateChild('a'),
        sup(on).deleteChild('a'),
      ]),
    )
    expect(answers).toEqual([
      refused('already_present'),
      refused('restarting'),
      refused('restarting'),
      { ok: true, children: [{ id: 'a', child: 'restarting', type: 'worker' }] },
      { ok: true, counts: { specs: 1, active: 0, supervisors: 0, workers: 1 } },
      { ok: true },
      { ok: true },
    ])
    await on.world.run()
    expect([await shown(on), on.world.clock.now()]).toEqual(['', 10])
  })
})

describe('restartChild', () => {
  test('answers not_found, running, and starts one that is down without counting that as a restart', async () => {
    const on = await one({ intensity: { restarts: 0, within: '1s' } })
    expect(await on.world.until(sup(on).restartChild('x'))).toEqual(refused('not_found'))
    expect(await on.world.until(sup(on).restartChild('a'))).toEqual(refused('running'))
    for (let i = 2; i < 5; i++) {
      await on.world.until(sup(on).terminateChild('a'))
      expect(await on.world.until(sup(on).restartChild('a'))).toEqual({ ok: true, ref: at(on, '/a') })
      expect(await shown(on)).toBe(`a#${i}`)
    }
  })

  test('that fails or declines leaves it down', async () => {
    const on = await one({
      children: [
        { id: 'a', start: puppet({ init: plan('ok', 'fail') }) },
        { id: 'b', start: puppet({ init: (ctx) => (ctx.incarnation === 2 ? ignore : 0) }) },
      ],
    })
    for (const id of ['a', 'b']) await on.world.until(sup(on).terminateChild(id))
    expect(await on.world.until(sup(on).restartChild('a'))).toMatchObject(refused('start_failed'))
    expect(await on.world.until(sup(on).restartChild('b'))).toEqual({ ok: true, ref: undefined })
    expect(await shown(on)).toBe('a down, b down')
  })
})

describe('terminateChild', () => {
  test('is ok for one that is down, and says not_found for any ref where children have ids', async () => {
    const on = await one()
    for (let i = 0; i < 2; i++) expect(await on.world.until(sup(on).terminateChild('a'))).toEqual({ ok: true })
    expect(await on.world.until(sup(on).terminateChild('x'))).toEqual(refused('not_found'))
    expect(await on.world.until(sup(on).terminateChild(at(on, '/a')))).toEqual(refused('not_found'))
  })

  test('forgets a temporary child, and its id is free', async () => {
    const on = await one({ children: [{ id: 'a', start: puppet(), restart: 'temporary' }] })
    await on.world.until(sup(on).terminateChild('a'))
    expect(await on.world.until(sup(on).restartChild('a'))).toEqual(refused('not_found'))
    expect(await on.world.until(sup(on).startChild({ id: 'a', start: puppet() }))).toMatchObject({ ok: true })
  })

  test('of one that crashed a moment ago wins: it stays down and nothing is counted', async () => {
    const on = await one({ intensity: { restarts: 0, within: '1s' } })
    const restarts: unknown[] = []
    on.system.events.on('restart', (event) => restarts.push(event))
    const ended = sup(on).terminateChild('a')
    on.system.send('/a', crash)
    expect([await on.world.until(ended), restarts, on.system.running]).toEqual([{ ok: true }, [], true])
    await on.world.settle()
    expect(on.system.running).toBe(true)
  })

  test('waits for the end, and the other children go on meanwhile', async () => {
    const log: string[] = []
    const on = await one({
      children: [
        { id: 'a', start: puppet({ stop: (ctx) => ctx.sleep(50) }) },
        { id: 'b', start: puppet() },
      ],
    })
    const ended = sup(on)
      .terminateChild('a')
      .then(() => log.push(`down at ${on.world.clock.now()}`))
    await on.world.advance(10)
    on.system.send<Order>('/b', () => void log.push('b goes on'))
    await on.world.until(ended)
    expect(log).toEqual(['b goes on', 'down at 50'])
  })
})

describe('deleteChild and childSpec', () => {
  test('answer not_found, running, and ok once it is down', async () => {
    const on = await one()
    expect(await on.world.until(sup(on).deleteChild('x'))).toEqual(refused('not_found'))
    expect(await on.world.until(sup(on).deleteChild('a'))).toEqual(refused('running'))
    expect(await on.world.until(sup(on).childSpec('a'))).toEqual({
      ok: true,
      spec: { id: 'a', restart: 'permanent', shutdown: 5_000, significant: false, type: 'worker' },
    })
    await on.world.until(sup(on).terminateChild('a'))
    expect(await on.world.until(sup(on).deleteChild('a'))).toEqual({ ok: true })
    expect(await on.world.until(sup(on).childSpec('a'))).toEqual(refused('not_found'))
  })
})

describe('supervisorOf', () => {
  test('refuses the ref of anything that is no supervisor', async () => {
    const on = await one()
    expect(() => supervisorOf(at(on, '/a'))).toThrow('/a is not a supervisor; give the ref of one')
    expect(() => supervisorOf(at(on, '/a'))).toThrow(
      expect.objectContaining({ code: 'no-such-actor', data: { path: '/a' } }),
    )
  })

  test('gives the same supervisor as an actor, which takes no messages', async () => {
    const on = await one()
    expect(sup(on).ref).toBe(on.system.ref('/'))
    expect(on.system.send('/', 'x' as never)).toBe(false)
    expect(on.letters()).toEqual(['not-understood / x'])
  })

  test('outlives restarts of the supervisor, like its ref', async () => {
    const on = await stage(
      supervisor({ intensity: free, children: [{ id: 's', start: supervisor({ children: [] }) }] }),
    )
    const api = sup(on, '/s')
    on.system.exit('/s', 'kill')
    await on.world.settle()
    expect(await on.world.until(api.startChild({ id: 'x', start: puppet() }))).toMatchObject({ ok: true })
  })
})
