import {
  type ActorRef,
  type AskError,
  actor,
  type Behavior,
  type Context,
  type Question,
  type Recipient,
  type System,
} from 'holdfast'
import type { Timer } from 'holdfast/world'
import { describe, expectTypeOf, test } from 'vitest'

/*
 * Compiled, never run: what the types let through, and what they refuse.
 */

type Ledger =
  | { readonly type: 'add'; readonly by: number; readonly tags?: string[] }
  | { readonly type: 'read'; readonly reply: Recipient<number> }
  | { readonly type: 'batch'; readonly items: number[]; readonly reply: Recipient<string> }

declare const ledger: ActorRef<Ledger>
declare const system: System
declare const ctx: Context<Ledger>
declare const by: number

const compiled = (_run: () => unknown): void => undefined

describe('a ref', () => {
  test('takes its own messages and no others', () => {
    compiled(() => {
      ledger.send({ type: 'add', by: 1 })
      ledger.send({ type: 'add', by: 1, tags: ['x'] })
      // @ts-expect-error: there is no such message.
      ledger.send({ type: 'subtract', by: 1 })
      // @ts-expect-error: by is a number.
      ledger.send({ type: 'add', by: '1' })
      // @ts-expect-error: by is missing.
      ledger.send({ type: 'add' })
      // @ts-expect-error: offer takes the same messages as send.
      ledger.offer({ type: 'read' })
    })
    expectTypeOf<(typeof ledger)['send']>().returns.toEqualTypeOf<boolean>()
    expectTypeOf<(typeof ledger)['offer']>().returns.toEqualTypeOf<boolean | Promise<boolean>>()
  })

  test('of a wide actor stands for one of a narrow actor, not the other way round', () => {
    type Add = Extract<Ledger, { type: 'add' }>
    expectTypeOf<ActorRef<Ledger>>().toExtend<ActorRef<Add>>()
    expectTypeOf<ActorRef<Add>>().not.toExtend<ActorRef<Ledger>>()
    expectTypeOf<ActorRef<Ledger>>().toExtend<Recipient<Add>>()
    expectTypeOf<ActorRef<Ledger>>().toExtend<ActorRef<never>>()
  })

  test('of unknown message type can be watched and ended, but sent nothing', () => {
    compiled(() => {
      const someone: ActorRef<never> = ledger
      ctx.monitor(someone)
      ctx.link(someone)
      ctx.exit(someone, 'shutdown')
      // @ts-expect-error: nobody knows what it understands.
      someone.send({ type: 'add', by: 1 })
    })
  })
})

describe('sending through a context or a system', () => {
  test('takes the messages of the receiver and no others', () => {
    compiled(() => {
      ctx.send(ledger, { type: 'add', by })
      system.send(ledger, { type: 'add', by })
      // @ts-expect-error: there is no such message.
      ctx.send(ledger, { type: 'subtract', by })
      // @ts-expect-error: there is no such message.
      system.send(ledger, { type: 'subtract', by })
      system.send<Ledger>('/ledger', { type: 'add', by })
      // @ts-expect-error: the claim about the path is checked too.
      system.send<Ledger>('/ledger', { type: 'subtract', by })
      system.send('/ledger', { type: 'add', by })
    })
  })

  test('to itself takes its own messages, now, later and again and again', () => {
    compiled(() => {
      ctx.self.send({ type: 'add', by })
      expectTypeOf(ctx.after('1s', { type: 'add', by })).toEqualTypeOf<Timer>()
      ctx.every(100, { type: 'add', by })
      // @ts-expect-error: there is no such message.
      ctx.after('1s', { type: 'subtract', by })
      // @ts-expect-error: 'soon' is no duration.
      ctx.after('soon', { type: 'add', by })
    })
  })
})

