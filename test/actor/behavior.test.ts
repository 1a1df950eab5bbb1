import { ActorError, actor, type Behavior, ignore, start } from 'holdfast'
import { virtualWorld } from 'holdfast/world'
import { describe, expect, test } from 'vitest'
import { gate, never, puppet, stage, tell, troupe } from './stage.js'

describe('a behaviour', () => {
  test('takes its state in and gives the next one out', async () => {
    const seen: number[] = []
    const on = await stage(
      actor<number, number>({
        init: () => 10,
        receive(sum, add) {
          seen.push(sum)
          return sum + add
        },
      }),
    )
    for (const add of [1, 2, 3]) on.system.send('/', add)
    await on.world.settle()
    expect(seen).toEqual([10, 11, 13])
  })

  test('keeps its state when a handler returns nothing, and takes null, false and 0 for states', async () => {
    const seen: unknown[] = []
    const on = await stage(
      actor<unknown, unknown>({
        init: () => 'first',
        receive(state, message) {
          seen.push(state)
          return message
        },
      }),
    )
    for (const next of [undefined, null, undefined, false, 0, undefined, 'end']) on.system.send('/', next)
    await on.world.settle()
    expect(seen).toEqual(['first', 'first', null, null, false, 0, 0])
  })

  test('may mutate its state in place and return nothing', async () => {
    const list: number[] = []
    const on = await stage(actor<number[], number>({ init: () => list, receive: (all, n) => void all.push(n) }))
    on.system.send('/', 1)
    on.system.send('/', 2)
    await on.world.settle()
    expect(list).toEqual([1, 2])
  })

  test('keeps `this`, so that callbacks may call each other', async () => {
    const seen: number[] = []
    const definition = {
      factor: 3,
      init: () => 0,
      receive(_state: number, n: number): void {
        seen.push(n * this.factor)
      },
    }
    const on = await stage(actor<number, number>(definition))
    on.system.send('/', 5)
    await on.world.settle()
    expect(seen).toEqual([15])
  })

  test('may be asynchronous: what its promise resolves with is the next state, nothing keeps it', async () => {
    const seen: unknown[] = []
    const on = await stage(
      actor<number, number>({
        init: async (ctx) => {
          await ctx.sleep(5)
          return 1
        },
        async receive(state, n, ctx) {
          seen.push(state)
          await ctx.sleep(10)
          return n === 0 ? undefined : state + n
        },
      }),
    )
    expect(on.world.clock.now()).toBe(5)
    for (const n of [1, 0, 5, 0]) on.system.send('/', n)
    await on.world.run()
    expect(seen).toEqual([1, 2, 2, 7])
    expect(on.world.clock.now()).toBe(45)
  })

  test('handles nothing else until its asynchronous handler has settled, and then all that came, in order', async () => {
    const log: string[] = []
    const hold = gate()
    const on = await stage(puppet())
    const say = (text: string) => () => void log.push(text)
    on.system.send('/', async () => {
      log.push('begin')
      await hold.promise
      log.push('end')
    })
    on.system.send('/', say('queued before'))
    await on.world.settle()
    on.system.send('/', say('queued meanwhile'))
    await on.world.settle()
    expect(log).toEqual(['begin'])
    hold.open()
    await on.world.settle()
    expect(log).toEqual(['begin', 'end', 'queued before', 'queued meanwhile'])
  })

  test('does not hold up others while its own handler waits', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {}, b: {} }))
    on.system.send('/a', () => never)
    on.system.send('/b', () => void log.push('b'))
    await on.world.settle()
    expect(log).toEqual(['b'])
  })

  test('crashes by a throw, by a rejection, and by something thrown that is no error', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await tell(on, '/a', () => {
      throw new TypeError('thrown')
    })
    await tell(on, '/a', async () => {
      throw new RangeError('rejected')
    })
    await tell(on, '/a', () => {
      throw { odd: true }
    })
    await tell(on, '/a', () => Promise.reject(undefined))
    expect(log.filter((line) => line.includes('stop'))).toEqual([
      'a#1: stop TypeError: thrown',
      'a#2: stop RangeError: rejected',
      'a#3: stop Error: a handler threw { odd: true }, which is not an Error',
      'a#4: stop Error: a handler threw undefined, which is not an Error',
    ])
    expect(on.system.ref('/a').incarnation).toBe(5)
  })

  test('starts with a fresh state after a crash', async () => {
    const seen: unknown[] = []
    const on = await stage(troupe({ a: {} }))
    await tell(on, '/a', () => 'worn')
    await tell(on, '/a', () => {
      throw new Error('crash')
    })
    await tell(on, '/a', (_ctx, state) => void seen.push(state))
    expect(seen).toEqual([0])
  })

  test('ends at once with ctx.stop, from a synchronous and from an asynchronous handler', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await tell(on, '/a', (ctx) => {
      ctx.stop()
      log.push('unreachable')
    })
    await tell(on, '/a', async (ctx) => {
      await ctx.sleep(0)
      ctx.stop({ shutdown: 'done' })
    })
    expect(log).toEqual(['a#1: init', 'a#1: stop normal', 'a#2: init', 'a#2: stop shutdown ("done")', 'a#3: init'])
    expect(on.letters()).toEqual([])
  })

  test('gets the args of its place', async () => {
    const seen: unknown[] = []
    const greeter: Behavior<never, { name: string }> = actor<null, never, { name: string }>({
      init(_ctx, { name }) {
        seen.push(name)
        return null
      },
      receive: (state) => state,
    })
    await stage(puppet({ init: (ctx) => void ctx.spawn(greeter, { args: { name: 'Ada' } }) }))
    expect(seen).toEqual(['Ada'])
  })

  test('may decline its start with ignore, now or later', async () => {
    const world = virtualWorld()
    const declining = actor<null, never>({ init: () => ignore, receive: () => undefined })
    const later = actor<null, never>({ init: (ctx) => ctx.sleep(1).then(() => ignore), receive: () => undefined })
    for (const root of [declining, later]) {
      await expect(world.until(start(root, { world }))).rejects.toThrow('its root returned ignore')
    }
  })

  test('is refused at once when a callback is missing or no function', () => {
    const faulty = (definition: object) => () => actor(definition as never)
    expect(faulty({ init: () => 0 })).toThrow('actor(): receive is missing; give it a function')
    expect(faulty({ receive: () => 0 })).toThrow('actor(): init is missing; give it a function')
    expect(faulty({ init: 1, receive: () => 0 })).toThrow('actor(): init must be a function, it is number')
    expect(faulty({ init: () => 0, receive: () => 0, stop: 'x' })).toThrow('stop must be a function, it is string')
    expect(faulty({ init: () => 0, receive: () => 0, deadline: '5 sec' })).toThrow('deadline is not a duration')
    try {
      faulty({ init: () => 0 })()
    } catch (error) {
      expect(error).toBeInstanceOf(ActorError)
      expect(error).toMatchObject({ name: 'ActorError', code: 'invalid-behavior', data: { key: 'receive' } })
    }
  })
})
