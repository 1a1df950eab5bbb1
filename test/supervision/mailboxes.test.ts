import { actor, ignore, type MailboxOptions, type Strategy, type SupervisorSpec, supervisor } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { at, never, type Order, puppet, type Stage, stage, tell } from '../actor/stage.js'
import { boom, crash, crashNow, shown, sup } from './scene.js'

const free = { restarts: 100, within: '1s' } as const

/** Notes who handled it. */
function note(log: string[], name: string): Order {
  return Object.assign((ctx: Parameters<Order>[0]): void => void log.push(`${name} by ${ctx.self}`), {
    toString: () => name,
  })
}

/** `a` is in the middle of something and has one message waiting; `b` is idle. */
async function busy(strategy: Strategy, mailbox: MailboxOptions, log: string[]): Promise<Stage> {
  const on = await stage(
    supervisor({
      strategy,
      intensity: free,
      children: [
        { id: 'b', start: puppet() },
        { id: 'a', start: puppet(), mailbox, shutdown: 'brutal-kill' },
      ],
    }),
  )
  on.system.send<Order>('/a', () => never)
  await on.world.settle()
  on.system.send('/a', note(log, 'waits'))
  return on
}

describe('queued messages of a child', () => {
  const kept = ['waits by /a#2']

  test('survive its own crash by default, and not with onCrash drop', async () => {
    for (const strategy of ['one-for-one', 'one-for-all', 'rest-for-one'] as const) {
      for (const [mailbox, expected] of [
        [{}, kept],
        [{ onCrash: 'keep', onGroupRestart: 'drop' }, kept],
        [{ onCrash: 'drop', onGroupRestart: 'keep' }, []],
      ] as const) {
        const log: string[] = []
        const on = await busy(strategy, mailbox, log)
        on.system.exit('/a', boom)
        await on.world.settle()
        expect([strategy, log]).toEqual([strategy, expected])
        expect(on.letters()).toEqual(expected.length === 0 ? ['cleared /a waits'] : [])
      }
    }
  })

  test('do not survive the crash of a sibling by default, and do with onGroupRestart keep', async () => {
    for (const strategy of ['one-for-all', 'rest-for-one'] as const) {
      for (const [mailbox, expected] of [
        [{}, []],
        [{ onCrash: 'keep', onGroupRestart: 'drop' }, []],
        [{ onCrash: 'drop', onGroupRestart: 'keep' }, kept],
      ] as const) {
        const log: string[] = []
        const on = await busy(strategy, mailbox, log)
        await crashNow(on, '/b')
        expect([strategy, log]).toEqual([strategy, expected])
      }
    }
  })

  test('are not touched by the crash of a sibling where each is restarted alone', async () => {
    const log: string[] = []
    const on = await busy('one-for-one', {}, log)
    await crashNow(on, '/b')
    on.system.exit('/a', boom)
    await on.world.settle()
    expect(log).toEqual(kept)
  })

  test('become dead letters when it is terminated, and what is sent to it while it is down is refused', async () => {
    const log: string[] = []
    const on = await busy('one-for-one', { onCrash: 'keep', onGroupRestart: 'keep' }, log)
    await on.world.until(sup(on).terminateChild('a'))
    expect(on.system.send('/a', note(log, 'later'))).toBe(false)
    await on.world.until(sup(on).restartChild('a'))
    on.system.send('/a', note(log, 'again'))
    await on.world.settle()
    expect(on.letters()).toEqual(['stopped /a waits', 'stopped /a later'])
    expect(log).toEqual(['again by /a#2'])
  })

  test('become dead letters when it ends for good by itself', async () => {
    const log: string[] = []
    const on = await stage(supervisor({ children: [{ id: 'a', start: puppet(), restart: 'transient' }] }))
    on.system.send<Order>('/a', (ctx) => ctx.stop())
    on.system.send('/a', note(log, 'behind'))
    await on.world.settle()
    expect([log, on.letters(), await shown(on)]).toEqual([[], ['stopped /a behind'], 'a down'])
    expect(on.system.send('/a', note(log, 'later'))).toBe(false)
  })
})

