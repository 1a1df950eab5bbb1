import { describe, expect, test } from 'vitest'
import { gate, type Order, stage, tell, troupe } from './stage.js'

const named = (name: string, order: Order): Order => Object.assign(order, { toString: () => name })

/** A message that crashes its actor the first `times` times. */
function poison(log: string[], times: number, async = false): Order {
  let left = times
  return named('poison', (ctx) => {
    log.push(`tried by ${ctx.self}`)
    if (left-- <= 0) return undefined
    const error = new Error('boom')
    if (async) return Promise.reject(error)
    throw error
  })
}

describe('a message that crashed its actor', () => {
  test('is not tried again by default, and the others are kept', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: {} }))
    on.system.send('/a', poison(log, 1))
    await tell(on, '/a', (ctx) => void log.push(`next by ${ctx.self}`))
    expect(log).toEqual(['tried by /a#1', 'next by /a#2'])
    expect(on.letters()).toEqual(['crashed /a poison'])
  })

  test('is tried again as often as was declared, before all others, then becomes a dead letter', async () => {
    for (const async of [false, true]) {
      const log: string[] = []
      const on = await stage(troupe({ a: { mailbox: { redeliver: 2 } } }))
      on.system.send('/a', poison(log, 5, async))
      await tell(on, '/a', (ctx) => void log.push(`next by ${ctx.self}`))
      expect(log).toEqual(['tried by /a#1', 'tried by /a#2', 'tried by /a#3', 'next by /a#4'])
      expect(on.letters()).toEqual(['crashed /a poison'])
    }
  })

  test('and then succeeds is no dead letter, and its tries are forgotten', async () => {
    for (const async of [false, true]) {
      const log: string[] = []
      const on = await stage(troupe({ a: { mailbox: { redeliver: 1 } } }))
      const order = poison(log, 1, async)
      await tell(on, '/a', order)
      expect(log).toEqual(['tried by /a#1', 'tried by /a#2'])
      let left = 1
      const again = named('again', () => {
        if (left-- > 0) throw new Error('boom')
      })
      await tell(on, '/a', again)
      left = 1
      await tell(on, '/a', again)
      expect(on.letters()).toEqual([])
    }
  })

  test('is put back in front also where the mailbox is full', async () => {
    const log: string[] = []
    const on = await stage(troupe({ a: { mailbox: { redeliver: 1, capacity: 1 } } }))
    const hold = gate()
    let tries = 0
    await tell(on, '/a', (ctx) => {
      log.push(`tried by ${ctx.self}`)
      return tries++ === 0 ? hold.promise : undefined
    })
    on.system.send<Order>('/a', () => void log.push('next'))
    hold.fail(new Error('boom'))
    await on.world.settle()
    expect(log).toEqual(['tried by /a#1', 'tried by /a#2', 'next'])
  })

  test('is one that was handled, not a signal', async () => {
    const on = await stage(troupe({ a: { mailbox: { redeliver: 1 } } }))
    const crashes: unknown[] = []
    on.system.events.on('crashed', ({ message }) => crashes.push(String(message)))
    const order = poison([], 1)
    await tell(on, '/a', order)
    expect(crashes).toEqual(['poison'])
    expect(on.letters()).toEqual([])
  })
})

describe('a mailbox over a restart', () => {
  const crash: Order = named('crash', () => {
    throw new Error('boom')
  })

  test('is kept when its own actor crashed, unless it says drop', async () => {
    for (const [mailbox, expected] of [
      [{}, ['/a#2']],
      [{ onCrash: 'drop' as const }, []],
    ] as const) {
      const log: string[] = []
      const on = await stage(troupe({ a: { mailbox } }))
      const hold = gate()
      await tell(on, '/a', () => hold.promise)
      for (const order of [crash, named('waits', (ctx: Parameters<Order>[0]) => void log.push(`${ctx.self}`))]) {
        on.system.send('/a', order)
      }
      hold.open()
      await on.world.settle()
      expect(log).toEqual(expected)
    }
  })

  test('is emptied when a sibling crashed and all restart, unless it says keep', async () => {
    const { supervisor } = await import('holdfast')
    const { puppet } = await import('./stage.js')
    for (const onGroupRestart of ['keep', 'drop'] as const) {
      const log: string[] = []
      const on = await stage(
        supervisor({
          strategy: 'one-for-all',
          children: [
            { id: 'a', start: puppet(), mailbox: { onGroupRestart } },
            { id: 'b', start: puppet() },
          ],
        }),
      )
      await tell(on, '/a', () => new Promise<never>(() => undefined))
      on.system.send(
        '/a',
        named('waits', (ctx: Parameters<Order>[0]) => void log.push(`${ctx.self}`)),
      )
      await tell(on, '/b', crash)
      await on.world.run()
      expect(log).toEqual(onGroupRestart === 'keep' ? ['/a#2'] : [])
      expect(on.letters()).toEqual(
        onGroupRestart === 'keep' ? ['crashed /b crash'] : ['crashed /b crash', 'cleared /a waits'],
      )
    }
  })
})
