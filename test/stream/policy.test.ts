import { describe, expect, test } from 'vitest'
import type { ErrorPolicy, RunResult } from '../../src/stream/index.js'
import { collect, from, launch, run, type Stream } from '../../src/stream/index.js'
import { verdict } from '../../src/stream/policy.js'
import { virtualWorld } from '../../src/world/index.js'
import { later } from './handlers.js'

interface Reading {
  n: number
  readonly bad?: boolean
}

type World = ReturnType<typeof virtualWorld>

const readings = (): Reading[] => [{ n: 1 }, { n: 2, bad: true }, { n: 3 }]

/** How each kind of step fails at a bad record, after it has written and handed on what it could. */
const steps: [string, (input: Stream<Reading>, onError: ErrorPolicy<Reading>, world: World) => Stream<unknown>][] = [
  ['map', (input, onError) => input.map((reading) => checked(spoilt(reading)), { onError })],
  [
    'map that takes its time',
    (input, onError, world) => input.map((reading) => later(world, 1, spoilt(reading)).then(checked), { onError }),
  ],
  [
    'flatMap',
    (input, onError) =>
      input.flatMap(
        function* (reading) {
          const { n } = reading
          yield { n }
          checked(reading)
        },
        { onError },
      ),
  ],
  [
    'aggregate',
    (input, onError) =>
      input
        .keyBy(() => 'all')
        .aggregate({ init: (): number[] => [], add: (list, reading) => added(list, reading), emit }, { onError }),
  ],
  [
    'aggregate that takes its time',
    (input, onError, world) =>
      input
        .keyBy(() => later(world, 1, 'all'))
        .aggregate(
          {
            init: (): number[] => [],
            add: (list, reading) => {
              const changed = spoilt(reading)
              list.push(changed.n)
              return later(world, 1, list).finally(() => checked(changed))
            },
            emit,
          },
          { onError },
        ),
  ],
]

function spoilt(reading: Reading): Reading {
  reading.n *= 1
  return reading
}

function checked(reading: Reading): Reading {
  if (reading.bad === true) throw new Error(`bad ${reading.n}`)
  return { n: reading.n }
}

function added(list: number[], reading: Reading): void {
  list.push(reading.n)
  checked(reading)
}

function emit(_: string, list: number[]): unknown {
  return { n: list.at(-1), sum: list.reduce((sum, n) => sum + n, 0) }
}

describe.each(steps)('a failure in %s', (_, step) => {
  const outcome = async (onError: ErrorPolicy<Reading>): Promise<{ numbers: unknown[]; result: RunResult }> => {
    const world = virtualWorld()
    const sink = collect<unknown>()
    const result = await world.until(run(step(from(readings()), onError, world).to(sink), { world }))
    return { numbers: sink.records.map((record) => (record as Reading).n), result }
  }

  test('is skipped: what the record wrote and handed on is gone, nothing else', async () => {
    const { numbers, result } = await outcome('skip')
    expect(numbers).toEqual([1, 3])
    expect([result.crashes, result.deadLetters]).toEqual([[], []])
  })

  test('makes a dead letter of the record as it came', async () => {
    const { numbers, result } = await outcome('dead-letter')
    expect(numbers).toEqual([1, 3])
    expect(result.deadLetters).toMatchObject([
      { record: { n: 2, bad: true }, error: { message: 'bad 2' }, attempts: 1 },
    ])
    expect(result.crashes).toEqual([])
  })

  test('is repaired', async () => {
    const { numbers, result } = await outcome((_error, { n }) => ({ repair: { n: n * 10 } }))
    expect(numbers).toEqual([1, 20, 3])
    expect(result.crashes).toEqual([])
  })

  test('is a crash after all', async () => {
    const { numbers, result } = await outcome('crash')
    expect(numbers).toEqual([1, 3])
    expect(result.crashes).toHaveLength(3)
    expect(result.deadLetters).toMatchObject([{ record: { n: 2, bad: true }, attempts: 3 }])
  })

  test('is told to a function with error, record and attempt, until it decides otherwise', async () => {
    const told: unknown[] = []
    const { numbers, result } = await outcome((error, record, attempt) => {
      told.push([error.message, { ...record }, attempt])
      record.n = -1
      return attempt < 3 ? 'retry' : 'dead-letter'
    })
    expect(numbers).toEqual([1, 3])
    expect(told).toEqual([1, 2, 3].map((attempt) => ['bad 2', { n: 2, bad: true }, attempt]))
    expect(result.deadLetters).toMatchObject([{ record: { n: 2, bad: true }, attempts: 3 }])
  })
})

