import type { Monitor } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, gate, type Order, type Stage, stage, tell, troupe, within } from './stage.js'

const crash: Order = () => {
  throw new Error('boom')
}

const watch = (on: Stage, from: string, path: string): Promise<Monitor> => {
  const target = at(on, path)
  return within(on, from, (ctx) => ctx.monitor(target))
}

describe('a monitor', () => {
  test('tells of the end once, with its reason, and does not harm', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {}, b: { log } }))
    await watch(on, '/b', '/a')
    await tell(on, '/a', crash)
    await tell(on, '/a', crash)
    expect(log).toEqual(['b#1: init', 'b#1: down from /a: Error: boom'])
  })

  test('tells of every kind of end', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {}, b: { log } }))
    for (const reason of ['normal', 'shutdown', 'kill', { shutdown: 'enough' }] as const) {
      await watch(on, '/b', '/a')
      await tell(on, '/a', (ctx) => ctx.stop(reason))
    }
    await watch(on, '/b', '/a')
    on.system.exit('/a', 'kill')
    await on.world.settle()
    expect(log.slice(1).map((line) => line.slice('b#1: down from /a: '.length))).toEqual([
      'normal',
      'shutdown',
      'kill',
      'shutdown ("enough")',
      'killed',
    ])
  })

  test('is separate each time: two tell twice, and undoing one leaves the other', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const log: string[] = []
    const both = await stage(troupe({ a: {}, b: { log } }))
    const first = await watch(both, '/b', '/a')
    const second = await watch(both, '/b', '/a')
    expect(first.id).not.toBe(second.id)
    expect(first.target).toBe(at(both, '/a'))
    await within(both, '/b', (ctx) => ctx.demonitor(first))
    await watch(both, '/b', '/a')
    await tell(both, '/a', crash)
    expect(log).toEqual(['b#1: init', 'b#1: down from /a: Error: boom', 'b#1: down from /a: Error: boom'])
    expect(at(on, '/a').incarnation).toBe(1)
  })

  test('goes one way: the end of the watcher does not harm the watched', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    await watch(on, '/b', '/a')
    await tell(on, '/b', crash)
    expect([at(on, '/a').incarnation, at(on, '/b').incarnation]).toEqual([1, 2])
  })

  test('belongs to the incarnation that set it', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {}, b: { log } }))
    await watch(on, '/b', '/a')
    await tell(on, '/b', crash)
    await tell(on, '/a', crash)
    expect(log.filter((line) => line.includes('down'))).toEqual([])
  })

  test('of an actor that is not alive tells noproc at once', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {}, b: { log } }))
    const dead = await within(on, '/a', (ctx) => ctx.spawn(troupe({}), { name: 'x' }))
    on.system.exit(dead, 'kill')
    await on.world.settle()
    expect(dead.alive).toBe(false)
    await within(on, '/b', (ctx) => ctx.monitor(dead))
    expect(log).toEqual(['b#1: init', 'b#1: down from /a/x: noproc'])
  })

  test('tells nothing after it was undone, not even what waits already', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {}, b: { log } }))
    const made = await watch(on, '/b', '/a')
    const hold = gate()
    await tell(on, '/b', async (ctx) => {
      await hold.promise
      ctx.demonitor(made)
    })
    await tell(on, '/a', crash)
    hold.open()
    await on.world.settle()
    expect(log).toEqual(['b#1: init'])
  })

  test('comes before the messages that wait', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {}, b: { log } }))
    await watch(on, '/b', '/a')
    const hold = gate()
    await tell(on, '/b', () => hold.promise)
    on.system.send<Order>('/b', () => void log.push('message'))
    await tell(on, '/a', crash)
    hold.open()
    await on.world.settle()
    expect(log).toEqual(['b#1: init', 'b#1: down from /a: Error: boom', 'message'])
  })

  test('of itself tells nobody', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    await watch(on, '/a', '/a')
    await tell(on, '/a', crash)
    expect(log).toEqual(['a#1: init', 'a#1: stop Error: boom', 'a#2: init'])
  })
})
