import {
  actor,
  type ChildSpec,
  checkChildSpecs,
  ignore,
  type SpecError,
  type SpecErrorCode,
  StartError,
  type SupervisorSpec,
  start,
  supervisor,
} from 'holdfast'
import { virtualWorld } from 'holdfast/world'
import { describe, expect, test } from 'vitest'
import { puppet, stage } from '../actor/stage.js'
import { childFaults, expectFault, type Faulty, flagFaults } from './faults.js'
import { boom, sup } from './scene.js'

const worker = puppet()
const inner = supervisor({ children: [] })

/** Starts a system and answers with the error; nothing at all may happen before it. */
async function refusal(root: Faulty): Promise<unknown> {
  const events: unknown[] = []
  let created = false
  const error = await start(supervisor(root as unknown as SupervisorSpec), {
    world: virtualWorld(),
    onCreate: (system) => {
      created = true
      system.events.onAny((event) => events.push(event))
    },
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect([created, events]).toEqual([false, []])
  return error
}

describe('a faulty supervisor spec', () => {
  test.each(flagFaults)('%j is refused before anything starts', async (spec, fault) => {
    expectFault(await refusal(spec), '/', fault)
  })
})

describe('a faulty child spec', () => {
  test.each(childFaults)('under %s, %j, is refused before anything starts', async (path, spec, fault) => {
    const children = [{ id: 'fine', start: worker }, spec]
    expectFault(await refusal({ children }), path, fault)
  })

  test.each(childFaults)('under %s, %j, is refused just so by startChild', async (path, spec, fault) => {
    const on = await stage(supervisor({ children: [] }))
    const answer = await on.world.until(sup(on).startChild(spec as unknown as ChildSpec))
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_spec' } })
    if (!answer.ok && answer.error.code === 'invalid_spec') expectFault(answer.error.error, path, fault)
    expect(await on.world.until(sup(on).whichChildren())).toEqual({ ok: true, children: [] })
  })

  test.each(childFaults)('under %s, %j, is found just so by checkChildSpecs', (path, spec, fault) => {
    const error = checkChildSpecs([{ id: 'fine', start: worker }, spec] as unknown as ChildSpec[], {
      autoShutdown: 'never',
    })
    expectFault(error, path, fault)
  })

  test('with a mailbox option out of range says which', async () => {
    const error = await refusal({ children: [{ id: 'a', start: worker, mailbox: { capacity: 0 } }] })
    expect(error).toMatchObject({
      code: 'invalid_mailbox',
      data: { path: '/a', key: 'mailbox', value: { capacity: 0 } },
      message: '/a: mailbox.capacity is 0; allowed: a whole number above 0',
    })
    expect((error as SpecError).cause).toMatchObject({ code: 'invalid-mailbox' })
  })

  test('whose name a sibling has is refused by the name', async () => {
    const children = [
      { id: 'a', start: worker },
      { id: 'b', start: worker },
      { id: 'a', start: inner },
    ]
    expectFault(await refusal({ children }), '/a', {
      code: 'duplicate_child_name',
      key: 'id',
      value: 'a',
      text: 'id is "a" (duplicate_child_name); give a name that no sibling has',
    })
  })

  test('that is significant and permanent is refused, whatever the supervisor does', async () => {
    expectFault(
      await refusal({ autoShutdown: 'any-significant', children: [{ id: 'a', start: worker, significant: true }] }),
      '/a',
      {
        code: 'bad_combination',
        key: 'significant',
        value: { restart: 'permanent', significant: true },
        text: 'significant is { restart: "permanent", significant: true } (bad_combination); give significant only for transient and temporary',
      },
    )
  })

  test('that cannot even be read is refused, and harms nobody', async () => {
    const on = await stage(supervisor({ children: [{ id: 'a', start: worker }] }))
    const hostile = {
      start: worker,
      get id(): string {
        throw boom
      },
    }
    const answer = await on.world.until(sup(on).startChild(hostile))
    expect(answer).toMatchObject({
      error: { code: 'invalid_spec', error: { code: 'invalid_child_spec', cause: boom } },
    })
    expect(await on.world.until(sup(on).countChildren())).toMatchObject({ ok: true, counts: { active: 1 } })
  })

  test('is told of the first fault in OTP’s order', async () => {
    const faulty: Record<string, unknown> = {
      restart: 'x',
      significant: 'x',
      type: 'x',
      shutdown: 'x',
      unknown: 'x',
      mailbox: { capacity: 0 },
      backoff: 7,
    }
    const codes: unknown[] = []
    const repairs: readonly [string, unknown][] = [
      ['id', 'a'],
      ['start', worker],
      ['restart', 'transient'],
      ['significant', false],
      ['type', 'worker'],
      ['shutdown', 5],
      ['unknown', undefined],
      ['mailbox', {}],
      ['backoff', false],
    ]
    for (const [key, value] of repairs) {
      codes.push(((await refusal({ children: [faulty] })) as SpecError).code)
      if (value === undefined) delete faulty[key]
      else faulty[key] = value
    }
    expect(codes).toEqual([
      'missing_id',
      'missing_start',
      'invalid_restart_type',
      'invalid_significant',
      'invalid_child_type',
      'invalid_shutdown',
      'unknown_key',
      'invalid_mailbox',
      'invalid_backoff',
    ])
    expect(await refusal({ children: [faulty], strategy: 'x' })).toMatchObject({ code: 'invalid_strategy' })
  })
})

describe('a declared tree', () => {
  const deep = (leaf: Record<string, unknown>): Faulty => ({
    children: [
      { id: 'first', start: worker },
      {
        id: 'region',
        start: supervisor({
          children: [
            {
              id: 'pool',
              start: supervisor({ strategy: 'simple-one-for-one', children: [leaf as unknown as ChildSpec] }),
            },
          ],
        }),
      },
    ],
  })

  test('is checked to its leaves before anything starts, templates included', async () => {
    expect(await refusal(deep({ id: 'w', start: worker, restart: 'no' }))).toMatchObject({
      code: 'invalid_restart_type',
      data: { path: '/region/pool/w', key: 'restart', value: 'no' },
    })
  })

  test('is checked below children that come later at run time', async () => {
    const on = await stage(supervisor({ children: [] }))
    const spec = { id: 'late', start: supervisor(deep({ id: 'w' }) as unknown as SupervisorSpec) }
    expect(await on.world.until(sup(on).startChild(spec))).toMatchObject({
      error: { code: 'invalid_spec', error: { code: 'missing_start', data: { path: '/late/region/pool/w' } } },
    })
    expect(await on.world.until(sup(on).whichChildren())).toEqual({ ok: true, children: [] })
  })

  test('that contains itself is refused instead of followed for ever', async () => {
    const children: ChildSpec[] = []
    const spec: SupervisorSpec = { children }
    const root = supervisor(spec)
    children.push({ id: 'again', start: root })
    await expect(start(root, { world: virtualWorld() })).rejects.toMatchObject({
      code: 'invalid_start',
      data: { path: '/again', key: 'start', value: root },
    })
  })

  test('may stand in several places and be started several times', async () => {
    const part = supervisor({ children: [{ id: 'w', start: worker }] })
    const root = supervisor({
      children: [
        { id: 'a', start: part },
        { id: 'b', start: part },
      ],
    })
    for (let i = 0; i < 2; i++) {
      const on = await stage(root)
      expect([on.system.ref('/a/w').alive, on.system.ref('/b/w').alive]).toEqual([true, true])
    }
  })

  test('takes every legal value', () => {
    const children = [
      { id: 'a', start: worker, restart: 'temporary', shutdown: 0, significant: true, type: 'supervisor' },
      { id: 'b', start: inner, restart: 'transient', shutdown: 'infinity', significant: false, backoff: false },
      { id: 'c', start: worker, shutdown: 'brutal-kill', mailbox: { capacity: 1, overflow: 'credit' }, args: null },
      { id: 'constructor', start: worker, shutdown: '1.5s', backoff: { initial: 1 }, type: 'worker' },
      { id: '__proto__', start: worker },
      { id: ' ü ', start: worker },
    ] as const
    expect(checkChildSpecs(children, { autoShutdown: 'any-significant' })).toBeUndefined()
  })
})

describe('an init function', () => {
  async function outcome(init: Parameters<typeof supervisor>[0]): Promise<{ error: unknown; events: string[] }> {
    const events: string[] = []
    const world = virtualWorld()
    const started = start(supervisor({ children: [{ id: 's', start: supervisor(init) }] }), {
      world,
      onCreate: (system) => {
        system.events.onAny(({ name, path }) => events.push(`${name} ${path}`))
      },
    })
    const error = await world.until(started).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    return { error, events }
  }

  test('that throws fails the start, with its error at the end of the causes', async () => {
    const { error, events } = await outcome(() => {
      throw boom
    })
    expect(error).toBeInstanceOf(StartError)
    expect((error as StartError).message).toBe(
      'the system did not start: shutdown (/ could not start its child s: Error: boom)',
    )
    expect((error as StartError).data['reason']).toMatchObject({
      shutdown: { code: 'failed_to_start_child', data: { path: '/', id: 's', reason: boom }, cause: boom },
    })
    expect(events).toEqual(['starting /', 'starting /s', 'start-failed /s', 'start-failed /'])
  })

  test('that gives a faulty spec fails the start, and nothing of that spec was started', async () => {
    const { error, events } = await outcome(() => ({
      children: [
        { id: 'fine', start: worker },
        { id: 'a', start: supervisor({ children: [{ id: 'x/y', start: worker }] }) },
      ],
    }))
    expect((error as StartError).data['reason']).toMatchObject({
      shutdown: { cause: { code: 'invalid_id', data: { path: '/s/a/x/y', key: 'id', value: 'x/y' } } },
    })
    expect(events).toEqual(['starting /', 'starting /s', 'start-failed /s', 'start-failed /'])
  })

  test('that returns what is no spec, or a promise, fails the start', async () => {
    for (const [init, text] of [
      [() => undefined, '/s: spec is missing (invalid_type); give an object with children'],
      [() => [], '/s: spec is [] (invalid_type); give an object with children'],
      [
        () => Promise.reject(boom),
        '/s: spec is Promise {} (invalid_type); give the spec itself: the init function of a supervisor is synchronous',
      ],
    ] as const) {
      const { error } = await outcome(init as unknown as () => SupervisorSpec)
      expect((error as StartError).data['reason']).toMatchObject({ shutdown: { cause: { message: text } } })
    }
  })

  test('that returns ignore leaves a hole, and as the root no system', async () => {
    const { error, events } = await outcome(() => ignore)
    expect(error).toBeUndefined()
    expect(events).toEqual(['starting /', 'starting /s', 'ignored /s', 'started /'])
    await expect(
      start(
        supervisor(() => ignore),
        { world: virtualWorld() },
      ),
    ).rejects.toThrow('the system did not start: its root returned ignore')
  })

  test('is asked at every start, and told which one it is and what it was given', async () => {
    const asked: unknown[] = []
    const init: Parameters<typeof supervisor>[0] = ({ path, incarnation, args }) => {
      asked.push([path, incarnation, args])
      return { intensity: { restarts: 0, within: '1s' }, children: [{ id: `w${incarnation}`, start: worker }] }
    }
    const on = await stage(
      supervisor({
        intensity: { restarts: 9, within: '1s' },
        children: [{ id: 's', start: supervisor(init), args: { size: 3 } }],
      }),
    )
    on.system.exit('/s/w1', new Error('x'))
    await on.world.settle()
    expect(asked).toEqual([
      ['/s', 1, { size: 3 }],
      ['/s', 2, { size: 3 }],
    ])
    expect(on.system.ref('/s/w2').alive).toBe(true)
    expect(() => on.system.ref('/s/w1')).toThrow('no actor stands at /s/w1; the nearest one is /s')
  })
})

describe('checkChildSpecs', () => {
  test('takes significant children where it is not told of the supervisor, as OTP', () => {
    const specs: ChildSpec[] = [{ id: 'a', start: worker, restart: 'transient', significant: true }]
    expect(checkChildSpecs(specs)).toBeUndefined()
    expect(checkChildSpecs(specs, { autoShutdown: 'all-significant' })).toBeUndefined()
    expect(checkChildSpecs(specs, { autoShutdown: 'never' })).toMatchObject({ code: 'bad_combination' })
  })

  test('refuses what is no list, and an unknown autoShutdown', () => {
    expect(checkChildSpecs('a' as never)).toMatchObject({
      code: 'invalid_type',
      data: { path: '/', key: 'specs', value: 'a' },
    })
    expect(checkChildSpecs([], { autoShutdown: 'yes' as never })).toMatchObject({ code: 'invalid_auto_shutdown' })
  })
})

test('every code of a spec error is given by some fault above', () => {
  // The compiler sees to it that none is forgotten here.
  const codes: Record<Exclude<SpecErrorCode, 'duplicate_child_name'>, true> = {
    invalid_type: true,
    invalid_strategy: true,
    invalid_intensity: true,
    invalid_period: true,
    invalid_auto_shutdown: true,
    invalid_child_spec: true,
    missing_id: true,
    invalid_id: true,
    missing_start: true,
    invalid_start: true,
    invalid_restart_type: true,
    bad_combination: true,
    invalid_significant: true,
    invalid_child_type: true,
    invalid_shutdown: true,
    bad_start_spec: true,
    invalid_backoff: true,
    invalid_mailbox: true,
    unknown_key: true,
  }
  const given = new Set([...flagFaults.map(([, { code }]) => code), ...childFaults.map(([, , { code }]) => code)])
  expect([...given].sort()).toEqual(Object.keys(codes).sort())
})

test('a behaviour without its callbacks is refused where it is made', () => {
  expect(() => actor({ init: () => 0 } as never)).toThrow('actor(): receive is missing; give it a function')
})
