import {
  type ActorRef,
  actor,
  checkChildSpecs,
  type ExitReason,
  type Signal,
  type SpecError,
  start,
  supervisor,
  supervisorOf,
} from 'holdfast'
import { describe, expectTypeOf, test } from 'vitest'

const compiled = (_run: () => unknown): void => undefined
const worker = actor<number, string>({ init: () => 0, receive: (n) => n })
declare const someone: ActorRef<never>

describe('a supervisor', () => {
  test('takes what OTP has, spelled out', () => {
    compiled(() => {
      supervisor({
        strategy: 'rest-for-one',
        intensity: { restarts: 3, within: '5s' },
        autoShutdown: 'any-significant',
        backoff: { initial: '50ms', max: '5s', factor: 2, jitter: 'full' },
        children: [
          { id: 'a', start: worker, restart: 'transient', shutdown: '5s', significant: true },
          { id: 'b', start: supervisor({ children: [] }), shutdown: 'infinity', backoff: false },
          { id: 'c', start: worker, shutdown: 'brutal-kill', mailbox: { capacity: 10, overflow: 'credit' } },
        ],
      })
      supervisor((ctx) => ({ children: [{ id: ctx.path, start: worker, args: ctx.args }] }))
    })
  })

  test('refuses what is misspelled, missing, or of another kind', () => {
    compiled(() => {
      // @ts-expect-error: no such strategy.
      supervisor({ strategy: 'one_for_one', children: [] })
      // @ts-expect-error: children are missing.
      supervisor({ strategy: 'one-for-one' })
      // @ts-expect-error: within is missing.
      supervisor({ intensity: { restarts: 3 }, children: [] })
      // @ts-expect-error: 5sec is no duration.
      supervisor({ intensity: { restarts: 3, within: '5sec' }, children: [] })
      // @ts-expect-error: no such key.
      supervisor({ stategy: 'one-for-one', children: [] })
      // @ts-expect-error: an id is missing.
      supervisor({ children: [{ start: worker }] })
      // @ts-expect-error: a start is missing.
      supervisor({ children: [{ id: 'a' }] })
      // @ts-expect-error: no such restart type.
      supervisor({ children: [{ id: 'a', start: worker, restart: 'always' }] })
      // @ts-expect-error: no such shutdown.
      supervisor({ children: [{ id: 'a', start: worker, shutdown: 'never' }] })
      // @ts-expect-error: no such overflow policy.
      supervisor({ children: [{ id: 'a', start: worker, mailbox: { overflow: 'lose' } }] })
      // @ts-expect-error: a function is no startable.
      supervisor({ children: [{ id: 'a', start: () => worker }] })
    })
  })

  test('answers its dynamic API with values that say what they are', () => {
    compiled(async () => {
      const pool = supervisorOf(someone)
      const started = await pool.startChild<string>({ id: 'a', start: worker })
      if (started.ok) expectTypeOf(started.ref).toEqualTypeOf<ActorRef<string> | undefined>()
      else expectTypeOf(started.error).toHaveProperty('code')
      const counted = await pool.countChildren()
      if (counted.ok) expectTypeOf(counted.counts.active).toEqualTypeOf<number>()
      expectTypeOf(checkChildSpecs([])).toEqualTypeOf<SpecError | undefined>()
    })
  })
})

describe('a system', () => {
  test('starts what can be started, and is stopped at the end of its block', () => {
    compiled(async () => {
      await using system = await start(worker)
      expectTypeOf(system.ref<string>('/')).toEqualTypeOf<ActorRef<string>>()
      expectTypeOf(system.terminated).toEqualTypeOf<Promise<ExitReason>>()
      // @ts-expect-error: a definition is not a behaviour yet.
      await start({ init: () => 0, receive: () => 0 })
    })
  })

  test('exits actors with the reasons that there are', () => {
    compiled(async () => {
      const system = await start(worker)
      system.exit('/', 'kill')
      system.exit('/', new Error('enough'))
      system.exit('/', { shutdown: { why: 'enough' } })
      // @ts-expect-error: no such reason.
      system.exit('/', 'enough')
    })
  })
})

describe('a signal', () => {
  test('is told apart by its type', () => {
    const read = (signal: Signal): string => {
      expectTypeOf(signal.reason).toEqualTypeOf<ExitReason>()
      if (signal.type === 'exit') return `${signal.link}`
      return `${signal.monitor.id}`
    }
    expectTypeOf(read).parameter(0).toEqualTypeOf<Signal>()
  })
})
