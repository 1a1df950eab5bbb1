import { describe, expect, test } from 'vitest'
import { at, gate, type Order, puppet, stage, tell, troupe, within } from './stage.js'

const named = (name: string, order: Order = () => undefined): Order => Object.assign(order, { toString: () => name })

describe('a message becomes a dead letter', () => {
  test('when nobody stands at its path', async () => {
    const on = await stage(troupe({ a: {} }))
    expect(on.system.send('/b', 'lost')).toBe(false)
    expect(on.system.deadLetters.list()).toEqual([
      { path: '/b', message: 'lost', reason: 'no-such-actor', error: undefined, atMs: 0 },
    ])
  })

  test('when its actor has ended and will not be restarted, whether it comes later or waited', async () => {
    const { supervisor } = await import('holdfast')
    const on = await stage(supervisor({ children: [{ id: 'a', start: puppet(), restart: 'transient' }] }))
    const hold = gate()
    await tell(on, '/a', async (ctx) => {
      await hold.promise
      ctx.stop()
    })
    on.system.send('/a', named('waited'))
    hold.open()
    await on.world.settle()
    expect(on.system.send('/a', named('late'))).toBe(false)
    expect(on.letters()).toEqual(['stopped /a waited', 'stopped /a late'])
  })

  test('when its actor is gone for good', async () => {
    const on = await stage(troupe({ a: {} }))
    const child = await within(on, '/a', (ctx) => ctx.spawn(puppet(), { name: 'x' }))
    await tell(on, '/a/x', (ctx) => ctx.stop())
    expect(child.send(named('late'))).toBe(false)
    expect(on.letters()).toEqual(['stopped /a/x late'])
  })

  test('when it crashed its actor, with the error', async () => {
    const on = await stage(troupe({ a: {} }))
    const error = new Error('boom')
    const order = named('poison', () => {
      throw error
    })
    await on.world.advance('1s')
    await tell(on, '/a', order)
    expect(on.system.deadLetters.list()).toEqual([
      { path: '/a', message: order, reason: 'crashed', error, atMs: 1_000 },
    ])
  })

  test('when a restart empties the mailbox', async () => {
    const on = await stage(troupe({ a: { mailbox: { onCrash: 'drop' } } }))
    const hold = gate()
    await tell(
      on,
      '/a',
      named('poison', () => hold.promise),
    )
    on.system.send('/a', named('waited'))
    hold.fail(new Error('boom'))
    await on.world.settle()
    expect(on.letters()).toEqual(['crashed /a poison', 'cleared /a waited'])
  })

  test('when it is sent to a supervisor, which understands none', async () => {
    const on = await stage(troupe({ a: {} }))
    expect(on.system.send('/', 'hello')).toBe(false)
    expect(on.letters()).toEqual(['not-understood / hello'])
  })

  test('but not when its actor is only between two incarnations', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log, init: (ctx) => (ctx.incarnation === 1 ? 0 : ctx.sleep('1s')) } }))
    await tell(
      on,
      '/a',
      named('poison', () => Promise.reject(new Error('boom'))),
    )
    expect(
      on.system.send(
        '/a',
        named('meanwhile', () => void log.push('handled')),
      ),
    ).toBe(true)
    await on.world.run()
    expect(log.at(-1)).toBe('handled')
    expect(on.letters()).toEqual(['crashed /a poison'])
  })
})

describe('dead letters', () => {
  test('are kept up to a number, oldest dropped first, and all are counted', async () => {
    const on = await stage(troupe({}), { deadLettersMax: 3 })
    for (let i = 1; i <= 8; i++) on.system.send('/x', i)
    expect(on.letters()).toEqual([6, 7, 8].map((i) => `no-such-actor /x ${i}`))
    expect(on.system.deadLetters.count).toBe(8)
  })

  test('may be counted only', async () => {
    const on = await stage(troupe({}), { deadLettersMax: 0 })
    on.system.send('/x', 1)
    expect([on.letters(), on.system.deadLetters.count]).toEqual([[], 1])
  })

  test('are told to listeners as they come', async () => {
    const on = await stage(troupe({ a: {} }))
    const seen: unknown[] = []
    on.system.events.on('dead-letter', (letter) => seen.push(letter))
    on.system.send('/x', 1)
    expect(seen).toEqual(on.system.deadLetters.list())
    expect(at(on, '/a').alive).toBe(true)
  })
})
