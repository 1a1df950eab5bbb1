import { ActorError, type Context } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, gate, never, type Order, puppet, type Stage, stage, tell, troupe } from './stage.js'

/** A system in which `/a` has abandoned a handler that goes on when the gate opens; runs `late` there. */
async function abandoned(
  late: (ctx: Context<Order>) => unknown,
): Promise<{ on: Stage; log: string[]; go(): Promise<void> }> {
  const log: string[] = []
  const on = await stage(troupe({ a: { log }, b: { log } }))
  const hold = gate()
  await tell(on, '/a', async (ctx) => {
    await hold.promise
    return late(ctx)
  })
  on.system.exit('/a', 'shutdown')
  await on.world.settle()
  log.length = 0
  const go = async (): Promise<void> => {
    hold.open()
    await on.world.settle()
  }
  return { on, log, go }
}

describe('an abandoned handler', () => {
  test('can send to nobody: what it sends becomes a dead letter', async () => {
    const sent: boolean[] = []
    const { on, go } = await abandoned((ctx) => sent.push(ctx.send(at(on, '/b'), () => undefined)))
    await go()
    expect(sent).toEqual([false])
    expect(on.letters()[0]).toMatch(/^stale-sender \/b /)
  })

  test('can make nothing new: spawn, ask and monitor are refused, with a word on what to do', async () => {
    const errors: unknown[] = []
    const note = (error: unknown): void => void errors.push(error)
    const { on, go } = await abandoned(async (ctx) => {
      try {
        ctx.spawn(puppet())
      } catch (error) {
        note(error)
      }
      try {
        ctx.monitor(at(on, '/b'))
      } catch (error) {
        note(error)
      }
      await ctx.ask(at(on, '/b'), () => () => undefined).catch(note)
    })
    await go()
    expect(errors.map((error) => error instanceof ActorError && error.code)).toEqual(Array(3).fill('stale-context'))
    expect((errors[0] as Error).message).toBe(
      '/a#1: ctx.spawn was used after that incarnation had ended; look at ctx.signal or ctx.stale after each await',
    )
    expect(on.system.ref('/a').alive).toBe(true)
  })

  test('can set no timers, and sleeps for ever', async () => {
    const { on, log, go } = await abandoned(async (ctx) => {
      ctx.after(1, () => void log.push('after'))
      ctx.every(1, () => void log.push('every')).cancel()
      await ctx.sleep(1)
      log.push('woke')
    })
    await go()
    await on.world.run()
    expect(log).toEqual([])
    expect(on.world.clock.now()).toBe(0)
  })

  test('can not touch the next incarnation: exits, links and trapExit do nothing', async () => {
    const { on, log, go } = await abandoned((ctx) => {
      ctx.trapExit()
      ctx.link(at(on, '/b'))
      ctx.unlink(at(on, '/b'))
      ctx.exit(at(on, '/b'), 'shutdown')
      ctx.exit(ctx.self, 'shutdown')
    })
    await go()
    expect(log).toEqual([])
    on.system.exit('/a', 'shutdown')
    await on.world.settle()
    expect(log).toEqual(['a#2: stop shutdown', 'a#3: init'])
  })

  test('has no say in the state, whether it resolves, rejects or asks to stop', async () => {
    for (const late of [
      () => 'stale state',
      () => Promise.reject(new Error('late')),
      (ctx: Context<Order>) => ctx.stop(new Error('late')),
    ]) {
      const { on, log, go } = await abandoned(late)
      await go()
      const seen: unknown[] = []
      await tell(on, '/a', (_ctx, state) => void seen.push(state))
      expect(seen).toEqual([0])
      expect(log).toEqual([])
    }
  })

  test('sees that it is stale, and its signal is aborted even when it looks for the first time', async () => {
    const seen: unknown[] = []
    const { go } = await abandoned((ctx) => seen.push(ctx.stale, ctx.signal.aborted, ctx.incarnation))
    await go()
    expect(seen).toEqual([true, true, 1])
  })

  test('is fenced off at once, also while the stop hook of its incarnation still runs', async () => {
    const log: string[] = []
    const hold = gate()
    const on = await stage(troupe({ a: { log, stop: (ctx) => ctx.sleep('1s') }, b: { log } }))
    await tell(on, '/a', async (ctx) => {
      ctx.after('500ms', () => void log.push('timer of the abandoned handler'))
      void ctx.sleep('500ms').then(() => log.push('sleep of the abandoned handler'))
      await hold.promise
      log.push(`stale: ${ctx.stale}, sent: ${ctx.send(at(on, '/b'), () => undefined)}`)
    })
    on.system.exit('/a', 'shutdown')
    await on.world.settle()
    hold.open()
    await on.world.run()
    expect(log.slice(2)).toEqual(['a#1: stop shutdown', 'stale: true, sent: false', 'a#2: init'])
    expect(on.world.clock.now()).toBe(1_000)
  })

  test('is told of in an event, with what it was doing', async () => {
    const on = await stage(troupe({ a: {} }))
    const events: unknown[] = []
    on.system.events.on('abandoned', (event) => events.push(event))
    await tell(on, '/a', () => never)
    on.system.exit('/a', 'kill')
    await on.world.settle()
    on.system.exit('/a', 'kill')
    await on.world.settle()
    expect(events).toEqual([{ atMs: 0, path: '/a', incarnation: 1, phase: 'receive' }])
  })
})

