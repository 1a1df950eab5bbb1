import { ActorError, type ActorRef, AskError, actor, type Recipient } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, gate, never, type Order, type Stage, stage, tell, troupe, within } from './stage.js'

const answer =
  (value: unknown) =>
  (reply: Recipient<unknown>): Order =>
  () =>
    void reply.send(value)
const silence = (): Order => () => undefined

/** How an ask ended, and when. */
async function fate(on: Stage, asked: Promise<unknown>): Promise<unknown> {
  try {
    return await on.world.until(asked)
  } catch (error) {
    expect(error).toBeInstanceOf(AskError)
    const { code, message } = error as AskError
    return `${code} at ${on.world.clock.now()}: ${message}`
  }
}

describe('an ask', () => {
  test('answers with what the actor replies, by ref and by path', async () => {
    const on = await stage(troupe({ a: {} }))
    expect(await fate(on, on.system.ask(at(on, '/a'), answer(1)))).toBe(1)
    expect(await fate(on, on.system.ask<Order, unknown>('/a', answer(2)))).toBe(2)
  })

  test('may be answered later, and from elsewhere; only the first answer counts', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const sent: boolean[] = []
    const asked = on.system.ask(
      at(on, '/a'),
      (reply: Recipient<number>): Order =>
        (ctx) => {
          const b = ctx.lookup<Order>('/b') as ActorRef<Order>
          ctx.send(b, async (other) => {
            await other.sleep(30)
            sent.push(reply.send(1), reply.send(2))
          })
        },
    )
    expect(await fate(on, asked)).toBe(1)
    expect(on.world.clock.now()).toBe(30)
    expect(sent).toEqual([true, false])
  })

  test('times out exactly, after 5 s unless told otherwise, and tells a late reply false', async () => {
    const on = await stage(troupe({ a: {} }))
    const late = gate<boolean>()
    const asked = on.system.ask(
      at(on, '/a'),
      (reply: Recipient<number>): Order =>
        async (ctx) => {
          await ctx.sleep(70)
          late.open(reply.send(1))
        },
      { timeout: 70 },
    )
    const refusal = 'ask /a: no answer within 70 ms; ask with a longer timeout, or look why it is slow'
    expect(await fate(on, asked)).toBe(`timeout at 70: ${refusal}`)
    expect(await on.world.until(late.promise)).toBe(false)
    expect(await fate(on, on.system.ask(at(on, '/a'), silence))).toMatch(/^timeout at 5070: /)
  })

  test('is answered to the last instant before its deadline', async () => {
    const on = await stage(troupe({ a: {} }))
    const slow =
      (reply: Recipient<string>): Order =>
      async (ctx) => {
        await ctx.sleep(69)
        reply.send('in time')
      }
    expect(await fate(on, on.system.ask(at(on, '/a'), slow, { timeout: '70ms' }))).toBe('in time')
  })

  test('is given up by its AbortSignal, before and after it was sent', async () => {
    const on = await stage(troupe({ a: {} }))
    const controller = new AbortController()
    const options = { signal: controller.signal }
    let handled = 0
    const count = (): Order => () => {
      handled++
    }
    const during = on.system.ask(at(on, '/a'), count, options)
    await on.world.settle()
    controller.abort('enough')
    expect(await fate(on, during)).toBe('aborted at 0: ask /a: given up by its AbortSignal')
    await expect(during).rejects.toMatchObject({ cause: 'enough', data: { path: '/a', timeoutMs: 5_000 } })
    expect(await fate(on, on.system.ask(at(on, '/a'), count, options))).toMatch(/^aborted at 0/)
    await on.world.settle()
    expect(handled).toBe(1)
  })

  test('leaves nothing at its AbortSignal once it is answered', async () => {
    const on = await stage(troupe({ a: {} }))
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }
    await on.world.until(on.system.ask(at(on, '/a'), answer(1), { signal }))
    expect(listeners).toBe(0)
  })

  test('is not delivered to a full mailbox, a stopped actor, one that is gone, a supervisor, or nowhere', async () => {
    const on = await stage(troupe({ a: { mailbox: { capacity: 1 } } }))
    await tell(on, '/a', () => never)
    at(on, '/a').send(() => undefined)
    const refusal = 'not-delivered at 0: ask /a: the question was not delivered'
    expect(await fate(on, on.system.ask(at(on, '/a'), silence))).toBe(
      `${refusal}: its mailbox is full; wait with offer, or raise mailbox.capacity`,
    )
    expect(await fate(on, on.system.ask(on.system.ref<Order>('/'), silence))).toMatch(/^not-delivered/)
    const a = at(on, '/a')
    on.system.exit('/', 'kill')
    await on.world.settle()
    expect(await fate(on, on.system.ask(a, silence))).toBe(`${refusal}: the actor is gone for good`)
    const nowhere = on.system.ask<Order, unknown>('/b', silence)
    await expect(nowhere).rejects.toBeInstanceOf(ActorError)
    await expect(nowhere).rejects.toThrow('no actor stands at /b')
  })

  test('fails at once when its actor ends without answering, with the crash as the cause', async () => {
    const on = await stage(troupe({ a: {} }))
    const error = new Error('boom')
    const asked = on.system.ask(
      at(on, '/a'),
      (): Order => () => {
        throw error
      },
    )
    expect(await fate(on, asked)).toBe('target-ended at 0: ask /a: it ended before it answered: Error: boom')
    await expect(asked).rejects.toMatchObject({ cause: error })
    const stopped = on.system.ask(at(on, '/a'), (): Order => (ctx) => ctx.stop('shutdown'))
    expect(await fate(on, stopped)).toBe('target-ended at 0: ask /a: it ended before it answered: shutdown')
  })

  test('that still waits in the mailbox is answered by the next incarnation', async () => {
    const on = await stage(troupe({ a: {} }))
    const hold = gate()
    await tell(on, '/a', () => hold.promise)
    const asked = on.system.ask(
      at(on, '/a'),
      (reply: Recipient<string>): Order =>
        (ctx) =>
          void reply.send(`${ctx.self}`),
    )
    hold.fail(new Error('crash'))
    expect(await fate(on, asked)).toBe('/a#2')
  })

  test('fails when its question is dropped from the mailbox', async () => {
    const on = await stage(
      troupe({ a: { mailbox: { capacity: 1, overflow: 'drop-oldest' } }, b: { mailbox: { onCrash: 'drop' } } }),
    )
    await tell(on, '/a', () => never)
    const dropped = on.system.ask(at(on, '/a'), silence)
    on.system.ask(at(on, '/a'), silence).catch(() => undefined)
    expect(await fate(on, dropped)).toMatch(/^not-delivered at 0: .*newer messages pushed it out of the mailbox/)
    const hold = gate()
    await tell(on, '/b', () => hold.promise)
    const cleared = on.system.ask(at(on, '/b'), silence)
    hold.fail(new Error('crash'))
    expect(await fate(on, cleared)).toMatch(/^not-delivered at 0: .*the mailbox was emptied/)
  })

  test('to itself times out, and holds up nobody else', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const log: string[] = []
    at(on, '/a').send(async (ctx) => {
      await ctx.ask(ctx.self, answer(1), { timeout: '1s' }).catch((error: AskError) => log.push(error.code))
    })
    await tell(on, '/b', () => void log.push('b'))
    await on.world.run()
    expect(log).toEqual(['b', 'timeout'])
  })

  test('from an actor is awaited in its handler, while it handles nothing else', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const log: unknown[] = []
    at(on, '/a').send(async (ctx) => {
      log.push(await ctx.ask(ctx.lookup<Order>('/b') as ActorRef<Order>, answer('b')))
    })
    at(on, '/a').send(() => void log.push('next'))
    await on.world.settle()
    expect(log).toEqual(['b', 'next'])
  })

  test('rejects, and does not throw, when the question can not be made or the timeout is none', async () => {
    const on = await stage(troupe({ a: {} }))
    const broken = (): Order => {
      throw new Error('no question')
    }
    await expect(on.system.ask(at(on, '/a'), broken)).rejects.toThrow('no question')
    const wrong = { timeout: 'soon' as '1s' }
    await expect(on.system.ask(at(on, '/a'), silence, wrong)).rejects.toThrow('ask timeout is not a duration')
    const inside = await within(on, '/a', (ctx) =>
      Promise.allSettled([ctx.ask(ctx.self, broken), ctx.ask(ctx.self, silence, wrong)]),
    )
    const reasons = (await inside).map((one) =>
      one.status === 'rejected' ? (one.reason.code ?? one.reason.message) : one,
    )
    expect(reasons).toEqual(['no question', 'bad-duration'])
  })

  test('can be had a thousand times at once, each with its own answer', async () => {
    const echo = actor<null, { n: number; reply: Recipient<number> }>({
      init: () => null,
      receive: (_state, { n, reply }) => void reply.send(n),
    })
    const on = await stage(echo)
    const ref = on.system.ref<{ n: number; reply: Recipient<number> }>('/')
    const asks = Array.from({ length: 1_000 }, (_, n) =>
      on.system.ask(ref, (reply: Recipient<number>) => ({ n, reply }), { timeout: n % 2 === 0 ? '1s' : '2s' }),
    )
    expect(await on.world.until(Promise.all(asks))).toEqual(Array.from({ length: 1_000 }, (_, n) => n))
  })

  test('of a thousand at once, only those to the actor that crashed fail', async () => {
    const on = await stage(troupe({ a: {}, b: {} }))
    const keep =
      (replies: Recipient<string>[]) =>
      (reply: Recipient<string>): Order =>
      () =>
        void replies.push(reply)
    const [toA, toB]: [Recipient<string>[], Recipient<string>[]] = [[], []]
    const asks = Array.from({ length: 1_000 }, (_, n) =>
      n % 2 === 0 ? on.system.ask(at(on, '/a'), keep(toA)) : on.system.ask(at(on, '/b'), keep(toB)),
    )
    const fates = Promise.all(asks.map((asked) => asked.catch((error: AskError) => error.code)))
    await tell(on, '/a', () => {
      throw new Error('crash')
    })
    for (const reply of toB) reply.send('fine')
    const counts = new Map<string, number>()
    for (const one of await on.world.until(fates)) counts.set(one, (counts.get(one) ?? 0) + 1)
    expect(Object.fromEntries(counts)).toEqual({ 'target-ended': 500, fine: 500 })
  })
})
