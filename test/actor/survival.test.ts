import fc from 'fast-check'
import {
  type ActorRef,
  type Context,
  type ExitReason,
  type MailboxOptions,
  type Recipient,
  start,
  supervisor,
} from 'holdfast'
import { virtualWorld } from 'holdfast/world'
import { describe, expect, test } from 'vitest'
import { never, type Order, type Part, puppet } from './stage.js'

/*
 * Anything may happen to an actor at any moment: in its init, in its handler, between two turns, while it stops,
 * while it waits for its next start. Whatever that was, afterwards it must work, and every message must be accounted for.
 */

const names = ['a', 'b', 'c'] as const
const name = fc.constantFrom(...names)
const kind = fc.constantFrom(
  'nothing',
  'sleep',
  'throw',
  'reject',
  'reject later',
  'hang',
  'heed',
  'stop',
  'stop later',
  'exit self',
  'exit self and hang',
  'kill self',
  'spawn',
  'spawn slow',
  'spawn failing',
  'crash a child',
  'link',
  'unlink',
  'monitor',
  'timer',
  'ask',
  'flood self',
)
const command = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('send' as const), to: name, kind, other: name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('exit' as const),
      to: name,
      reason: fc.constantFrom<ExitReason>('normal', 'shutdown', 'kill', 'killed', new Error('from outside')),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
)
const part = fc.record({
  trapExit: fc.boolean(),
  initMs: fc.constantFrom(undefined, 0, 7),
  stopMs: fc.constantFrom('none', 'now', 0, 5, 'never', 'throws'),
  mailbox: fc.constantFrom(
    {},
    { redeliver: 1 },
    { onCrash: 'drop' as const },
    { onGroupRestart: 'keep' as const, redeliver: 2 },
    { capacity: 3, overflow: 'drop-oldest' as const },
    { capacity: 2, overflow: 'credit' as const },
  ),
})
const scenario = fc.record({
  seed: fc.nat(),
  order: fc.constantFrom('arrival' as const, 'random' as const),
  strategy: fc.constantFrom('one-for-one' as const, 'one-for-all' as const, 'rest-for-one' as const),
  parts: fc.tuple(part, part, part),
  commands: fc.array(command, { maxLength: 30, size: 'max' }),
})

type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never
type PartPlan = Scenario['parts'][number]

function toPart({ trapExit, initMs, stopMs }: PartPlan): Part {
  return {
    trapExit,
    deadline: 30,
    hook: stopMs !== 'none',
    init: (ctx) => (initMs === undefined ? 0 : ctx.sleep(initMs)),
    stop(ctx) {
      if (stopMs === 'never') return never
      if (stopMs === 'throws') throw new Error('stop hook')
      return typeof stopMs === 'number' ? ctx.sleep(stopMs) : undefined
    },
  }
}

const boom = (): Error => new Error('boom')
const other = (ctx: Context<Order>, to: string): ActorRef<Order> => ctx.lookup<Order>(`/${to}`) as ActorRef<Order>

