import fc from 'fast-check'
import { type Backoff, type ChildSpec, type Strategy, type SupervisorSpec, supervisor, supervisorOf } from 'holdfast'
import { describe, expect, test } from 'vitest'
import { never, type Order, type Part, puppet, type Stage, stage } from '../actor/stage.js'
import { boom, crash, expectNoTimers } from './scene.js'

/*
 * Anything may happen to supervisors at any moment: crashes, kills and requests while they boot, restart, wait and stop.
 * Afterwards every request is answered, what is shown is what is, all that should run does, and stopping leaves nothing.
 */

const places = ['/', '/s', '/s/t', '/pool'] as const
const workers = ['/a', '/s/a', '/s/b', '/s/t/a', '/s/t/b', '/pool/x', '/pool/w-1'] as const
const strategies: readonly Strategy[] = ['one-for-one', 'one-for-all', 'rest-for-one']
const part = fc.record({
  initMs: fc.constantFrom(undefined, 0, 7),
  stopMs: fc.constantFrom<number | 'never' | 'throws' | undefined>(undefined, 0, 5, 'never', 'throws'),
  shutdown: fc.constantFrom<NonNullable<ChildSpec['shutdown']>>(0, 20, 'brutal-kill'),
  backoff: fc.constantFrom<false | Backoff>(false, { initial: 10, max: 100 }),
  restart: fc.constantFrom<'permanent' | 'transient'>('permanent', 'transient'),
})
const command = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('crash' as const), at: fc.constantFrom(...workers) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), at: fc.constantFrom(...workers) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('kill' as const), at: fc.constantFrom(...workers, '/s', '/s/t', '/pool') }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('start', 'restart', 'terminate', 'delete', 'list', 'count'),
      at: fc.constantFrom(...places),
      id: fc.constantFrom('a', 'b', 't', 'x', 'extra'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
)
const scenario = fc.record({
  seed: fc.nat(),
  order: fc.constantFrom('arrival' as const, 'random' as const),
  strategies: fc.tuple(fc.constantFrom(...strategies), fc.constantFrom(...strategies), fc.constantFrom(...strategies)),
  restarts: fc.constantFrom(0, 2, 1_000),
  parts: fc.tuple(part, part, part),
  /** Which starts fail, counted over all workers, as long as the commands go on. */
  failing: fc.array(fc.boolean(), { maxLength: 20 }),
  commands: fc.array(command, { maxLength: 30 }),
})

type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never

class Play {
  private starts = 0
  private calm = false

  constructor(private readonly scenario: Scenario) {}

  tree(): ReturnType<typeof supervisor> {
    const { strategies: chosen, restarts } = this.scenario
    const free = { restarts: 1_000_000, within: 1 } as const
    const tight = { restarts, within: 50 } as const
    const t: SupervisorSpec = {
      strategy: chosen[2],
      intensity: tight,
      children: [this.worker('a', 0), this.worker('b', 1)],
    }
    const s = (): SupervisorSpec => ({
      strategy: chosen[1],
      intensity: tight,
      children: [this.worker('a', 1), { id: 't', start: supervisor(t), shutdown: 200 }, this.worker('b', 2)],
    })
    const pool: SupervisorSpec = {
      strategy: 'simple-one-for-one',
      intensity: tight,
      children: [this.worker('w', 2)],
    }
    return supervisor({
      strategy: chosen[0],
      intensity: free,
      children: [
        this.worker('a', 0),
        { id: 's', start: supervisor(s), shutdown: 300 },
        { id: 'pool', start: supervisor(pool), backoff: { initial: 5 } },
      ],
    })
  }

  worker(id: string, which: 0 | 1 | 2): ChildSpec {
    const { initMs, stopMs, ...spec } = this.scenario.parts[which]
    return { id, ...spec, start: puppet(this.puppet(initMs, stopMs)) }
  }

