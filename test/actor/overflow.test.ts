import fc from 'fast-check'
import { ActorError, type MailboxOptions, type Overflow } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, gate, type Order, puppet, type Stage, stage, tell, troupe } from './stage.js'

/** A bounded actor that is busy until the gate opens, and what it has handled since. */
async function busy(overflow: Overflow, capacity: number, options: MailboxOptions = {}) {
  const on = await stage(troupe({ a: { mailbox: { ...options, capacity, overflow } } }))
  const hold = gate()
  const handled: number[] = []
  await tell(on, '/a', () => hold.promise)
  const order = (n: number): Order => Object.assign(() => void handled.push(n), { toString: () => `m${n}` })
  return { on, hold, handled, order, a: at(on, '/a') }
}

describe('a bounded mailbox', () => {
  test('refuses what is too much to the sender, and keeps it out of the dead letters', async () => {
    const { on, hold, handled, order, a } = await busy('refuse', 2)
    expect([1, 2, 3, 4].map((n) => a.send(order(n)))).toEqual([true, true, false, false])
    hold.open()
    await on.world.settle()
    expect(handled).toEqual([1, 2])
    expect(on.letters()).toEqual([])
    expect(a.send(order(5))).toBe(true)
  })

  test('drops the newest into the dead letters', async () => {
    const { on, hold, handled, order, a } = await busy('drop-newest', 2)
    expect([1, 2, 3].map((n) => a.send(order(n)))).toEqual([true, true, false])
    hold.open()
    await on.world.settle()
    expect(handled).toEqual([1, 2])
    expect(on.letters()).toEqual(['overflow /a m3'])
  })

  test('drops the oldest into the dead letters, and queues the new one', async () => {
    const { on, hold, handled, order, a } = await busy('drop-oldest', 2)
    expect([1, 2, 3, 4].map((n) => a.send(order(n)))).toEqual([true, true, true, true])
    hold.open()
    await on.world.settle()
    expect(handled).toEqual([3, 4])
    expect(on.letters()).toEqual(['overflow /a m1', 'overflow /a m2'])
  })

  test('gives credit: offer waits for room, in order, while send is refused', async () => {
    const { on, hold, handled, order, a } = await busy('credit', 2)
    expect(a.offer(order(1))).toBe(true)
    expect(a.send(order(2))).toBe(true)
    expect(a.send(order(0))).toBe(false)
    const settled: string[] = []
    for (const n of [3, 4, 5]) void Promise.resolve(a.offer(order(n))).then((queued) => settled.push(`${n} ${queued}`))
    await on.world.settle()
    expect(settled).toEqual([])
    hold.open()
    await on.world.settle()
    expect(settled).toEqual(['3 true', '4 true', '5 true'])
    expect(handled).toEqual([1, 2, 3, 4, 5])
  })

  test('lets a waiting offer in as soon as an asynchronous handler has taken a message, not when it is done', async () => {
    const { on, hold, order, a } = await busy('credit', 1)
    const second = gate()
    a.send(() => second.promise)
    let queued: unknown
    void Promise.resolve(a.offer(order(1))).then((value) => {
      queued = value
    })
    hold.open()
    await on.world.settle()
    expect(queued).toBe(true)
  })

  test('tells waiting offers false when its actor is gone for good', async () => {
    const { on, order, a } = await busy('credit', 1)
    a.send(order(1))
    const offers = [2, 3].map((n) => a.offer(order(n)))
    on.system.exit(on.system.ref('/'), 'kill')
    expect(await on.world.until(Promise.all(offers))).toEqual([false, false])
    expect(a.offer(order(4))).toBe(false)
    expect(on.letters().sort()).toEqual(['stopped /a m1', 'stopped /a m2', 'stopped /a m3', 'stopped /a m4'])
  })

  test('keeps offers waiting over a restart, and lets them in after it', async () => {
    const { on, hold, handled, order, a } = await busy('credit', 1)
    a.send(order(1))
    const offers = [2, 3].map((n) => a.offer(order(n)))
    hold.fail(new Error('crash'))
    expect(await on.world.until(Promise.all(offers))).toEqual([true, true])
    await on.world.settle()
    expect(a.incarnation).toBe(2)
    expect(handled).toEqual([1, 2, 3])
  })

  test('lets offers in when a crash has emptied the mailbox', async () => {
    const { on, hold, handled, order, a } = await busy('credit', 1, { onCrash: 'drop' })
    a.send(order(1))
    const offers = [2, 3].map((n) => a.offer(order(n)))
    hold.fail(new Error('crash'))
    expect(await on.world.until(Promise.all(offers))).toEqual([true, true])
    await on.world.settle()
    expect(on.letters()[1]).toBe('cleared /a m1')
    expect(handled).toEqual([2, 3])
  })

  test('lets offers in when a kill has emptied the mailbox of an actor that nothing else would wake', async () => {
    const { on, handled, order, a } = await busy('credit', 1, { onCrash: 'drop' })
    a.send(order(1))
    const offers = [2, 3].map((n) => a.offer(order(n)))
    on.system.exit('/a', 'kill')
    expect(await on.world.until(Promise.all(offers))).toEqual([true, true])
    await on.world.settle()
    expect(handled).toEqual([2, 3])
  })

  test('lets no later offer overtake one that waits, not even from its own actor', async () => {
    const on = await stage(troupe({ a: { mailbox: { capacity: 1, overflow: 'credit' } } }))
    const handled: number[] = []
    const order =
      (n: number): Order =>
      (ctx) => {
        handled.push(n)
        if (n === 1) void ctx.self.offer(order(3))
      }
    await tell(on, '/a', (ctx) => {
      void ctx.self.offer(order(1))
      void ctx.self.offer(order(2))
    })
    expect(handled).toEqual([1, 2, 3])
  })

  test('lets the only waiting offer in when the handler that took the last message crashes', async () => {
    const { on, hold, handled, order, a } = await busy('credit', 1)
    const crash = gate()
    a.send(() => crash.promise)
    const offer = a.offer(order(1))
    hold.open()
    await on.world.settle()
    crash.fail(new Error('crash'))
    expect(await on.world.until(Promise.resolve(offer))).toBe(true)
    await on.world.settle()
    expect(handled).toEqual([1])
  })

  test('offers like send where the policy is another', async () => {
    const { order, a } = await busy('drop-newest', 1)
    expect([a.offer(order(1)), a.offer(order(2))]).toEqual([true, false])
  })

  test('tells listeners of each overflow', async () => {
    const { on, order, a } = await busy('refuse', 1)
    const seen: unknown[] = []
    on.system.events.on('overflow', (event) => seen.push(event))
    a.send(order(1))
    a.send(order(2))
    expect(seen).toEqual([{ atMs: 0, path: '/a', policy: 'refuse', capacity: 1 }])
  })

  test('stays within its bounds when an actor floods itself', async () => {
    for (const overflow of ['refuse', 'drop-newest', 'drop-oldest', 'credit'] as const) {
      const handled: number[] = []
      const on = await stage(troupe({ a: { mailbox: { capacity: 3, overflow } } }))
      const order = (n: number): Order => Object.assign(() => void handled.push(n), { toString: () => `m${n}` })
      const flood: Order = (ctx) => {
        for (let n = 1; n <= 7; n++) ctx.self.send(order(n))
      }
      at(on, '/a').send(flood)
      at(on, '/a').send(order(0))
      await on.world.settle()
      expect(handled).toEqual(overflow === 'drop-oldest' ? [5, 6, 7] : [0, 1, 2])
    }
  })

  test('grows under an actor that floods itself in the middle of a long life, and loses nothing', async () => {
    const handled: number[] = []
    const on = await stage(puppet())
    let sent = 0
    // Two messages in flight at all times: the mailbox never runs empty, so its positions never start anew.
    const order =
      (burst: number): Order =>
      (ctx) => {
        handled.push(1)
        for (let n = 0; n < burst; n++) {
          sent++
          ctx.self.send(order(sent < 5_000 ? 1 : sent % 97 === 0 && sent < 20_000 ? 40 : sent < 20_000 ? 1 : 0))
        }
      }
    on.system.send('/', order(1))
    on.system.send('/', order(1))
    await on.world.settle()
    expect(sent).toBeGreaterThan(19_000)
    expect(handled.length).toBe(sent + 2)
    expect(on.system.exitReason).toBe(undefined)
  })

  test('is refused when its options are wrong, naming key, value and place', () => {
    const wrong = (mailbox: object) => stage(puppet({ init: (ctx) => ctx.spawn(puppet(), { name: 'x', mailbox }) }))
    return Promise.all([
      expect(wrong({ capacity: 0 })).rejects.toThrow(
        'spawn x under /: mailbox.capacity is 0; allowed: a whole number above 0',
      ),
      expect(wrong({ overflow: 'lose' })).rejects.toThrow('mailbox.overflow is lose; allowed: refuse, drop-newest'),
      expect(wrong({ redeliver: -1 })).rejects.toThrow('mailbox.redeliver is -1'),
      expect(wrong({ onCrash: 'maybe' })).rejects.toThrow('mailbox.onCrash is maybe; allowed: keep, drop'),
      expect(wrong({ onGroupRestart: 'maybe' })).rejects.toThrow('mailbox.onGroupRestart is maybe'),
      wrong({ capacity: 1.5 }).catch((error) => {
        expect(error.cause).toBeInstanceOf(ActorError)
        expect(error.cause).toMatchObject({ code: 'invalid-mailbox', data: { key: 'mailbox.capacity', value: 1.5 } })
      }),
    ])
  })

  test('does what a bounded array with that policy would do, for any mix of sends and turns', async () => {
    const policy = fc.constantFrom<Overflow>('refuse', 'drop-newest', 'drop-oldest', 'credit')
    const bursts = fc.array(fc.nat(12), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(policy, fc.integer({ min: 1, max: 5 }), bursts, async (overflow, capacity, sizes) => {
        const on: Stage = await stage(troupe({ a: { mailbox: { capacity, overflow } } }))
        const handled: number[] = []
        const expected: number[] = []
        const lost: string[] = []
        let next = 0
        for (const size of sizes) {
          const model: number[] = []
          for (let i = 0; i < size; i++) {
            const n = ++next
            const order: Order = Object.assign(() => void handled.push(n), { toString: () => `m${n}` })
            const room = model.length < capacity
            expect(at(on, '/a').send(order)).toBe(room || overflow === 'drop-oldest')
            if (room) model.push(n)
            else if (overflow === 'drop-newest') lost.push(`overflow /a m${n}`)
            else if (overflow === 'drop-oldest') {
              lost.push(`overflow /a m${model.shift()}`)
              model.push(n)
            }
          }
          expected.push(...model)
          await on.world.settle()
        }
        expect(handled).toEqual(expected)
        expect(on.letters()).toEqual(lost)
      }),
      { numRuns: 60 },
    )
  })
})

test('a spawned actor is refused a mailbox with a key that is none', async () => {
  const on = await stage(troupe({ a: {} }))
  let refused: unknown
  await tell(on, '/a', (ctx) => {
    try {
      ctx.spawn(puppet({}), { mailbox: { capacty: 3 } as MailboxOptions })
    } catch (error) {
      refused = error
    }
  })
  await on.world.settle()
  expect(refused).toMatchObject({ code: 'invalid-mailbox', data: { key: 'mailbox.capacty', value: 3 } })
})
