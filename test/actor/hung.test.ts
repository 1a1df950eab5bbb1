import { ActorError, actor, start, supervisor } from 'holdfast'
import { virtualWorld } from 'holdfast/world'
import { describe, expect, test } from 'vitest'
import { at, gate, never, type Order, type Part, puppet, stage, tell, troupe } from './stage.js'

describe('a handler with a deadline', () => {
  test('that never settles counts as crashed once the deadline has passed, exactly then', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log, deadline: '2s' } }))
    const events: unknown[] = []
    on.system.events.onAny((event) => events.push([event.name, event.atMs]), { messages: false })
    const order: Order = Object.assign(() => never, { toString: () => 'hang' })
    await tell(on, '/a', order)
    await on.world.advance('1999ms')
    expect(events).toEqual([])
    await on.world.run()
    expect(events.slice(0, 4)).toEqual([
      ['hung', 2_000],
      ['abandoned', 2_000],
      ['crashed', 2_000],
      ['dead-letter', 2_000],
    ])
    expect(log[1]).toBe(
      'a#1: stop ActorError: /a#1: receive did not settle within its deadline of 2000 ms and was abandoned; ' +
        'find what it waits for, or raise the deadline',
    )
    expect(log[2]).toBe('a#2: init')
    const [letter] = on.system.deadLetters.list()
    expect(letter?.error).toBeInstanceOf(ActorError)
    expect(letter?.error).toMatchObject({
      code: 'hung',
      data: { path: '/a', incarnation: 1, phase: 'receive', deadlineMs: 2_000 },
    })
    expect(on.letters()).toEqual(['crashed /a hang'])
  })

  test('that settles in time is no cause for anything, and leaves no timer after the system', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log, deadline: 20 } }))
    for (const ms of [19, 1, 19]) on.system.send<Order>('/a', (ctx) => ctx.sleep(ms))
    await on.world.run({ within: '1s' })
    await tell(on, '/a', (ctx) => ctx.sleep(1))
    await on.world.advance(1)
    await on.world.until(on.system.stop())
    const stoppedMs = on.world.clock.now()
    await on.world.run()
    expect(on.world.clock.now()).toBe(stoppedMs)
    expect(log).toEqual(['a#1: init', 'a#1: stop shutdown'])
  })

  test('that settles after it was given up changes nothing', async () => {
    const on = await stage(troupe({ a: { deadline: 10 } }))
    const hold = gate<string>()
    await tell(on, '/a', () => hold.promise)
    await on.world.advance(10)
    hold.open('late state')
    const seen: unknown[] = []
    await tell(on, '/a', (ctx, state) => void seen.push(ctx.incarnation, state))
    expect(seen).toEqual([2, 0])
  })

  test('may be a signal callback, and the word says so', async () => {
    const start = actor<null, null>({
      trapExit: true,
      deadline: 10,
      init: () => null,
      receive: () => undefined,
      signal: () => never,
    })
    const on = await stage(supervisor({ children: [{ id: 'a', start }] }))
    const events: unknown[] = []
    on.system.events.on('hung', ({ phase }) => events.push(phase))
    on.system.events.on('abandoned', ({ phase }) => events.push(phase))
    on.system.exit('/a', 'shutdown')
    await on.world.run()
    expect(events).toEqual(['signal', 'signal'])
    expect(on.system.ref('/a').incarnation).toBe(2)
  })

  test('may be an init: the start fails', async () => {
    const world = virtualWorld()
    const events: unknown[] = []
    const hanging: Part = { deadline: '3s', init: () => never }
    const started = start(puppet(hanging), {
      world,
      onCreate: ({ events: all }) => all.onAny((event) => events.push(event.name), { messages: false }),
    })
    await expect(world.until(started)).rejects.toThrow('init did not settle within its deadline of 3000 ms')
    expect(world.clock.now()).toBe(3_000)
    await world.run()
    expect(world.clock.now()).toBe(3_000)
    expect(events).toEqual(['starting', 'hung', 'abandoned', 'start-failed'])
  })

  test('may be a stop hook: the end goes on without it, with that error', async () => {
    const on = await stage(troupe({ a: { deadline: '1s', stop: () => never } }))
    const events: unknown[] = []
    on.system.events.on('hung', ({ phase }) => events.push(`hung ${phase}`))
    on.system.events.on('abandoned', ({ phase }) => events.push(`abandoned ${phase}`))
    on.system.events.on('terminated', ({ path, reason }) => events.push([path, (reason as ActorError).code ?? reason]))
    expect(await on.world.until(on.system.stop())).toBe('shutdown')
    expect(on.world.clock.now()).toBe(1_000)
    expect(events).toEqual(['hung stop', 'abandoned stop', ['/a', 'hung'], ['/', 'shutdown']])
  })

  test('is watched no longer once its actor has ended for another reason', async () => {
    const on = await stage(troupe({ a: { deadline: '1s' } }))
    const events: unknown[] = []
    on.system.events.on('hung', (event) => events.push(event))
    await tell(on, '/a', () => never)
    on.system.exit('/a', 'shutdown')
    await tell(on, '/a', (ctx) => ctx.sleep(999))
    await on.world.run()
    expect(events).toEqual([])
    expect(at(on, '/a').incarnation).toBe(2)
  })

  test('hangs again and again, and is caught each time', async () => {
    const on = await stage(troupe({ a: { deadline: '1s' }, b: { deadline: '1s' } }))
    const times: number[] = []
    on.system.events.on('hung', ({ atMs }) => times.push(atMs))
    for (const path of ['/a', '/b', '/a', '/a']) on.system.send<Order>(path, () => never)
    await on.world.run()
    expect(times).toEqual([1_000, 1_000, 2_000, 3_000])
  })
})
