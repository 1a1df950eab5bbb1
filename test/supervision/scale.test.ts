import { actor, type Startable, supervisor } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, type Order, puppet, stage } from '../actor/stage.js'
import { boom, crashNow, expectNoTimers, sup } from './scene.js'

const depth = 1_000

/** A tree as deep as that, one supervisor in the other; the last one has a worker. */
function tower(levels: number, leaf: Startable = puppet({ hook: false })): ReturnType<typeof supervisor> {
  let inner: Startable = leaf
  for (let i = 0; i < levels; i++) {
    inner = supervisor({ intensity: { restarts: 0, within: '1s' }, children: [{ id: 's', start: inner }] })
  }
  return inner as ReturnType<typeof supervisor>
}

const leafPath = '/s'.repeat(depth)

describe('a tree of a thousand levels', () => {
  test('starts and stops', async () => {
    const on = await stage(tower(depth))
    expect(at(on, leafPath).alive).toBe(true)
    expect(await on.world.until(on.system.stop())).toBe('shutdown')
    await expectNoTimers(on)
  })

  test('stops the deepest first, and slowly where that takes time', async () => {
    const on = await stage(tower(depth, puppet({ stop: (ctx) => ctx.sleep(7) })))
    let ends = 0
    on.system.events.on('terminated', () => ends++)
    await on.world.until(on.system.stop())
    expect([on.world.clock.now(), ends]).toEqual([7, depth + 1])
  })

  test('is killed as one', async () => {
    const on = await stage(tower(depth))
    let ends = 0
    on.system.events.on('terminated', () => ends++)
    on.system.exit('/', 'kill')
    expect([await on.world.until(on.system.terminated), ends]).toEqual(['killed', depth + 1])
  })

  test('gives up level by level when its deepest worker crashes', async () => {
    const on = await stage(tower(depth))
    let levels = 0
    on.system.events.on('max-intensity', () => levels++)
    await crashNow(on, leafPath)
    expect([await on.world.until(on.system.terminated), levels]).toEqual(['shutdown', depth])
  })

  test('that starts slowly at its end starts, and ends with the cause where that fails', async () => {
    const on = await stage(tower(depth, puppet({ init: (ctx) => ctx.sleep(5) })))
    expect(at(on, leafPath).alive).toBe(true)
    await on.world.until(on.system.stop())
    await expect(stage(tower(200, puppet({ init: () => Promise.reject(boom) })))).rejects.toThrow(
      'the system did not start',
    )
  })

  test('of instances stops too', async () => {
    const levels = 500
    const root = supervisor({
      children: [{ id: 'p', start: pools() }],
    })
    const on = await stage(root)
    let path = '/p'
    for (let i = 0; i < levels; i++) {
      await on.world.until(sup(on, path).startChild())
      path += '/p-1'
    }
    let ends = 0
    on.system.events.on('terminated', () => ends++)
    await on.world.until(on.system.stop())
    expect(ends).toBe(levels + 2)
    await expectNoTimers(on)
  })
})

/** A template whose instances are templates of their own kind. */
function pools(): ReturnType<typeof supervisor> {
  return supervisor(() => ({ strategy: 'simple-one-for-one', children: [{ id: 'p', start: pools() }] }))
}

describe('a hundred thousand children', () => {
  const count = 100_000
  const worker = actor<number, Order>({ init: () => 0, receive: (state, order, ctx) => void order(ctx, state) })

  test('of a template start, crash, restart and stop', async () => {
    const on = await stage(
      supervisor({
        strategy: 'simple-one-for-one',
        intensity: { restarts: count, within: '1s' },
        children: [{ id: 'w', start: worker }],
      }),
      { deadLettersMax: 0 },
    )
    for (let i = 0; i < count; i++) void sup(on).startChild()
    await on.world.settle()
    expect(await on.world.until(sup(on).countChildren())).toMatchObject({ counts: { active: count } })
    for (let i = 1; i <= count; i++) {
      on.system.send<Order>(`/w-${i}`, () => {
        throw boom
      })
    }
    await on.world.settle()
    expect([at(on, '/w-1').incarnation, at(on, `/w-${count}`).incarnation]).toEqual([2, 2])
    expect(await on.world.until(on.system.stop())).toBe('shutdown')
  }, 30_000)

  test('with ids of their own start, are terminated and deleted one by one, and the rest stops', async () => {
    const on = await stage(supervisor({ children: [] }))
    const some = 20_000
    for (let i = 0; i < some; i++) void sup(on).startChild({ id: `c${i}`, start: worker })
    for (let i = 0; i < some; i += 2) {
      void sup(on).terminateChild(`c${i}`)
      void sup(on).deleteChild(`c${i}`)
    }
    const counted = await on.world.until(sup(on).countChildren())
    expect(counted).toMatchObject({ counts: { specs: some / 2, active: some / 2 } })
    expect(await on.world.until(on.system.stop())).toBe('shutdown')
  }, 30_000)

  test('that all end at the same moment as they are stopped are stopped', async () => {
    const some = 20_000
    const on = await stage(supervisor({ children: [] }))
    for (let i = 0; i < some; i++) void sup(on).startChild({ id: `c${i}`, start: worker, restart: 'transient' })
    await on.world.settle()
    for (let i = 0; i < some; i++) on.system.send<Order>(`/c${i}`, (ctx) => ctx.stop())
    const stopped = on.system.stop()
    expect(await on.world.until(stopped)).toBe('shutdown')
  }, 30_000)
})