describe('messages to a child that declined to start', () => {
  test('are refused, whether it declined at boot, on request or on a restart', async () => {
    const shy = (from: number) => puppet({ init: (ctx) => (ctx.incarnation >= from ? ignore : 0) })
    const on = await stage(
      supervisor({
        intensity: free,
        children: [
          { id: 'a', start: shy(1) },
          { id: 'b', start: shy(2) },
        ],
      }),
    )
    await on.world.until(sup(on).startChild({ id: 'c', start: shy(1) }))
    await crashNow(on, '/b')
    expect(await shown(on)).toBe('a down, b down, c down')
    for (const id of ['a', 'b', 'c']) expect([id, on.system.send(`/${id}`, 'x' as never)]).toEqual([id, false])
    expect(on.letters().slice(1)).toEqual(['stopped /a x', 'stopped /b x', 'stopped /c x'])
  })
})

describe('under a supervisor that is restarted', () => {
  async function nested(mailbox: MailboxOptions, spec: Partial<SupervisorSpec> = {}): Promise<Stage> {
    const region = supervisor({
      intensity: { restarts: 0, within: '1s' },
      children: [
        {
          id: 'pool',
          start: supervisor({ children: [{ id: 'w', start: puppet(), mailbox, shutdown: 'brutal-kill' }] }),
        },
        { id: 'x', start: puppet() },
      ],
    })
    const on = await stage(
      supervisor({
        intensity: free,
        ...spec,
        children: [
          { id: 'region', start: region },
          { id: 'other', start: puppet() },
        ],
      }),
    )
    on.system.send<Order>('/region/pool/w', () => never)
    await on.world.settle()
    return on
  }

  test('children start clean by default, at any depth, however it ended', async () => {
    for (const end of ['kill', 'crash', 'group'] as const) {
      const log: string[] = []
      const on = await nested({}, end === 'group' ? { strategy: 'one-for-all' } : {})
      on.system.send('/region/pool/w', note(log, 'waits'))
      if (end === 'kill') on.system.exit('/region', 'kill')
      else await tell(on, end === 'crash' ? '/region/x' : '/other', crash)
      await on.world.settle()
      await tell(on, '/region/pool/w', note(log, 'new'))
      expect([end, log]).toEqual([end, ['new by /region/pool/w#2']])
      expect(on.letters()).toContain('stopped /region/pool/w waits')
    }
  })

  test('children with onGroupRestart keep get what had waited, at any depth, however it ended', async () => {
    for (const end of ['kill', 'crash', 'group'] as const) {
      const log: string[] = []
      const on = await nested({ onGroupRestart: 'keep' }, end === 'group' ? { strategy: 'one-for-all' } : {})
      on.system.send('/region/pool/w', note(log, 'waits'))
      if (end === 'kill') on.system.exit('/region', 'kill')
      else await tell(on, end === 'crash' ? '/region/x' : '/other', crash)
      await on.world.settle()
      expect([end, log]).toEqual([end, ['waits by /region/pool/w#2']])
    }
  })

  test('children with onGroupRestart keep lose it when no restart follows', async () => {
    const log: string[] = []
    for (const end of ['terminated', 'gave up', 'stopped'] as const) {
      const on = await nested({ onGroupRestart: 'keep' }, { intensity: { restarts: 0, within: '1s' } })
      on.system.send('/region/pool/w', note(log, end))
      if (end === 'terminated') await on.world.until(sup(on).terminateChild('region'))
      else if (end === 'gave up') await crashNow(on, '/region/x')
      else await on.world.until(on.system.stop())
      await on.world.settle()
      const lost = on.letters().filter((line) => line.startsWith('stopped'))
      expect([end, lost]).toEqual([end, [`stopped /region/pool/w ${end}`]])
      expect(on.system.send('/region/pool/w', 'x' as never)).toBe(false)
    }
    expect(log).toEqual([])
  })

  test('while that waits, a message is refused, or kept where the mailbox outlives the restart', async () => {
    for (const onGroupRestart of ['keep', 'drop'] as const) {
      const log: string[] = []
      const on = await nested(
        { onGroupRestart },
        { backoff: { initial: '1s', jitter: 'none' }, intensity: { restarts: 9, within: '1s' } },
      )
      await crashNow(on, '/region/x')
      await crashNow(on, '/region/x')
      expect(await shown(on)).toBe('region restarting, other#1')
      expect(on.system.send('/region/pool/w', note(log, 'meanwhile'))).toBe(onGroupRestart === 'keep')
      await on.world.run()
      expect(log).toEqual(onGroupRestart === 'keep' ? ['meanwhile by /region/pool/w#3'] : [])
    }
  })

  test('a message that crashed its actor is tried again only by the incarnations of the same supervisor', async () => {
    const log: string[] = []
    const on = await stage(
      supervisor({
        intensity: free,
        children: [
          {
            id: 's',
            start: supervisor({
              intensity: { restarts: 1, within: '1s' },
              children: [{ id: 'a', start: puppet(), mailbox: { redeliver: 5 } }],
            }),
          },
        ],
      }),
    )
    const poison: Order = (ctx) => {
      log.push(`${ctx.self}`)
      throw boom
    }
    await tell(on, '/s/a', poison)
    expect(log).toEqual(['/s/a#1', '/s/a#2'])
    expect([at(on, '/s/a').incarnation, await shown(on)]).toEqual([3, 's#2'])
  })
})