  private puppet(initMs: number | undefined, stopMs: number | 'never' | 'throws' | undefined): Part {
    return {
      hook: stopMs !== undefined,
      init: (ctx) => {
        const fails = !this.calm && ctx.incarnation > 1 && this.scenario.failing[this.starts++ % 20] === true
        if (initMs === undefined && fails) throw boom
        return initMs === undefined ? 0 : ctx.sleep(initMs).then(() => (fails ? Promise.reject(boom) : 0))
      },
      stop(ctx) {
        if (stopMs === 'never') return never
        if (stopMs === 'throws') throw boom
        return stopMs === undefined ? undefined : ctx.sleep(stopMs)
      },
    }
  }

  async run(): Promise<void> {
    const { seed, order, commands } = this.scenario
    const on = await stage(this.tree(), { seed, order })
    const asked: Promise<unknown>[] = []
    for (const step of commands) {
      if (step.do === 'advance' && 'ms' in step) await on.world.advance(step.ms)
      else if (step.do === 'settle') await on.world.settle()
      else if ('id' in step) asked.push(this.ask(on, step.do, step.at, step.id))
      else if ('at' in step) disturb(on, step.do, step.at)
    }
    this.calm = true
    await on.world.advance('1m')
    // Nothing is due any more: all that goes on from here on would be without end.
    await expectNoTimers(on)
    expect(await on.world.until(Promise.all(asked))).toHaveLength(asked.length)
    await expectWhole(on, '/')
    expect(await on.world.until(on.system.stop())).toBe('shutdown')
    await expectNoTimers(on)
    expect(on.system.running).toBe(false)
  }

  private ask(on: Stage, what: string, path: string, id: string): Promise<unknown> {
    const to = reach(on, path)
    if (to === undefined) return Promise.resolve()
    if (what === 'start') {
      return path === '/pool'
        ? to.startChild(undefined, id === 'x' ? 'x' : undefined)
        : to.startChild(this.worker(id, 1))
    }
    if (what === 'restart') return to.restartChild(id)
    // What was terminated would have to be remembered here: only what was added is.
    if (what === 'terminate') return to.terminateChild(id === 'a' || id === 'b' || id === 't' ? 'none' : id)
    if (what === 'delete') return to.deleteChild(id)
    return what === 'list' ? to.whichChildren() : to.countChildren()
  }
}

function disturb(on: Stage, how: string, path: string): void {
  if (how === 'kill') {
    if (stands(on, path)) on.system.exit(path, 'kill')
  } else if (how === 'crash') on.system.send(path, crash)
  else on.system.send<Order>(path, (ctx) => ctx.stop())
}

function stands(on: Stage, path: string): boolean {
  try {
    return on.system.ref(path) !== undefined
  } catch {
    return false
  }
}

function reach(on: Stage, path: string): ReturnType<typeof supervisorOf> | undefined {
  try {
    return supervisorOf(on.system.ref(path))
  } catch {
    return undefined
  }
}

/** Permanent children run, others run or are down, none is in between, and the counts agree. */
async function expectWhole(on: Stage, path: string): Promise<void> {
  const api = reach(on, path)
  if (api === undefined) return
  const listed = await on.world.until(api.whichChildren())
  const counted = await on.world.until(api.countChildren())
  if (!listed.ok || !counted.ok) throw new Error(`${path} is not alive`)
  let active = 0
  for (const { id, child, type } of listed.children) {
    expect(child).not.toBe('restarting')
    const spec = await on.world.until(api.childSpec(id))
    if (child === undefined || child === 'restarting') {
      if (spec.ok && id !== 'extra' && id !== 'x')
        expect([path, id, spec.spec.restart]).toEqual([path, id, 'transient'])
      continue
    }
    active++
    expect([child.path, child.alive]).toEqual([child.path, true])
    if (type === 'supervisor') await expectWhole(on, child.path)
  }
  expect([path, counted.counts.active]).toEqual([path, active])
}

describe('whatever happens to supervisors at whatever moment', () => {
  test('all that should run does, every request is answered, and stopping leaves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, (given) => new Play(given).run()),
      { numRuns: 300 },
    )
  }, 120_000)
})
