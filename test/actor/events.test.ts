import { describe, expect, test } from 'vitest'
import { at, type Order, puppet, stage, tell, troupe, within } from './stage.js'

const crash: Order = () => {
  throw new Error('boom')
}

describe('events', () => {
  test('tell the life of an actor in order, with its incarnation', async () => {
    const on = await stage(troupe({ a: {} }))
    const names: string[] = []
    on.system.events.onAny(
      (event) => names.push(`${event.name}${'incarnation' in event ? ` #${event.incarnation}` : ''}`),
      { messages: false },
    )
    await tell(on, '/a', crash)
    expect(names).toEqual([
      'crashed #1',
      'dead-letter',
      'terminated #1',
      'child-error #1',
      'restart',
      'starting #2',
      'started #2',
    ])
  })

  test('name the sender of each message, when it is queued and when it is handled', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const b = at(on, '/b')
    const seen: string[] = []
    on.system.events.on('sent', ({ path, sender }) => seen.push(`sent ${path} by ${sender}`))
    on.system.events.on('received', ({ path, sender }) => seen.push(`received ${path} by ${sender}`))
    await tell(on, '/a', async (ctx) => {
      b.send(() => undefined)
      ctx.send(b, () => undefined)
      await Promise.resolve()
      ctx.send(b, () => undefined)
    })
    expect(seen).toEqual([
      'sent /a by undefined',
      'received /a by undefined',
      'sent /b by /a',
      'sent /b by /a',
      'received /b by /a',
      'received /b by /a',
      'sent /b by /a',
      'received /b by /a',
    ])
  })

  test('carry the message itself, and come before its effects', async () => {
    const log: unknown[] = []
    const on = await stage(puppet())
    const order: Order = () => void log.push('handled')
    on.system.events.on('received', ({ message, incarnation, atMs }) => log.push([message, incarnation, atMs]))
    await tell(on, '/', order)
    expect(log).toEqual([[order, 1, 0], 'handled'])
  })

  test('do not name an old sender after nobody listened for a while', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const b = at(on, '/b')
    const seen: unknown[] = []
    const listen = (): (() => void) => on.system.events.on('received', ({ path, sender }) => seen.push([path, sender]))
    let off = listen()
    await tell(on, '/a', (ctx) => void ctx.send(b, () => undefined))
    off()
    b.send(() => undefined)
    off = listen()
    await on.world.settle()
    off()
    expect(seen).toEqual([
      ['/a', undefined],
      ['/b', '/a'],
      ['/b', undefined],
    ])
  })

  test('reach listeners that throw or reject, and harm no actor and no other listener', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log } }))
    const errors: string[] = []
    const seen: string[] = []
    on.system.events.on('listener-error', ({ event, error }) => errors.push(`${event}: ${(error as Error).message}`))
    for (const name of ['sent', 'received', 'crashed', 'terminated', 'started', 'restart', 'dead-letter'] as const) {
      on.system.events.on(name, () => {
        throw new Error('listener')
      })
      on.system.events.on(name, () => Promise.reject(new Error('later')))
      on.system.events.on(name, () => seen.push(name))
    }
    await tell(on, '/a', crash)
    await tell(on, '/a', () => void log.push('works'))
    expect(log).toEqual(['a#1: init', 'a#1: stop Error: boom', 'a#2: init', 'works'])
    expect(seen).toEqual([
      'sent',
      'received',
      'crashed',
      'dead-letter',
      'terminated',
      'restart',
      'started',
      'sent',
      'received',
    ])
    expect(errors.filter((text) => text.endsWith('listener'))).toHaveLength(seen.length)
    expect(errors.filter((text) => text.endsWith('later'))).toHaveLength(seen.length)
  })

  test('may be acted upon at once: a listener that sends or stops is one more outsider', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { log }, b: { log } }))
    on.system.events.on('crashed', () => {
      at(on, '/b').send(() => void log.push('b told'))
      on.system.exit('/b', 'shutdown')
    })
    await tell(on, '/a', crash)
    expect(log.filter((line) => line.startsWith('b'))).toEqual([
      'b#1: init',
      'b#1: stop shutdown',
      'b#2: init',
      'b told',
    ])
  })

  test('say nothing of an idle actor being abandoned when it is killed', async () => {
    const on = await stage(troupe({ a: {} }))
    await within(on, '/a', (ctx) => ctx.spawn(puppet(), { name: 'x' }))
    const names: string[] = []
    on.system.events.onAny(({ name, path }) => names.push(`${name} ${path}`), { messages: false })
    on.system.exit('/', 'kill')
    await on.world.settle()
    expect(names).toEqual(['terminated /a/x', 'terminated /a', 'terminated /'])
  })
})
