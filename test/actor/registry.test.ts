import fc from 'fast-check'
import { ActorError, type ActorRef } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { Registry } from '../../src/actor/registry.js'
import { at, type Order, puppet, stage, tell, troupe, within } from './stage.js'

describe('the registry', () => {
  test('finds an actor by name, from outside and from within, also after a restart', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    on.system.registry.register('ledger', at(on, '/a'))
    await tell(on, '/a', () => {
      throw new Error('crash')
    })
    expect(on.system.registry.whereis('ledger')).toBe(at(on, '/a'))
    expect(await within(on, '/b', (ctx) => ctx.whereis<Order>('ledger')?.path)).toBe('/a')
    expect(on.system.registry.whereis('nobody')).toBe(undefined)
    expect(await within(on, '/b', (ctx) => ctx.whereis('nobody'))).toBe(undefined)
  })

  test('gives a name to one actor at a time, and refuses the empty one', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const { registry } = on.system
    registry.register('x', at(on, '/a'))
    registry.register('x', at(on, '/a'))
    expect(() => registry.register('x', at(on, '/b'))).toThrow('register: x is held by /a; unregister it first')
    expect(() => registry.register('', at(on, '/b'))).toThrow(ActorError)
    expect([registry.unregister('x'), registry.unregister('x')]).toEqual([true, false])
    registry.register('x', at(on, '/b'))
    expect(registry.whereis('x')).toBe(at(on, '/b'))
  })

  test('frees all names of an actor that is gone for good', async () => {
    const on = await stage(troupe({ a: {} }))
    const child = await within(on, '/a', (ctx) => ctx.spawn(puppet(), { name: 'x' }))
    for (const name of ['one', 'two']) on.system.registry.register(name, child)
    on.system.registry.register('other', at(on, '/a'))
    on.system.exit(child, 'shutdown')
    await on.world.settle()
    expect(on.system.registry.names()).toEqual(['other'])
  })

  test('holds what a plain map would hold, whatever is done to it', () => {
    const refs = Array.from({ length: 3 }, (_, i) => ({ path: `/${i}` }) as ActorRef<never>)
    const name = fc.constantFrom('a', 'b', 'c', 'd')
    const who = fc.nat(2)
    const command = fc.oneof(
      fc.record({ do: fc.constant('register' as const), name, who }),
      fc.record({ do: fc.constant('unregister' as const), name }),
      fc.record({ do: fc.constant('forget' as const), who }),
    )
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60, size: 'max' }), (commands) => {
        const registry = new Registry()
        const model = new Map<string, ActorRef<never>>()
        for (const step of commands) {
          if (step.do === 'register') {
            const ref = refs[step.who] as ActorRef<never>
            const held = model.get(step.name)
            if (held === undefined || held === ref) {
              registry.register(step.name, ref)
              model.set(step.name, ref)
            } else expect(() => registry.register(step.name, ref)).toThrow('is held by')
          } else if (step.do === 'unregister') {
            expect(registry.unregister(step.name)).toBe(model.delete(step.name))
          } else {
            registry.forget(refs[step.who] as ActorRef<never>)
            for (const [key, ref] of model) if (ref === refs[step.who]) model.delete(key)
          }
          expect(registry.names()).toEqual([...model.keys()])
          for (const [key, ref] of model) expect(registry.whereis(key)).toBe(ref)
        }
      }),
    )
  })
})
