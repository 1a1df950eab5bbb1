import { inspect } from 'node:util'
import { ActorError, type ActorRef } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, type Order, puppet, stage, tell, troupe, within } from './stage.js'

const crash: Order = () => {
  throw new Error('crash')
}

describe('a ref', () => {
  test('stays the same over restarts, with the same path, while the incarnation goes up', async () => {
    const on = await stage(troupe({ a: {} }))
    const ref = at(on, '/a')
    expect([ref.path, ref.incarnation, ref.alive]).toEqual(['/a', 1, true])
    await tell(on, '/a', crash)
    expect([ref.path, ref.incarnation, ref.alive]).toEqual(['/a', 2, true])
    expect(at(on, '/a')).toBe(ref)
    let handled = 0
    ref.send(() => {
      handled++
    })
    await on.world.settle()
    expect(handled).toBe(1)
  })

  test('can be written down and resolved while the same incarnation lives', async () => {
    const on = await stage(troupe({ a: {} }))
    const { address } = at(on, '/a')
    expect(address).toEqual({ system: on.system.id, path: '/a', incarnation: 1 })
    expect(JSON.parse(JSON.stringify({ to: at(on, '/a') }))).toEqual({ to: address })
    expect(on.system.resolve(address)).toBe(at(on, '/a'))
    await tell(on, '/a', crash)
    expect(on.system.resolve(address)).toBe(undefined)
    expect(on.system.resolve(at(on, '/a').address)).toBe(at(on, '/a'))
    expect(on.system.resolve({ ...at(on, '/a').address, system: 'another' })).toBe(undefined)
    expect(on.system.resolve({ ...address, path: '/b' })).toBe(undefined)
    await on.world.until(on.system.stop())
    expect(on.system.resolve({ ...address, incarnation: 2 })).toBe(undefined)
  })

  test('reads as path and incarnation', async () => {
    const on = await stage(troupe({ a: {} }))
    expect(`${at(on, '/a')}`).toBe('/a#1')
    expect(inspect(at(on, '/a'))).toBe('ActorRef(/a#1)')
  })

  test('can be sent in messages and answered through', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const seen: string[] = []
    const answer =
      (to: ActorRef<Order>): Order =>
      (ctx) =>
        void ctx.send(to, (self) => void seen.push(`${self.path} heard of ${ctx.path}`))
    await tell(on, '/a', (ctx) => {
      const b = ctx.lookup<Order>('/b')
      if (b !== undefined) ctx.send(b, answer(ctx.self))
    })
    expect(seen).toEqual(['/a heard of /b'])
  })
})

describe('a path', () => {
  test('leads from the root through the names of supervisors and spawned children', async () => {
    const on = await stage(troupe({ a: {} }))
    const leaf = await within(on, '/a', (ctx) =>
      ctx.spawn(puppet({ init: (inner) => void inner.spawn(puppet(), { name: 'leaf' }) }), { name: 'branch' }),
    )
    expect(leaf.path).toBe('/a/branch')
    expect(at(on, '/a/branch/leaf').path).toBe('/a/branch/leaf')
    expect(on.system.ref('/').path).toBe('/')
  })

  test('where nobody stands is named, with the nearest one above', async () => {
    const on = await stage(troupe({ a: {} }))
    expect(() => on.system.ref('/a/b/c')).toThrow('no actor stands at /a/b/c; the nearest one is /a')
    expect(() => on.system.ref('/x')).toThrow('no actor stands at /x; the nearest one is /')
    expect(() => on.system.ref('a')).toThrow('no actor stands at a; paths start with /')
    expect(() => on.system.ref('')).toThrow('paths start with /')
    expect(() => on.system.ref('/a/')).toThrow('no actor stands at /a/')
    try {
      on.system.ref('/x')
    } catch (error) {
      expect(error).toBeInstanceOf(ActorError)
      expect(error).toMatchObject({ code: 'no-such-actor', data: { path: '/x' } })
    }
  })

  test('leads to the actor that stands there now, not to one that stood there before', async () => {
    const on = await stage(troupe({ a: {} }))
    const first = await within(on, '/a', (ctx) => ctx.spawn(puppet(), { name: 'x' }))
    on.system.send<Order>('/a/x', (ctx) => ctx.stop())
    await on.world.settle()
    expect(() => at(on, '/a/x')).toThrow('no actor stands at /a/x')
    const second = await within(on, '/a', (ctx) => ctx.spawn(puppet(), { name: 'x' }))
    expect(second).not.toBe(first)
    expect(at(on, '/a/x')).toBe(second)
    const seen: string[] = []
    expect(on.system.send<Order>('/a/x', () => void seen.push('second'))).toBe(true)
    expect(first.send(() => void seen.push('first'))).toBe(false)
    await on.world.settle()
    expect(seen).toEqual(['second'])
  })

  test('of a child is free again when its parent has started anew', async () => {
    const on = await stage(troupe({ a: {} }))
    const old = await within(on, '/a', (ctx) => ctx.spawn(puppet(), { name: 'x' }))
    await tell(on, '/a', crash)
    expect(() => at(on, '/a/x')).toThrow('no actor stands at /a/x')
    expect(await within(on, '/a', (ctx) => ctx.children.length)).toBe(0)
    const young = await within(on, '/a', (ctx) => ctx.spawn(puppet(), { name: 'x' }))
    expect(young).not.toBe(old)
    expect([old.alive, young.alive]).toEqual([false, true])
  })
})
