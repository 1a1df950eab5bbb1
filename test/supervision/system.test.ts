import { actor, type Recipient, type Startable, start, supervisor } from 'holdfast'
import { virtualWorld } from 'holdfast/world'
import { describe, expect, test } from 'vitest'
import { at, never, type Order, puppet, stage } from '../actor/stage.js'
import { boom, crash, crashNow, expectNoTimers, record, shown, sup } from './scene.js'

type Tally = { type: 'add'; n: number } | { type: 'crash' } | { type: 'read'; reply: Recipient<number> }

const tally = actor<number, Tally>({
  init: () => 0,
  receive(count, message) {
    switch (message.type) {
      case 'add':
        return count + message.n
      case 'crash':
        throw new Error('boom')
      case 'read':
        message.reply.send(count)
        return count
    }
  },
})

const frontPage = (): Startable =>
  supervisor({
    strategy: 'one-for-one',
    intensity: { restarts: 3, within: '5s' },
    backoff: { initial: '50ms', max: '5s', factor: 2, jitter: 'full' },
    children: [{ id: 'tally', start: tally, restart: 'permanent', shutdown: '5s' }],
  })

describe('the front page', () => {
  test('counts, crashes, waits and counts again, until the budget is used up', async () => {
    const on = await stage(frontPage())
    const read = (): Promise<number> =>
      on.world.until(
        on.system.ask(on.system.ref<Tally>('/tally'), (reply: Recipient<number>) => ({ type: 'read', reply })),
      )
    const delays: number[] = []
    on.system.events.on('restart', ({ delayMs }) => delays.push(delayMs))
    on.system.send<Tally>('/tally', { type: 'add', n: 1 })
    on.system.send<Tally>('/tally', { type: 'add', n: 2 })
    expect(await read()).toBe(3)
    on.system.send<Tally>('/tally', { type: 'crash' })
    on.system.send<Tally>('/tally', { type: 'add', n: 4 })
    expect([await read(), on.world.clock.now()]).toEqual([4, 0])
    on.system.send<Tally>('/tally', { type: 'crash' })
    on.system.send<Tally>('/tally', { type: 'add', n: 5 })
    expect(await read()).toBe(5)
    on.system.send<Tally>('/tally', { type: 'crash' })
    expect(await read()).toBe(0)
    expect(delays[0]).toBe(0)
    expect(delays[1]).toBeLessThanOrEqual(50)
    expect(delays[2]).toBeLessThanOrEqual(100)
    expect(on.world.clock.now()).toBe((delays[1] ?? 0) + (delays[2] ?? 0))
    on.system.send<Tally>('/tally', { type: 'crash' })
    expect(await on.world.until(on.system.terminated)).toBe('shutdown')
    expect(on.letters()).toHaveLength(4)
    await expectNoTimers(on)
  })

  test('runs in the real world, and ends with its block', async () => {
    let running: (() => boolean) | undefined
    {
      await using system = await start(frontPage())
      running = () => system.running
      system.send<Tally>('/tally', { type: 'add', n: 1 })
      system.send<Tally>('/tally', { type: 'crash' })
      system.send<Tally>('/tally', { type: 'add', n: 7 })
      const answer = await system.ask(system.ref<Tally>('/tally'), (reply: Recipient<number>) => ({
        type: 'read',
        reply,
      }))
      expect(answer).toBe(7)
      expect(running()).toBe(true)
    }
    expect(running()).toBe(false)
  })

  test('with no option at all is OTP: one restart in five seconds, alone and at once', async () => {
    const on = await stage(
      supervisor({
        children: [
          { id: 'tally', start: tally },
          { id: 'other', start: puppet() },
        ],
      }),
    )
    const told: unknown[] = []
    on.system.events.on('restart', ({ strategy, restartsAllowed, periodMs, delayMs }) => {
      told.push([strategy, restartsAllowed, periodMs, delayMs])
    })
    on.system.send<Tally>('/tally', { type: 'crash' })
    await on.world.settle()
    expect([told, await shown(on)]).toEqual([[['one-for-one', 1, 5_000, 0]], 'tally#2, other#1'])
    on.system.send<Tally>('/tally', { type: 'crash' })
    expect(await on.world.until(on.system.terminated)).toBe('shutdown')
  })
})

describe('stopping a system of supervisors', () => {
  test('with a deadline kills what hangs, wherever it hangs', async () => {
    const hang = puppet({ stop: () => never })
    const tree = supervisor({
      children: [
        { id: 'a', start: puppet() },
        { id: 's', start: supervisor({ children: [{ id: 'deep', start: hang, shutdown: 'infinity' }] }) },
        { id: 'b', start: puppet() },
      ],
    })
    const on = await stage(tree)
    const ends = record(on, 'terminated')
    expect(await on.world.until(on.system.stop('shutdown', { deadline: '2s' }))).toBe('killed')
    expect(ends).toEqual([
      'at 0: terminated /b',
      'at 2000: terminated /s/deep',
      'at 2000: terminated /s',
      'at 2000: terminated /a',
      'at 2000: terminated /',
    ])
    await expectNoTimers(on)
  })

  test('cannot be asked of a system that has given up already, and answers with its end', async () => {
    const on = await stage(
      supervisor({ intensity: { restarts: 0, within: 1 }, children: [{ id: 'a', start: puppet() }] }),
    )
    await crashNow(on, '/a')
    expect([on.system.running, await on.system.stop('normal')]).toEqual([false, 'shutdown'])
  })
})

