import { actor, type SupervisorSpec, supervisor } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, type Order, puppet, type Stage, stage } from '../actor/stage.js'
import { crashNow, shown, sup } from './scene.js'

const free = { restarts: 1_000, within: '1s' } as const

function refused(code: string): object {
  return { ok: false, error: { code } }
}

/** A template of workers that announce what they were given. */
function pool(log: unknown[] = [], spec: Partial<SupervisorSpec['children'][number]> = {}): Promise<Stage> {
  const worker = puppet({ init: (ctx) => void log.push(ctx.path) })
  return stage(
    supervisor({ strategy: 'simple-one-for-one', intensity: free, children: [{ id: 'w', start: worker, ...spec }] }),
  )
}

describe('instances of a template', () => {
  test('are numbered, or named, and no name is given twice', async () => {
    const on = await pool()
    const add = async (name?: string) => on.world.until(sup(on).startChild(undefined, name))
    for (const name of [undefined, 'x', 'w-3', undefined, undefined]) await add(name)
    expect(await shown(on)).toBe('w-1#1, x#1, w-3#1, w-2#1, w-4#1')
    expect(await add('x')).toEqual({ ok: false, error: { code: 'already_started', ref: at(on, '/x') } })
    expect(await add('w-4')).toEqual({ ok: false, error: { code: 'already_started', ref: at(on, '/w-4') } })
    await on.world.until(sup(on).terminateChild(at(on, '/w-4')))
    await add()
    expect(await shown(on)).toBe('w-1#1, x#1, w-3#1, w-2#1, w-5#1')
    for (const path of ['/w-01', '/w-1e0', '/w-', '/w', '/-1', '/w-1.0', '/w-4']) {
      expect(() => on.system.ref(path)).toThrow(`no actor stands at ${path}`)
    }
  })

  test('whose name is no name are refused', async () => {
    const on = await pool()
    for (const name of ['', 'a/b', 7]) {
      const answer = await on.world.until(sup(on).startChild(undefined, name as string))
      expect(answer).toMatchObject({
        error: { code: 'invalid_spec', error: { code: 'invalid_id', data: { key: 'name', value: name } } },
      })
    }
    expect(await shown(on)).toBe('')
  })

  test('that wait for their restart hold their name', async () => {
    const on = await pool([], { backoff: { initial: '1s', jitter: 'none' } })
    await on.world.until(sup(on).startChild(undefined, 'x'))
    await crashNow(on, '/x')
    await crashNow(on, '/x')
    expect(await on.world.until(sup(on).startChild(undefined, 'x'))).toEqual(refused('already_present'))
    await on.world.run()
    expect(await shown(on)).toBe('x#3')
  })

  test('keep what they were given over their restarts, each its own, or what the template gives', async () => {
    const given: unknown[] = []
    const worker = actor<unknown, Order, unknown>({
      init: (ctx, args) => void given.push(`${ctx.self} ${JSON.stringify(args)}`),
      receive: (state, order, ctx) => order(ctx, state),
    })
    const on = await stage(
      supervisor({
        strategy: 'simple-one-for-one',
        intensity: free,
        children: [{ id: 'w', start: worker, args: 'template' }],
      }),
    )
    for (const args of [{ n: 1 }, undefined, null]) await on.world.until(sup(on).startChild(args))
    for (const path of ['/w-1', '/w-2', '/w-3']) await crashNow(on, path)
    expect(given).toEqual([
      '/w-1#1 {"n":1}',
      '/w-2#1 "template"',
      '/w-3#1 null',
      '/w-1#2 {"n":1}',
      '/w-2#2 "template"',
      '/w-3#2 null',
    ])
  })

  test('are named by ref: every id is refused, dead refs are ok, strangers are not found', async () => {
    const on = await stage(
      supervisor({
        children: [
          {
            id: 'pool',
            start: supervisor({ strategy: 'simple-one-for-one', children: [{ id: 'w', start: puppet() }] }),
          },
          { id: 'stranger', start: puppet() },
        ],
      }),
    )
    const pools = sup(on, '/pool')
    await on.world.until(pools.startChild())
    const first = at(on, '/pool/w-1')
    expect([
      await on.world.until(pools.terminateChild('w-1')),
      await on.world.until(pools.restartChild('w-1')),
      await on.world.until(pools.deleteChild('w-1')),
      await on.world.until(pools.terminateChild(at(on, '/stranger'))),
      await on.world.until(pools.childSpec(at(on, '/stranger'))),
    ]).toEqual([
      refused('simple_one_for_one'),
      refused('simple_one_for_one'),
      refused('simple_one_for_one'),
      refused('not_found'),
      refused('not_found'),
    ])
    expect(await on.world.until(pools.terminateChild(first))).toEqual({ ok: true })
    expect(await on.world.until(pools.terminateChild(first))).toEqual({ ok: true })
    expect(await on.world.until(pools.childSpec(first))).toMatchObject({ ok: true, spec: { id: 'w' } })
    expect(await shown(on, '/pool')).toBe('')
  })

  test('count by their template', async () => {
    const on = await pool([], { restart: 'temporary' })
    for (let i = 0; i < 3; i++) await on.world.until(sup(on).startChild())
    await crashNow(on, '/w-2')
    expect(await on.world.until(sup(on).countChildren())).toEqual({
      ok: true,
      counts: { specs: 1, active: 2, supervisors: 0, workers: 2 },
    })
    expect(await on.world.until(sup(on).whichChildren())).toMatchObject({ children: [{ id: 'w-3' }, { id: 'w-1' }] })
  })

  test('start one after the other in the order asked for', async () => {
    const log: unknown[] = []
    const on = await pool(log)
    const answers = await on.world.until(Promise.all(Array.from({ length: 50 }, () => sup(on).startChild())))
    expect(log).toEqual(answers.map((answer) => answer.ok && answer.ref?.path))
  })
})
