import { type SupervisorSpec, start, supervisor, supervisorOf } from 'holdfast'
import { virtualWorld } from 'holdfast/world'
import { describe, expect, test } from 'vitest'
import { gate, puppet, type Stage, stage } from '../actor/stage.js'
import { expectNoTimers, plan, sup } from './scene.js'

const free = { restarts: 1_000, within: '1s' } as const
const noproc = { ok: false, error: { code: 'noproc' } }

/** A supervisor of one worker, `a`. */
function one(spec: Partial<SupervisorSpec> = {}): Promise<Stage> {
  return stage(supervisor({ intensity: free, children: [{ id: 'a', start: puppet() }], ...spec }))
}

describe('requests', () => {
  test('wait while a child is starting, and are answered in order', async () => {
    const on = await one()
    const hold = gate()
    const order: string[] = []
    const note = (name: string) => (answer: { readonly ok: boolean }) => {
      order.push(`${name} ${answer.ok ? 'ok' : 'refused'}`)
    }
    const slow = { id: 'slow', start: puppet({ init: () => hold.promise }) }
    void sup(on).startChild(slow).then(note('start'))
    void sup(on).countChildren().then(note('count'))
    void sup(on).startChild(slow).then(note('again'))
    void sup(on).terminateChild('slow').then(note('terminate'))
    await on.world.settle()
    expect(order).toEqual([])
    hold.open()
    await on.world.settle()
    expect(order).toEqual(['start ok', 'count ok', 'again refused', 'terminate ok'])
  })

  test('of every kind answer noproc where the supervisor is not alive', async () => {
    const on = await stage(
      supervisor({ children: [{ id: 's', start: supervisor({ children: [] }), restart: 'transient' }] }),
    )
    const ref = sup(on, '/s')
    on.system.exit('/s', 'kill')
    await on.world.until(on.system.stop())
    const answers = await Promise.all([
      ref.startChild({ id: 'x', start: puppet() }),
      ref.restartChild('x'),
      ref.terminateChild('x'),
      ref.deleteChild('x'),
      ref.childSpec('x'),
      ref.whichChildren(),
      ref.countChildren(),
    ])
    expect(answers).toEqual(new Array(7).fill(noproc))
  })

  test('that wait when the supervisor stops or is killed answer noproc, also the one it is in the middle of', async () => {
    for (const end of ['stop', 'kill'] as const) {
      const on = await one()
      const answers = Promise.all([
        sup(on).startChild({ id: 'slow', start: puppet({ init: (ctx) => ctx.sleep(50) }) }),
        sup(on).countChildren(),
        sup(on).terminateChild('a'),
      ])
      await on.world.settle()
      if (end === 'stop') void on.system.stop()
      else on.system.exit('/', 'kill')
      const [started, ...others] = await on.world.until(answers)
      expect(started.ok).toBe(end === 'stop')
      // A stop is one more message behind the requests; a kill waits for nobody.
      expect(others).toMatchObject(end === 'stop' ? [{ ok: true }, { ok: true }] : [noproc, noproc])
    }
  })

  test('to a supervisor that is killed while it stops or restarts a child answer noproc', async () => {
    const on = await one({ children: [{ id: 'a', start: puppet({ stop: (ctx) => ctx.sleep(50) }) }] })
    const ended = sup(on).terminateChild('a')
    await on.world.settle()
    on.system.exit('/', 'kill')
    expect(await on.world.until(ended)).toEqual(noproc)
    const again = await one()
    await again.world.until(sup(again).startChild({ id: 'b', start: puppet({ init: plan('ok') }) }))
    await again.world.until(sup(again).terminateChild('a'))
    const hold = gate()
    const hanging = puppet({ init: (ctx) => (ctx.incarnation === 1 ? 0 : hold.promise) })
    await again.world.until(sup(again).startChild({ id: 'c', start: hanging }))
    await again.world.until(sup(again).terminateChild('c'))
    const restarted = sup(again).restartChild('c')
    await again.world.settle()
    again.system.exit('/', 'kill')
    expect(await again.world.until(restarted)).toEqual(noproc)
    await expectNoTimers(again)
  })

  test('that come while the supervisor stops answer noproc', async () => {
    const on = await one({ children: [{ id: 'a', start: puppet({ stop: (ctx) => ctx.sleep(50) }) }] })
    const stopped = on.system.stop()
    await on.world.advance(10)
    const answer = sup(on).whichChildren()
    expect(await on.world.until(answer)).toEqual(noproc)
    expect(await on.world.until(stopped)).toBe('shutdown')
  })

  test('that come while the supervisor boots are answered when it is up', async () => {
    const world = virtualWorld()
    let answer: Promise<unknown> | undefined
    const root = supervisor({ children: [{ id: 'a', start: puppet({ init: (ctx) => ctx.sleep(20) }) }] })
    const starting = start(root, {
      world,
      onCreate: (system) => {
        system.events.once('starting', () => {
          answer = supervisorOf(system.ref('/')).countChildren()
        })
      },
    })
    await world.until(starting)
    expect(await answer).toMatchObject({ ok: true, counts: { active: 1 } })
  })
})