describe('a message that crashed its actor', () => {
  test('is tried again after the restart of a whole group, in front of the others', async () => {
    const log: string[] = []
    const on = await stage(
      supervisor({
        strategy: 'one-for-all',
        intensity: free,
        children: [
          { id: 'a', start: puppet(), mailbox: { redeliver: 1 } },
          { id: 'b', start: puppet() },
        ],
      }),
    )
    const poison: Order = (ctx) => {
      log.push(`poison by ${ctx.self}`)
      throw boom
    }
    on.system.send('/a', poison)
    on.system.send('/a', note(log, 'behind'))
    await on.world.settle()
    expect(log).toEqual(['poison by /a#1', 'poison by /a#2', 'behind by /a#3'])
    expect([at(on, '/b').incarnation, on.system.deadLetters.count]).toEqual([3, 1])
  })

  test('is not tried again where a crash empties the mailbox', async () => {
    const log: string[] = []
    const on = await stage(
      supervisor({
        intensity: free,
        children: [{ id: 'a', start: puppet(), mailbox: { redeliver: 3, onCrash: 'drop' } }],
      }),
    )
    const poison: Order = (ctx) => {
      log.push(`${ctx.self}`)
      throw boom
    }
    await tell(on, '/a', Object.assign(poison, { toString: () => 'poison' }))
    expect([log, on.letters()]).toEqual([['/a#1'], ['cleared /a poison']])
  })
})