describe('links and listeners around supervisors', () => {
  test('siblings that are linked and restart as a group count once, and start once', async () => {
    const on = await stage(
      supervisor({
        strategy: 'one-for-all',
        intensity: { restarts: 1, within: '1h' },
        children: [
          { id: 'a', start: puppet() },
          { id: 'b', start: puppet() },
        ],
      }),
    )
    on.system.send<Order>('/a', (ctx) => ctx.link(at(on, '/b')))
    await on.world.settle()
    await crashNow(on, '/a')
    expect(await shown(on)).toBe('a#2, b#2')
  })

  test('siblings that are linked and restart alone count each', async () => {
    const on = await stage(
      supervisor({
        intensity: { restarts: 2, within: '1h' },
        children: [
          { id: 'a', start: puppet() },
          { id: 'b', start: puppet() },
        ],
      }),
    )
    const used: number[] = []
    on.system.events.on('restart', ({ restartsUsed }) => used.push(restartsUsed))
    on.system.send<Order>('/a', (ctx) => ctx.link(at(on, '/b')))
    await on.world.settle()
    await crashNow(on, '/a')
    expect([await shown(on), used]).toEqual(['a#2, b#2', [1, 2]])
  })

  test('listeners that throw at everything change nothing', async () => {
    const run = async (throwing: boolean): Promise<string> => {
      const world = virtualWorld()
      const root = supervisor({
        strategy: 'rest-for-one',
        intensity: { restarts: 3, within: '1s' },
        backoff: { initial: 10 },
        children: ['a', 'b', 'c'].map((id) => ({ id, start: puppet({ stop: () => Promise.reject(boom) }) })),
      })
      const log: string[] = []
      const system = await world.until(
        start(root, {
          world,
          onCreate: ({ events }) => {
            events.onAny(({ name, path, atMs }) => {
              if (name !== 'listener-error') log.push(`${atMs} ${name} ${path}`)
              if (throwing) throw boom
            })
          },
        }),
      )
      for (const path of ['/b', '/a', '/b', '/c', '/a']) {
        if (system.running) system.send(path, crash)
        await world.run()
      }
      expect(await world.until(system.terminated)).toBe('shutdown')
      return log.join('\n')
    }
    expect(await run(true)).toBe(await run(false))
  })

  test('a listener may stop or terminate from within any report of a supervisor', async () => {
    const names = ['restart', 'backoff', 'child-error', 'shutdown-error', 'max-intensity', 'auto-shutdown'] as const
    for (const name of names) {
      for (const what of ['stop', 'terminate', 'kill'] as const) {
        const inner = supervisor({
          strategy: 'one-for-all',
          intensity: { restarts: 3, within: '1h' },
          backoff: { initial: 10 },
          autoShutdown: 'any-significant',
          children: [
            { id: 'a', start: puppet({ stop: () => Promise.reject(boom) }) },
            { id: 'b', start: puppet(), restart: 'transient', significant: true },
          ],
        })
        const on = await stage(
          supervisor({ intensity: { restarts: 9, within: '1s' }, children: [{ id: 's', start: inner }] }),
        )
        let told = 0
        on.system.events.on(name, () => {
          told++
          if (what === 'stop') void on.system.stop()
          else if (what === 'kill') on.system.exit('/s', 'kill')
          else void sup(on).terminateChild('s')
        })
        for (let i = 0; i < 4; i++) {
          on.system.send('/s/a', crash)
          await on.world.run()
        }
        on.system.send<Order>('/s/b', (ctx) => ctx.stop())
        await on.world.run()
        expect([name, what, await on.world.until(on.system.stop())]).toEqual([name, what, 'shutdown'])
        expect([name, what, told > 0]).toEqual([name, what, true])
        await expectNoTimers(on)
      }
    }
  })
})

describe('a declaration', () => {
  test('is read once: what is changed afterwards means nothing, to restarts either', async () => {
    const children = [{ id: 'a', start: puppet() as Startable }]
    const inner = supervisor({ children })
    const on = await stage(
      supervisor({ intensity: { restarts: 9, within: '1s' }, children: [{ id: 's', start: inner }] }),
    )
    children.push({ id: 'late', start: puppet() })
    children[0] = { id: 'a', start: 'broken' as unknown as Startable }
    on.system.exit('/s', 'kill')
    await on.world.settle()
    expect(await shown(on, '/s')).toBe('a#2')
  })
})
