import type { Duration } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { gate, type Order, puppet, stage, tell, troupe, within } from './stage.js'

const crash: Order = () => {
  throw new Error('boom')
}

describe('a timer', () => {
  test('sends its message after exactly its delay', async () => {
    const on = await stage(troupe({ a: {} }))
    const log: string[] = []
    const note =
      (what: string): Order =>
      (ctx) =>
        void log.push(`${what} at ${ctx.world.clock.now()}`)
    await tell(on, '/a', (ctx) => {
      ctx.after('1s', note('second'))
      ctx.after(250, note('quarter'))
      ctx.after(0, note('now'))
    })
    await on.world.run()
    expect(log).toEqual(['now at 0', 'quarter at 250', 'second at 1000'])
  })

  test('repeats every interval, first after one, without drift, until it is cancelled', async () => {
    const on = await stage(troupe({ a: {} }))
    const times: number[] = []
    await tell(on, '/a', (ctx) => {
      const timer = ctx.every('300ms', () => {
        times.push(ctx.world.clock.now())
        if (times.length === 4) timer.cancel()
      })
    })
    await on.world.run({ within: '10s' })
    expect(times).toEqual([300, 600, 900, 1200])
  })

  test('can be cancelled before it fires, and once more', async () => {
    const on = await stage(troupe({ a: {} }))
    const log: string[] = []
    const timer = await within(on, '/a', (ctx) => ctx.after('1s', () => void log.push('fired')))
    await on.world.advance('999ms')
    timer.cancel()
    timer.cancel()
    await on.world.run()
    expect(log).toEqual([])
    expect(on.world.clock.now()).toBe(999)
  })

  test('message waits in the mailbox like any other, behind those that came before', async () => {
    const on = await stage(troupe({ a: {} }))
    const log: string[] = []
    const hold = gate()
    await tell(on, '/a', (ctx) => {
      ctx.after(10, () => void log.push('timer'))
      return hold.promise
    })
    on.system.send<Order>('/a', () => void log.push('sent'))
    await on.world.advance(20)
    hold.open()
    await on.world.settle()
    expect(log).toEqual(['sent', 'timer'])
  })

  test('is gone with its incarnation, and leaves nothing behind', async () => {
    const on = await stage(troupe({ a: {} }))
    const log: string[] = []
    await tell(on, '/a', (ctx) => {
      ctx.after('1s', () => void log.push('after'))
      ctx.every('1s', () => void log.push('every'))
      void ctx.sleep('1s').then(() => log.push('sleep'))
    })
    await tell(on, '/a', crash)
    await on.world.run()
    expect(on.world.clock.now()).toBe(0)
    expect(log).toEqual([])
  })

  test('is gone when its actor is killed or its system stops', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const set: Order = (ctx) => void ctx.every('1h', () => undefined)
    await tell(on, '/a', set)
    await tell(on, '/b', set)
    on.system.exit('/a', 'kill')
    await on.world.settle()
    await on.world.until(on.system.stop())
    await on.world.run()
    expect(on.world.clock.now()).toBe(0)
  })

  test('sends to its own actor, in its name', async () => {
    const on = await stage(troupe({ a: {} }))
    const senders: unknown[] = []
    on.system.events.on('sent', ({ path, sender }) => senders.push([path, sender]))
    await tell(on, '/a', (ctx) => void ctx.after(1, () => undefined))
    await on.world.run()
    expect(senders).toEqual([
      ['/a', undefined],
      ['/a', '/a'],
    ])
  })

  test('refuses what is no duration', async () => {
    const on = await stage(troupe({ a: {} }))
    const wrong = 'soon' as Duration
    const errors = await within(on, '/a', (ctx) =>
      [() => ctx.after(wrong, () => 0), () => ctx.every(-1, () => 0)].map((run) => {
        try {
          return run()
        } catch (error) {
          return (error as Error).message.split('.')[0]
        }
      }),
    )
    expect(errors).toEqual(['after is not a duration: "soon"', 'every is not a duration: -1'])
    const slept = await within(on, '/a', (ctx) => ({ text: ctx.sleep(wrong).catch((error: Error) => error.message) }))
    expect(await slept.text).toMatch('sleep is not a duration: "soon"')
  })
})

describe('sleep', () => {
  test('waits in virtual time, while the actor handles nothing else', async () => {
    const on = await stage(troupe({ a: {} }))
    const log: string[] = []
    const nap =
      (ms: number): Order =>
      async (ctx) => {
        await ctx.sleep(ms)
        log.push(`${ms} at ${ctx.world.clock.now()}`)
      }
    on.system.send<Order>('/a', nap(20))
    on.system.send<Order>('/a', nap(10))
    await on.world.run()
    expect(log).toEqual(['20 at 20', '10 at 30'])
  })

  test('works in init, and the start waits for it', async () => {
    const on = await stage(puppet({ init: (ctx) => ctx.sleep('1m') }))
    expect(on.world.clock.now()).toBe(60_000)
  })
})
