import { describeExit, type ExitReason, isCleanExit } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, gate, never, type Order, type Part, type Stage, stage, tell, troupe, within } from './stage.js'

/** What an exit signal does to an actor: the reason it ended with, or what it announced. */
async function receive(reason: ExitReason, part: Part = {}, order?: Order): Promise<string> {
  const log: string[] = []
  const on = await stage(troupe({ a: { ...part, log }, b: {} }))
  const ends: string[] = []
  on.system.events.on('terminated', (event) => ends.push(`ended ${describeExit(event.reason as ExitReason)}`))
  if (order !== undefined) await tell(on, '/a', order)
  const target = at(on, '/a')
  await within(on, '/b', (ctx) => ctx.exit(target, reason))
  return ends[0] ?? log.slice(1).join() ?? ''
}

describe('an exit signal', () => {
  test('ends an actor that does not trap exits, with the same reason', async () => {
    expect(await receive('shutdown')).toBe('ended shutdown')
    expect(await receive({ shutdown: 1 })).toBe('ended shutdown (1)')
    expect(await receive('killed')).toBe('ended killed')
    expect(await receive('noproc')).toBe('ended noproc')
    expect(await receive(new Error('boom'))).toBe('ended Error: boom')
  })

  test('of reason normal is dropped', async () => {
    expect(await receive('normal')).toBe('')
  })

  test('reaches the signal callback of an actor that traps exits, also normal', async () => {
    const trapping = { trapExit: true }
    expect(await receive('normal', trapping)).toBe('a#1: exit from /b: normal')
    expect(await receive('shutdown', trapping)).toBe('a#1: exit from /b: shutdown')
    expect(await receive(new Error('boom'), trapping)).toBe('a#1: exit from /b: Error: boom')
  })

  test('of reason kill can not be trapped, runs no stop hook, and ends with killed', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { trapExit: true, log } }))
    const ends: unknown[] = []
    on.system.events.on('terminated', ({ reason }) => ends.push(reason))
    on.system.exit('/a', 'kill')
    await on.world.settle()
    expect(ends).toEqual(['killed'])
    expect(log).toEqual(['a#1: init', 'a#2: init'])
  })

  test('killed over a link is an ordinary reason, and so is kill when an actor ends itself with it', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {}, b: { trapExit: true, log } }))
    const link = async (): Promise<void> => {
      const a = at(on, '/a')
      await within(on, '/b', (ctx) => ctx.link(a))
    }
    await link()
    on.system.exit('/a', 'kill')
    await on.world.settle()
    await link()
    await tell(on, '/a', (ctx) => ctx.stop('kill'))
    expect(log).toEqual(['b#1: init', 'b#1: exit over link from /a: killed', 'b#1: exit over link from /a: kill'])
  })

  test('that an actor sends itself ends it even when it is normal, and reaches it when it traps', async () => {
    const ends: string[] = []
    const log: string[] = []
    const on = await stage(troupe({ a: {}, b: { trapExit: true, log } }))
    on.system.events.on('terminated', ({ path, reason }) => ends.push(`${path} ${reason}`))
    const exitSelf =
      (reason: ExitReason): Order =>
      (ctx) =>
        ctx.exit(ctx.self, reason)
    for (const reason of ['normal', 'shutdown', 'kill'] as const) await tell(on, '/a', exitSelf(reason))
    await tell(on, '/a', async (ctx) => {
      ctx.exit(ctx.self, 'normal')
      await never
    })
    await tell(on, '/b', exitSelf('normal'))
    expect(ends).toEqual(['/a normal', '/a shutdown', '/a killed', '/a normal'])
    expect(log).toEqual(['b#1: init', 'b#1: exit from /b: normal'])
  })

  test('from outside says so, and can be sent by path', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { trapExit: true, log } }))
    on.system.exit('/a', 'shutdown')
    await on.world.settle()
    expect(log).toEqual(['a#1: init', 'a#1: exit from outside: shutdown'])
    expect(() => on.system.exit('/x', 'shutdown')).toThrow('no actor stands at /x')
  })

  test('can be trapped from some moment on, until the incarnation ends', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await tell(on, '/a', (ctx) => ctx.trapExit())
    const exit = async (): Promise<void> => {
      on.system.exit('/a', 'shutdown')
      await on.world.settle()
    }
    await exit()
    await tell(on, '/a', (ctx) => ctx.trapExit(false))
    await exit()
    await exit()
    expect(log).toEqual([
      'a#1: init',
      'a#1: exit from outside: shutdown',
      'a#1: stop shutdown',
      'a#2: init',
      'a#2: stop shutdown',
      'a#3: init',
    ])
  })

  test('is trapped no longer by the next incarnation', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await tell(on, '/a', (ctx) => {
      ctx.trapExit()
      throw new Error('boom')
    })
    on.system.exit('/a', 'shutdown')
    await on.world.settle()
    expect(log.slice(2)).toEqual(['a#2: init', 'a#2: stop shutdown', 'a#3: init'])
  })

  test('of reason kill over a link is ordinary also for an actor in the middle of a handler', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {}, b: { log } }))
    const a = at(on, '/a')
    await within(on, '/b', (ctx) => ctx.link(a))
    await tell(on, '/b', () => never)
    await tell(on, '/a', (ctx) => ctx.stop('kill'))
    expect(log).toEqual(['b#1: init', 'b#1: stop kill', 'b#2: init'])
  })

  test('ends an actor in the middle of an asynchronous handler at once; its next incarnation takes what waits', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await tell(on, '/a', () => never)
    on.system.send<Order>('/a', (ctx) => void log.push(`${ctx.self}`))
    on.system.exit('/a', 'shutdown')
    await on.world.settle()
    expect(log).toEqual(['a#1: init', 'a#1: stop shutdown', 'a#2: init', '/a#2'])
    on.system.send<Order>('/a', (ctx) => void log.push(`still ${ctx.self}`))
    await on.world.settle()
    expect(log.at(-1)).toBe('still /a#2')
  })

  test('ends an actor without a stop hook in the middle of a handler, and its next incarnation works', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log, hook: false } }))
    for (let i = 1; i <= 3; i++) {
      await tell(on, '/a', () => never)
      on.system.exit('/a', new Error('boom'))
      await on.world.settle()
      await tell(on, '/a', (ctx) => void log.push(`${ctx.self}`))
    }
    expect(log).toEqual(['a#1: init', 'a#2: init', '/a#2', 'a#3: init', '/a#3', 'a#4: init', '/a#4'])
  })

  test('waits for the handler of an actor that traps exits, in order with other signals, unless it is a kill', async () => {
    const log: string[] = []
    const on: Stage = await stage(troupe({ a: { trapExit: true, log } }))
    const hold = gate()
    await tell(on, '/a', () => hold.promise)
    on.system.exit('/a', 'shutdown')
    on.system.exit('/a', 'normal')
    await on.world.settle()
    expect(log).toEqual(['a#1: init'])
    hold.open()
    await on.world.settle()
    expect(log.slice(1)).toEqual(['a#1: exit from outside: shutdown', 'a#1: exit from outside: normal'])
    await tell(on, '/a', () => never)
    on.system.exit('/a', 'shutdown')
    on.system.exit('/a', 'kill')
    await on.world.settle()
    expect(log.at(-1)).toBe('a#2: init')
  })

  test('to an actor that is not alive is lost', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    const child = await within(on, '/a', (ctx) => ctx.spawn(troupe({}), { name: 'x' }))
    on.system.exit(child, 'kill')
    await on.world.settle()
    on.system.exit(child, 'shutdown')
    await on.world.settle()
    expect(child.alive).toBe(false)
  })
})