describe('what a skipped record wrote to state', () => {
  const summed = async (numbers: readonly number[], fails: (n: number) => boolean, where: 'key' | 'add') => {
    const world = virtualWorld()
    const sink = collect<{ key: number; value: number[] }>()
    const lists = from(numbers)
      .keyBy((n) => {
        if (where === 'key' && fails(n)) throw new Error('no key')
        return n % 2
      })
      .aggregate(
        {
          init: (): number[] => [],
          add: (list, n) => {
            list.push(n)
            if (where === 'add' && fails(n)) throw new Error('no sum')
          },
          when: 'end',
        },
        { onError: 'skip' },
      )
    await world.until(run(lists.to(sink), { world }))
    return sink.records
  }

  test('is taken back, and the key with it when it was new', async () => {
    expect(await summed([1, 2, 3, 5, 4], (n) => n === 1 || n === 2 || n === 5, 'add')).toEqual([
      { key: 1, value: [3] },
      { key: 0, value: [4] },
    ])
  })

  test('is nothing where it failed in its key: the record before it stays counted', async () => {
    expect(await summed([1, 3, 5, 2], (n) => n === 3 || n === 5, 'key')).toEqual([
      { key: 1, value: [1] },
      { key: 0, value: [2] },
    ])
  })
})

describe('a declared policy beside crashes', () => {
  test('makes one dead letter of a record, however often its batch is tried again', async () => {
    const world = virtualWorld()
    let crashes = 0
    const sink = collect<number>()
    const shaky = from([1, 2, 3, 4]).map(
      (n) => {
        if (n === 2) throw new Error('declared')
        if (n === 4 && crashes++ < 2) throw new TypeError('undeclared')
        return n
      },
      { onError: (error) => (error instanceof TypeError ? 'crash' : 'dead-letter') },
    )
    const result = await world.until(run(shaky.to(sink), { world }))
    expect(sink.records).toEqual([1, 3, 4])
    expect(result.crashes).toHaveLength(2)
    expect(result.deadLetters.map(({ record }) => record)).toEqual([2])
  })

  test('is not asked about what an abandoned handler rejects with', async () => {
    const world = virtualWorld()
    const told: string[] = []
    let call = 0
    const sink = collect<number>()
    const late = from([1, 2, 3]).map(
      (n) =>
        call++ === 0 ? later(world, 50, n).then(() => Promise.reject(new Error('too late'))) : later(world, 30, n),
      {
        onError: (error) => {
          told.push(error.message)
          return 'skip'
        },
      },
    )
    const running = await launch(late.to(sink), { world })
    await world.advance(5)
    running.system.exit('/map-1', 'kill')
    await world.until(running.done)
    await world.run()
    expect(sink.records).toEqual([1, 2, 3])
    expect(told).toEqual([])
  })

  test('is told how often the record at hand has failed, whatever an abandoned handler still does', async () => {
    const world = virtualWorld()
    const told: number[] = []
    let call = 0
    const sink = collect<number>()
    const late = from([1]).map(
      (n) => {
        call++
        if (call === 1) return later(world, 50, n)
        return call < 5 ? later(world, 20, n).then(() => Promise.reject(new Error('again'))) : n
      },
      {
        onError: (_error, _record, attempt) => {
          told.push(attempt)
          return 'retry'
        },
      },
    )
    const running = await launch(late.to(sink), { world })
    await world.advance(5)
    running.system.exit('/map-1', 'kill')
    await world.until(running.done)
    expect(told).toEqual([1, 2, 3])
    expect(sink.records).toEqual([1])
  })

  test('that throws, or answers with what is no verdict, is a crash of its record', async () => {
    for (const [onError, message] of [
      [() => thrown(new Error('policy')), 'policy'],
      [() => undefined as never, 'an onError function answered undefined'],
    ] as const) {
      const world = virtualWorld()
      const sink = collect<number>()
      const bad = from([1, 2, 3]).map((n) => (n === 2 ? thrown(new Error('bad')) : n), { onError })
      const result = await world.until(run(bad.to(sink), { world }))
      expect(sink.records).toEqual([1, 3])
      expect(result.deadLetters[0]?.error.message).toContain(message)
      expect(result.crashes).toHaveLength(3)
    }
  })

  test('of retry for all errors tries once more, and then it is a crash', async () => {
    const world = virtualWorld()
    let calls = 0
    const sink = collect<number>()
    const bad = from([1, 2, 3]).map(
      (n) => {
        if (n === 2) {
          calls++
          throw new Error('bad')
        }
        return n
      },
      { onError: 'retry' },
    )
    const result = await world.until(run(bad.to(sink), { world }))
    expect(sink.records).toEqual([1, 3])
    expect(result.deadLetters).toMatchObject([{ record: 2, attempts: 3 }])
    expect(calls).toBe(6)
  })
})

test('a verdict for all errors that settles a record holds each time, one that tries again the first time', () => {
  const error = new Error('e')
  for (const policy of ['skip', 'dead-letter', 'crash'] as const) expect(verdict(policy, error, 1, 9)).toBe(policy)
  for (const policy of ['retry', { repair: 2 }] as const) {
    expect(verdict(policy, error, 1, 1)).toBe(policy)
    expect(verdict(policy, error, 1, 2)).toBe('crash')
  }
})

function thrown(error: Error): never {
  throw error
}