describe('an ask', () => {
  test('infers the message from its target and the answer from the recipient it names', () => {
    compiled(() => {
      const bySystem = system.ask(ledger, (reply: Recipient<number>) => ({ type: 'read', reply }))
      expectTypeOf(bySystem).toEqualTypeOf<Promise<number>>()
      const byContext = ctx.ask(ledger, (reply: Recipient<number>) => ({ type: 'read', reply }), { timeout: '1s' })
      expectTypeOf(byContext).toEqualTypeOf<Promise<number>>()
      const withList = ctx.ask(ledger, (reply: Recipient<string>) => ({ type: 'batch', items: [1, 2], reply }))
      expectTypeOf(withList).toEqualTypeOf<Promise<string>>()
    })
  })

  test('infers them from a named question as well', () => {
    const read: Question<Ledger, number> = (reply) => ({ type: 'read', reply })
    const echo =
      <Value>(_value: Value): Question<{ readonly echo: Recipient<Value> }, Value> =>
      (to) => ({ echo: to })
    compiled(() => {
      expectTypeOf(ctx.ask(ledger, read)).toEqualTypeOf<Promise<number>>()
      const mirror = system.ref<{ readonly echo: Recipient<Date> }>('/mirror')
      expectTypeOf(system.ask(mirror, echo(new Date(0)))).toEqualTypeOf<Promise<Date>>()
    })
  })

  test('by path is told both', () => {
    compiled(() => {
      const asked = system.ask<Ledger, number>('/ledger', (reply) => ({ type: 'read', reply }))
      expectTypeOf(asked).toEqualTypeOf<Promise<number>>()
    })
  })

  test('is refused when the question is none, or its recipient takes another answer', () => {
    compiled(() => {
      // @ts-expect-error: there is no such message.
      system.ask(ledger, (reply: Recipient<number>) => ({ type: 'write', reply }))
      // @ts-expect-error: there is no such message.
      ctx.ask(ledger, (reply: Recipient<number>) => ({ type: 'write', reply }))
      // @ts-expect-error: read answers with a number, this recipient takes strings.
      system.ask(ledger, (reply: Recipient<string>) => ({ type: 'read', reply }))
      // @ts-expect-error: something is missing.
      system.ask(ledger, (reply: Recipient<string>) => ({ type: 'batch', reply }))
      // @ts-expect-error: 'soon' is no duration.
      system.ask(ledger, (reply: Recipient<number>) => ({ type: 'read', reply }), { timeout: 'soon' })
    })
  })

  test('fails with a closed set of codes', () => {
    expectTypeOf<AskError['code']>().toEqualTypeOf<'timeout' | 'aborted' | 'not-delivered' | 'target-ended'>()
    expectTypeOf<AskError['data']['path']>().toEqualTypeOf<string>()
  })
})

describe('actor()', () => {
  test('infers state and message from its callbacks', () => {
    const counter = actor({
      init: () => ({ count: 0 }),
      receive(state, message: { readonly by: number }) {
        expectTypeOf(state).toEqualTypeOf<{ count: number }>()
        return { count: state.count + message.by }
      },
      stop: (state) => expectTypeOf(state.count).toEqualTypeOf<number>() as unknown as undefined,
    })
    expectTypeOf(counter).toEqualTypeOf<Behavior<{ readonly by: number }, void>>()
  })

  test('checks what the callbacks return and what they are handed', () => {
    compiled(() => {
      actor<number, Ledger>({ init: async () => 0, receive: async (sum) => sum })
      actor<number, Ledger>({ init: () => 0, receive: () => undefined })
      // @ts-expect-error: the state is a number.
      actor<number, Ledger>({ init: () => 'zero', receive: (sum) => sum })
      // @ts-expect-error: the next state is a number.
      actor<number, Ledger>({ init: () => 0, receive: () => 'one' })
      // @ts-expect-error: receive is missing.
      actor<number, Ledger>({ init: () => 0 })
      // @ts-expect-error: there is no such callback.
      actor<number, Ledger>({ init: () => 0, receive: (sum) => sum, recieve: () => 0 })
    })
  })

  test('hands its handlers a context that speaks its own messages', () => {
    actor<number, Ledger>({
      init(own) {
        expectTypeOf(own).toEqualTypeOf<Context<Ledger>>()
        return 0
      },
      receive(_sum, message, own) {
        expectTypeOf(message).toEqualTypeOf<Ledger>()
        expectTypeOf(own.self).toEqualTypeOf<ActorRef<Ledger>>()
        expectTypeOf(own.stop).returns.toEqualTypeOf<never>()
      },
    })
  })
})

describe('spawning', () => {
  const greeter = actor<null, { readonly hello: string }, { readonly name: string }>({
    init: (_own, { name }) => (name === '' ? null : null),
    receive: () => undefined,
  })

  test('gives a ref of the messages that the child takes', () => {
    compiled(() => {
      const child = ctx.spawn(greeter, { args: { name: 'Ada' } })
      expectTypeOf(child).toEqualTypeOf<ActorRef<{ readonly hello: string }>>()
      // @ts-expect-error: its args are another thing.
      ctx.spawn(greeter, { args: { name: 7 } })
      // @ts-expect-error: 'soon' is no shutdown.
      ctx.spawn(greeter, { args: { name: 'Ada' }, shutdown: 'soon' })
      // @ts-expect-error: nothing that could be started.
      ctx.spawn({ init: () => 0 })
    })
  })
})