describe('ctx.signal', () => {
  test('aborts when the actor is asked to stop, and the handler may use that to end in time', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await tell(on, '/a', async (ctx) => {
      await new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve()))
      log.push(`aborted at ${ctx.world.clock.now()}: ${ctx.signal.reason.message}`)
    })
    await on.world.until(on.system.stop())
    expect(log).toEqual(['a#1: init', 'aborted at 0: stopped: shutdown', 'a#1: stop shutdown'])
  })

  test('is aborted also for a handler that looks at it only after the order to stop', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await tell(on, '/a', async (ctx) => {
      await ctx.sleep('1s')
      log.push(`aborted: ${ctx.signal.aborted}`)
    })
    await on.world.until(on.system.stop())
    expect(log).toEqual(['a#1: init', 'aborted: true', 'a#1: stop shutdown'])
  })

  test('that comes back as the error of a stopping handler is an orderly end, not a crash', async () => {
    for (const rethrown of ['reason', 'abort error', 'other'] as const) {
      const log: string[] = []
      const on = await stage(troupe({ a: { log } }))
      const ends: unknown[] = []
      on.system.events.on('crashed', ({ error }) => ends.push(String(error)))
      await tell(on, '/a', async (ctx) => {
        await new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve()))
        if (rethrown === 'reason') throw ctx.signal.reason
        throw rethrown === 'other' ? new Error('other') : new DOMException('of fetch', 'AbortError')
      })
      await on.world.until(on.system.stop())
      expect(ends).toEqual(rethrown === 'other' ? ['Error: other'] : [])
      expect(log.at(-1)).toBe(rethrown === 'other' ? 'a#1: stop Error: other' : 'a#1: stop shutdown')
    }
  })

  test('aborts on a crash, on a kill, on an exit and on a normal end', async () => {
    const on = await stage(troupe({ a: {} }))
    const signals: AbortSignal[] = []
    const look: Order = (ctx) => void signals.push(ctx.signal)
    const ends: (() => unknown)[] = [
      () => on.system.send<Order>('/a', () => Promise.reject(new Error('boom'))),
      () => on.system.exit('/a', 'kill'),
      () => on.system.exit('/a', 'shutdown'),
      () => on.system.send<Order>('/a', (ctx) => ctx.stop()),
    ]
    for (const end of ends) {
      await tell(on, '/a', look)
      expect(signals.at(-1)?.aborted).toBe(false)
      end()
      await on.world.settle()
      expect(signals.at(-1)?.aborted).toBe(true)
    }
    expect(new Set(signals).size).toBe(4)
    expect(String(signals[0]?.reason)).toBe('Error: boom')
  })

  test('is aborted for a stop hook, however it came to that', async () => {
    const seen: boolean[] = []
    const on = await stage(troupe({ a: { stop: (ctx) => void seen.push(ctx.signal.aborted) } }))
    await tell(on, '/a', () => Promise.reject(new Error('boom')))
    await tell(on, '/a', (ctx) => {
      expect(ctx.signal.aborted).toBe(false)
      ctx.stop()
    })
    await on.world.until(on.system.stop())
    expect(seen).toEqual([true, true, true])
  })

  test('aborts a killed handler that listens', async () => {
    const on = await stage(troupe({ a: {} }))
    const log: unknown[] = []
    await tell(on, '/a', (ctx) => {
      ctx.signal.addEventListener('abort', () => log.push(String(ctx.signal.reason)))
      return never
    })
    on.system.exit('/a', 'kill')
    await on.world.settle()
    expect(log).toEqual(['AbortError: stopped: killed'])
  })
})
