import { supervisor } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { puppet, type Stage, stage, tell } from '../actor/stage.js'
import { crashNow, expectNoTimers, recorded, shown, sup } from './scene.js'

const free = { restarts: 100, within: '1s' } as const

describe('giving up', () => {
  test('travels up through three levels, each with its own budget, and ends the system at the top', async () => {
    const tower = (levels: number): ReturnType<typeof supervisor> =>
      supervisor({
        intensity: { restarts: 1, within: '1h' },
        children: [levels === 0 ? { id: 'w', start: puppet() } : { id: 's', start: tower(levels - 1) }],
      })
    const { on, events } = await recorded(tower(2), ['max-intensity'])
    const restarts: string[] = []
    on.system.events.on('restart', ({ path, restartsUsed }) => restarts.push(`${path} ${restartsUsed}`))
    for (let i = 0; i < 7; i++) {
      expect(on.system.running).toBe(true)
      await crashNow(on, '/s/s/w')
    }
    expect(on.system.running).toBe(true)
    await crashNow(on, '/s/s/w')
    expect(await on.system.terminated).toBe('shutdown')
    expect(restarts).toEqual(['/s/s/w 1', '/s/s 1', '/s/s/w 1', '/s 1', '/s/s/w 1', '/s/s 1', '/s/s/w 1'])
    expect(events.slice(-3)).toEqual(['/s/s', '/s', '/'].map((path) => `at 0: max-intensity ${path}`))
    await expectNoTimers(on)
  })

  test('ends a transient supervisor for good, and it stays as a spec', async () => {
    const inner = supervisor({ intensity: { restarts: 0, within: '1s' }, children: [{ id: 'a', start: puppet() }] })
    const on = await stage(supervisor({ children: [{ id: 's', start: inner, restart: 'transient' }] }))
    await crashNow(on, '/s/a')
    expect([await shown(on), on.system.send('/s/a', 'x' as never)]).toEqual(['s down', false])
    expect(await on.world.until(sup(on).restartChild('s'))).toMatchObject({ ok: true })
    expect(await shown(on, '/s')).toBe('a#2')
  })

  test('tells of as many restarts as there were', async () => {
    const on = await stage(
      supervisor({
        strategy: 'one-for-all',
        intensity: free,
        children: ['a', 'b', 'c'].map((id) => ({ id, start: puppet() })),
      }),
    )
    let told = 0
    on.system.events.on('restart', () => told++)
    let starts = 0
    on.system.events.on('started', () => starts++)
    for (let i = 0; i < 90; i++) await crashNow(on, `/${'abc'[i % 3]}`)
    expect([told, starts]).toEqual([90, 270])
  })
})

describe('automatic shutdown', () => {
  function significant(autoShutdown: 'any-significant' | 'all-significant', restart: 'transient' | 'temporary') {
    return supervisor({
      autoShutdown,
      intensity: free,
      children: [
        { id: 'a', start: puppet(), restart, significant: true },
        { id: 'b', start: puppet(), restart, significant: true },
        { id: 'c', start: puppet(), restart },
      ],
    })
  }
  const leave = (on: Stage, path: string): Promise<void> => tell(on, path, (ctx) => ctx.stop())

  test('comes with the first significant child that ends by itself, or with the last', async () => {
    for (const restart of ['transient', 'temporary'] as const) {
      const any = await stage(significant('any-significant', restart))
      await leave(any, '/c')
      expect(any.system.running).toBe(true)
      await leave(any, '/b')
      expect(await any.system.terminated).toBe('shutdown')
      const all = await stage(significant('all-significant', restart))
      await leave(all, '/b')
      expect(all.system.running).toBe(true)
      await leave(all, '/a')
      expect(await all.system.terminated).toBe('shutdown')
    }
  })

  test('does not count a child that waits for its restart as ended', async () => {
    const on = await stage(
      supervisor({
        autoShutdown: 'all-significant',
        intensity: free,
        backoff: { initial: '1s', jitter: 'none' },
        children: [
          { id: 'a', start: puppet(), restart: 'transient', significant: true },
          { id: 'b', start: puppet(), restart: 'transient', significant: true },
        ],
      }),
    )
    await crashNow(on, '/a')
    await crashNow(on, '/a')
    await leave(on, '/b')
    expect([on.system.running, await shown(on)]).toEqual([true, 'a restarting, b down'])
    await on.world.run()
    await leave(on, '/a')
    expect(await on.system.terminated).toBe('shutdown')
  })

  test('does not come with a child that is terminated, and travels up through significant supervisors only', async () => {
    for (const significantChild of [true, false]) {
      const on = await stage(
        supervisor({
          autoShutdown: 'any-significant',
          children: [
            {
              id: 's',
              start: significant('any-significant', 'transient'),
              restart: 'temporary',
              significant: significantChild,
            },
          ],
        }),
      )
      await on.world.until(sup(on, '/s').terminateChild('a'))
      expect(await shown(on, '/s')).toBe('a down, b#1, c#1')
      await leave(on, '/s/b')
      expect([on.system.running, await shown(on)]).toEqual(significantChild ? [false, 'noproc'] : [true, ''])
    }
  })
})