const deeds: Readonly<Record<string, (ctx: Context<Order>, to: string) => unknown>> = {
  nothing: () => undefined,
  sleep: (ctx) => ctx.sleep(9),
  throw() {
    throw boom()
  },
  reject: () => Promise.reject(boom()),
  'reject later': (ctx) => ctx.sleep(3).then(() => Promise.reject(boom())),
  hang: () => never,
  heed: (ctx) =>
    new Promise((_resolve, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))),
  stop: (ctx) => ctx.stop(),
  'stop later': (ctx) => ctx.sleep(2).then(() => ctx.stop('shutdown')),
  'exit self': (ctx) => ctx.exit(ctx.self, 'normal'),
  'exit self and hang': (ctx) => {
    ctx.exit(ctx.self, 'shutdown')
    return never
  },
  'kill self': (ctx) => ctx.exit(ctx.self, 'kill'),
  spawn: (ctx) => void ctx.spawn(puppet({ stop: (inner) => inner.sleep(1) })),
  'spawn slow': (ctx) => void ctx.spawn(puppet({ init: (inner) => inner.sleep(6) })),
  'spawn failing': (ctx) =>
    void ctx.spawn(puppet({ init: (inner) => inner.sleep(4).then(() => Promise.reject(boom())) })),
  'crash a child': (ctx) =>
    void ctx.spawn(puppet()).send(() => {
      throw boom()
    }),
  link: (ctx, to) => ctx.link(other(ctx, to)),
  unlink: (ctx, to) => ctx.unlink(other(ctx, to)),
  monitor: (ctx, to) => void ctx.monitor(other(ctx, to)),
  timer: (ctx) => void ctx.after(3, () => undefined),
  ask: (ctx, to) =>
    ctx.ask(
      other(ctx, to),
      (reply: Recipient<number>): Order =>
        () =>
          void reply.send(1),
      { timeout: 20 },
    ),
  'flood self'(ctx) {
    for (let i = 0; i < 5; i++) ctx.self.send(() => undefined)
  },
}

async function play({ seed, order, strategy, parts, commands }: Scenario): Promise<void> {
  const world = virtualWorld({ seed, order })
  const children = names.map((id, i) => {
    const plan = parts[i] as PartPlan
    return { id, start: puppet(toPart(plan)), shutdown: 50, mailbox: plan.mailbox }
  })
  const root = supervisor({ strategy, intensity: { restarts: 100_000, within: '1s' }, children })
  const system = await world.until(start(root, { world, deadLettersMax: 100_000 }))
  const sent: { readonly order: Order; readonly queued: boolean; readonly mailbox: MailboxOptions }[] = []
  const handled = new Map<Order, number>()
  for (const step of commands) {
    if (step.do === 'exit') system.exit(`/${step.to}`, step.reason)
    else if (step.do === 'advance') await world.advance(step.ms)
    else if (step.do === 'settle') await world.settle()
    else {
      const deed = deeds[step.kind] as (ctx: Context<Order>, to: string) => unknown
      const made: Order = (ctx) => {
        handled.set(made, (handled.get(made) ?? 0) + 1)
        return deed(ctx, step.other)
      }
      const { mailbox } = parts[names.indexOf(step.to)] as PartPlan
      sent.push({ order: made, queued: system.send(`/${step.to}`, made), mailbox })
    }
  }
  await world.advance('1m')
  for (const id of names) {
    const alive = system.ask(
      system.ref<Order>(`/${id}`),
      (reply: Recipient<string>): Order =>
        () =>
          void reply.send(id),
    )
    expect(await world.until(alive)).toBe(id)
  }
  const letters = new Map<unknown, string[]>()
  for (const { message, reason } of system.deadLetters.list()) {
    letters.set(message, [...(letters.get(message) ?? []), reason])
  }
  for (const { order: message, queued, mailbox } of sent) {
    const reasons = letters.get(message) ?? []
    const times = handled.get(message) ?? 0
    if (!queued) expect([times, reasons, mailbox.overflow]).toEqual([0, [], 'credit'])
    else if (times === 0) expect(reasons).toHaveLength(1)
    else expect(reasons.length).toBeLessThanOrEqual(1)
    const { redeliver = 0 } = mailbox
    expect(times).toBeLessThanOrEqual(1 + redeliver)
    // What was put back for another try may be lost in any way; what was not can only have crashed its actor.
    if (times > 0 && redeliver === 0) expect(reasons.filter((reason) => reason !== 'crashed')).toEqual([])
  }
  expect(await world.until(system.stop())).toBe('shutdown')
  const stoppedMs = world.clock.now()
  await world.run()
  expect(world.clock.now()).toBe(stoppedMs)
}

describe('whatever happens to actors at whatever moment', () => {
  test('they work afterwards, every message is accounted for, and stopping leaves nothing', async () => {
    await fc.assert(fc.asyncProperty(scenario, play), { numRuns: 400 })
  }, 120_000)
})