describe('refs', () => {
  const pool = () => ({
    intensity: { restarts: 0, within: '1s' } as const,
    children: [
      {
        id: 'w',
        start: actor<number, Order>({ init: () => 0, receive: (state, order, ctx) => void order(ctx, state) }),
      },
      { id: 'x', start: puppet() },
    ],
  })

  test('of declared children outlive the restart of their supervisor, also when init makes all anew each time', async () => {
    for (const declaration of [pool(), pool]) {
      const on = await stage(supervisor({ intensity: free, children: [{ id: 'p', start: supervisor(declaration) }] }))
      const [worker, registered] = [at(on, '/p/w'), at(on, '/p/x')]
      on.system.registry.register('x', registered)
      for (let round = 2; round < 5; round++) {
        await crashNow(on, '/p/x')
        expect([worker.incarnation, worker.alive, at(on, '/p/w') === worker]).toEqual([round, true, true])
        expect(on.system.registry.whereis('x')).toBe(registered)
      }
      const log: string[] = []
      worker.send(note(log, 'still'))
      await on.world.settle()
      expect(log).toEqual(['still by /p/w#4'])
    }
  })

  test('of children that were added or that are instances end with their supervisor, and their names are free', async () => {
    for (const strategy of ['one-for-one', 'simple-one-for-one'] as const) {
      const spec: SupervisorSpec = {
        strategy,
        children: strategy === 'one-for-one' ? [] : [{ id: 't', start: puppet() }],
      }
      const on = await stage(supervisor({ intensity: free, children: [{ id: 'p', start: supervisor(spec) }] }))
      const starting =
        strategy === 'one-for-one'
          ? sup(on, '/p').startChild({ id: 'd', start: puppet() })
          : sup(on, '/p').startChild(undefined, 'd')
      await on.world.until(starting)
      const old = at(on, '/p/d')
      on.system.registry.register('d', old)
      on.system.exit('/p', 'kill')
      await on.world.settle()
      expect([await shown(on, '/p'), old.alive, old.send(() => 0)]).toEqual(['', false, false])
      expect(on.system.registry.whereis('d')).toBeUndefined()
      expect(() => on.system.ref('/p/d')).toThrow('no actor stands at /p/d')
      const again =
        strategy === 'one-for-one'
          ? sup(on, '/p').startChild<Order>({ id: 'd', start: puppet() })
          : sup(on, '/p').startChild<Order>(undefined, 'd')
      const answer = await on.world.until(again)
      expect(answer.ok && answer.ref === old).toBe(false)
      expect([at(on, '/p/d').incarnation, old.send(() => 0)]).toEqual([1, false])
    }
  })

  test('of a child whose place is taken by something else end', async () => {
    const on = await stage(
      supervisor({
        intensity: free,
        children: [
          {
            id: 'p',
            start: supervisor(({ incarnation }) => ({
              intensity: { restarts: 0, within: '1s' },
              children:
                incarnation === 1
                  ? [
                      { id: 'c', start: puppet() },
                      { id: 'gone', start: puppet() },
                    ]
                  : [{ id: 'c', start: supervisor({ children: [] }) }],
            })),
          },
        ],
      }),
    )
    const [worker, gone] = [at(on, '/p/c'), at(on, '/p/gone')]
    await crashNow(on, '/p/gone')
    expect(await shown(on, '/p/c')).toBe('')
    expect([worker.send(() => 0), gone.send(() => 0), at(on, '/p/c') === worker]).toEqual([false, false, false])
  })

  test('of temporary children end with them, those of deleted children when they are deleted', async () => {
    const on = await stage(
      supervisor({
        intensity: free,
        children: [
          { id: 't', start: puppet(), restart: 'temporary' },
          { id: 'd', start: puppet() },
        ],
      }),
    )
    const { registry } = on.system
    registry.register('t', at(on, '/t'))
    registry.register('d', at(on, '/d'))
    await crashNow(on, '/t')
    expect(registry.whereis('t')).toBeUndefined()
    await on.world.until(sup(on).terminateChild('d'))
    expect(registry.whereis('d')).toBe(at(on, '/d'))
    await on.world.until(sup(on).deleteChild('d'))
    expect(registry.names()).toEqual([])
  })

  test('of a child that was deleted and added again are of another child', async () => {
    const on = await stage(supervisor({ children: [{ id: 'd', start: puppet() }] }))
    const old = at(on, '/d')
    await on.world.until(sup(on).terminateChild('d'))
    await on.world.until(sup(on).deleteChild('d'))
    await on.world.until(sup(on).startChild({ id: 'd', start: puppet() }))
    expect([old.alive, old.send(() => 0), at(on, '/d').alive, at(on, '/d').incarnation]).toEqual([
      false,
      false,
      true,
      1,
    ])
  })
})
