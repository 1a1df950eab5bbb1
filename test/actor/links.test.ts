import type { ActorRef } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, gate, never, type Order, type Part, puppet, type Stage, stage, tell, within } from './stage.js'

/** Puppets without a supervisor that would restart them: children of one root that traps exits. */
async function cast(parts: Readonly<Record<string, Part>>): Promise<Stage> {
  const spawnAll = (ctx: Parameters<Order>[0]): void => {
    for (const [name, part] of Object.entries(parts)) ctx.spawn(puppet({ hook: false, ...part }), { name })
  }
  return stage(puppet({ trapExit: true, init: spawnAll }))
}

const to = (ctx: Parameters<Order>[0], path: string): ActorRef<Order> => ctx.lookup<Order>(path) as ActorRef<Order>
const link = (on: Stage, from: string, other: string): Promise<void> =>
  within(on, from, (ctx) => {
    const target = to(ctx, other)
    ctx.link(target)
  })
const die =
  (error: Error = new Error('boom')): Order =>
  () => {
    throw error
  }
const alive = (on: Stage, ...names: string[]): string[] =>
  names.filter((name) => on.system.deadLetters !== undefined && lives(on, `/${name}`))

function lives(on: Stage, path: string): boolean {
  try {
    return at(on, path).alive
  } catch {
    return false
  }
}

describe('a link', () => {
  test('ends the other actor with the same reason, in both directions', async () => {
    for (const [first, second] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const log: string[] = []
      const on = await cast({ a: { log, hook: true }, b: { log, hook: true } })
      await link(on, '/a', '/b')
      await tell(on, `/${first}`, die())
      expect(log.filter((line) => line.includes('stop'))).toEqual([
        `${first}#1: stop Error: boom`,
        `${second}#1: stop Error: boom`,
      ])
    }
  })

  test('carries the reason on from actor to actor, the error itself', async () => {
    const log: string[] = []
    const on = await cast({ a: {}, b: {}, c: {}, d: { trapExit: true, log } })
    await link(on, '/a', '/b')
    await link(on, '/b', '/c')
    await link(on, '/c', '/d')
    const ends: unknown[] = []
    on.system.events.on('terminated', ({ path, reason }) => ends.push([path, reason]))
    const error = new Error('boom')
    await tell(on, '/a', die(error))
    expect(ends).toEqual([
      ['/a', error],
      ['/b', error],
      ['/c', error],
    ])
    expect(log.at(-1)).toBe('d#1: exit over link from /c: Error: boom')
  })

  test('does not end the other with normal, and tells a trapping one even that', async () => {
    const log: string[] = []
    const on = await cast({ a: {}, b: {}, c: { trapExit: true, log } })
    await link(on, '/a', '/b')
    await link(on, '/a', '/c')
    await tell(on, '/a', (ctx) => ctx.stop('normal'))
    expect(alive(on, 'a', 'b', 'c')).toEqual(['b', 'c'])
    expect(log).toEqual(['c#1: init', 'c#1: exit over link from /a: normal'])
  })

  test('ends the other with shutdown, killed and noproc, which are ordinary reasons', async () => {
    const on = await cast({ a: {}, b: {}, c: { trapExit: true } })
    await link(on, '/a', '/b')
    await tell(on, '/a', (ctx) => ctx.stop('shutdown'))
    expect(alive(on, 'a', 'b', 'c')).toEqual(['c'])
  })

  test('is made once, however often it is asked for, from either side', async () => {
    const log: string[] = []
    const on = await cast({ a: {}, b: { trapExit: true, log } })
    await link(on, '/a', '/b')
    await link(on, '/a', '/b')
    await link(on, '/b', '/a')
    await tell(on, '/a', die())
    expect(log).toEqual(['b#1: init', 'b#1: exit over link from /a: Error: boom'])
  })

  test('is undone by one unlink, from either side', async () => {
    for (const side of ['/a', '/b'] as const) {
      const on = await cast({ a: {}, b: {} })
      await link(on, '/a', '/b')
      await link(on, '/a', '/b')
      await within(on, side, (ctx) => ctx.unlink(to(ctx, side === '/a' ? '/b' : '/a')))
      await tell(on, '/a', die())
      expect(alive(on, 'a', 'b')).toEqual(['b'])
    }
  })

  test('sends nothing after unlink, not even an exit signal that waits already', async () => {
    const log: string[] = []
    const on = await cast({ a: {}, b: { trapExit: true, log } })
    await link(on, '/b', '/a')
    const hold = gate()
    const a = at(on, '/a')
    await tell(on, '/b', async (ctx) => {
      await hold.promise
      ctx.unlink(a)
    })
    await tell(on, '/a', die())
    hold.open()
    await on.world.settle()
    expect(log).toEqual(['b#1: init'])
  })

  test('to an actor that is not alive gives noproc at once', async () => {
    const log: string[] = []
    const on = await cast({ a: {}, b: {}, c: { trapExit: true, log } })
    const dead = at(on, '/a')
    await tell(on, '/a', die())
    await within(on, '/b', (ctx) => ctx.link(dead))
    await within(on, '/c', (ctx) => ctx.link(dead))
    expect(alive(on, 'b', 'c')).toEqual(['c'])
    expect(log).toEqual(['c#1: init', 'c#1: exit over link from /a: noproc'])
  })

  test('to itself is none', async () => {
    const log: string[] = []
    const on = await cast({ a: { trapExit: true, log } })
    await link(on, '/a', '/a')
    await tell(on, '/a', die())
    expect(log).toEqual(['a#1: init'])
  })

  test('between parent and child is there already: each end is told once', async () => {
    const log: string[] = []
    const on = await cast({ a: { trapExit: true, log } })
    await within(on, '/a', (ctx) => {
      const child = ctx.spawn(puppet({ init: (inner) => inner.link(ctx.self) }), { name: 'x' })
      ctx.link(child)
    })
    await tell(on, '/a/x', die())
    expect(log).toEqual(['a#1: init', 'a#1: exit over link from /a/x: Error: boom'])
  })

  test('belongs to the incarnation that made it', async () => {
    const log: string[] = []
    const { troupe } = await import('./stage.js')
    const on = await stage(troupe({ a: {}, b: { trapExit: true, log } }))
    await link(on, '/a', '/b')
    await tell(on, '/a', die())
    await tell(on, '/a', die())
    expect(log).toEqual(['b#1: init', 'b#1: exit over link from /a: Error: boom'])
  })

  test('ends an actor in the middle of an asynchronous handler at once, unless it traps exits', async () => {
    const log: string[] = []
    const on = await cast({ a: {}, b: { log, hook: true }, c: { log, trapExit: true } })
    await link(on, '/a', '/b')
    await link(on, '/a', '/c')
    await tell(on, '/b', () => never)
    const hold = gate()
    await tell(on, '/c', () => hold.promise)
    await tell(on, '/a', die())
    expect(log).toEqual(['b#1: init', 'c#1: init', 'b#1: stop Error: boom'])
    hold.open()
    await on.world.settle()
    expect(log.at(-1)).toBe('c#1: exit over link from /a: Error: boom')
  })
})