describe('a signal callback', () => {
  test('changes the state like receive, also asynchronously, and may crash the actor', async () => {
    const { actor, supervisor } = await import('holdfast')
    const seen: unknown[] = []
    const start = actor<string, null>({
      trapExit: true,
      init: () => 'fresh',
      receive: (state) => void seen.push(state),
      async signal(state, signal, ctx) {
        if (signal.reason === 'noproc') throw new Error('in signal')
        await ctx.sleep(10)
        return `${state}+${String(signal.reason)}`
      },
    })
    const on = await stage(supervisor({ children: [{ id: 'a', start }] }))
    on.system.exit('/a', 'normal')
    on.system.exit('/a', 'shutdown')
    on.system.send('/a', null)
    await on.world.run()
    expect(seen).toEqual(['fresh+normal+shutdown'])
    const crashes: unknown[] = []
    on.system.events.on('crashed', ({ path, message, error }) => crashes.push([path, message, String(error)]))
    on.system.exit('/a', 'noproc')
    await on.world.settle()
    expect(crashes).toEqual([['/a', undefined, 'Error: in signal']])
    expect(on.system.ref('/a').incarnation).toBe(2)
  })

  test('may be missing: then what is trapped is dropped', async () => {
    const { actor, supervisor } = await import('holdfast')
    const start = actor<number, null>({ trapExit: true, init: () => 0, receive: () => undefined })
    const on = await stage(supervisor({ children: [{ id: 'a', start }] }))
    on.system.exit('/a', 'shutdown')
    await on.world.settle()
    expect(on.system.ref('/a').incarnation).toBe(1)
  })
})

describe('an exit reason', () => {
  test('is clean when it is normal or a shutdown', () => {
    const reasons: ExitReason[] = ['normal', 'shutdown', { shutdown: 1 }, 'kill', 'killed', 'noproc', new Error('x')]
    expect(reasons.map(isCleanExit)).toEqual([true, true, true, false, false, false, false])
    const odd = Object.assign(new Error('x'), { shutdown: true })
    expect(isCleanExit(odd)).toBe(false)
  })

  test('reads as one line', () => {
    expect(describeExit({ shutdown: new Error('child failed') })).toBe('shutdown (child failed)')
    expect(describeExit({ shutdown: { a: 1 } })).toBe('shutdown ({ a: 1 })')
    expect(describeExit(new TypeError('x'))).toBe('TypeError: x')
    expect(describeExit('killed')).toBe('killed')
  })
})
