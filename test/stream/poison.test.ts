import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collect, from, launch, run } from '../../src/stream/index.js'
import { virtualWorld } from '../../src/world/index.js'
import { never } from './handlers.js'

interface Entry {
  n: number
  readonly notes: string[]
}

const entries = (count: number): Entry[] => Array.from({ length: count }, (_, n) => ({ n, notes: [] }))
const often = { restarts: 10_000, within: '1s' } as const

const failures: [string, (entry: Entry) => Promise<never>][] = [
  ['throws', ({ n }) => thrown(new Error(`bad ${n}`))],
  ['rejects', ({ n }) => Promise.reject(new Error(`bad ${n}`))],
  ['hangs', never],
]

function thrown(error: Error): never {
  throw error
}

describe.each(failures)('a record whose handler always %s', (name, fail) => {
  test('is dead-lettered as it came, after exactly so many crashes; all others arrive, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(19), { maxLength: 5 }),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 4 }),
        async (bad, batchRecordsMax, poisonAfter) => {
          const world = virtualWorld()
          const sink = collect<Entry>()
          const calls = new Map<number, number>()
          const handled = from(entries(20)).map((entry) => {
            calls.set(entry.n, (calls.get(entry.n) ?? 0) + 1)
            entry.notes.push('touched')
            return bad.includes(entry.n) ? fail(entry) : entry
          })
          const options = { world, batchRecordsMax, poisonAfter, deadline: '1s', intensity: often } as const
          const result = await world.until(run(handled.to(sink), options))
          const good = entries(20).filter(({ n }) => !bad.includes(n))
          expect(sink.records).toEqual(good.map(({ n }) => ({ n, notes: ['touched'] })))
          expect(result.deadLetters.map(({ operator, record, attempts }) => [operator, record, attempts])).toEqual(
            [...bad].sort((a, b) => a - b).map((n) => ['map-1', { n, notes: [] }, poisonAfter]),
          )
          for (const { error, record } of result.deadLetters) {
            expect(error.message).toMatch(
              name === 'hangs' ? /did not settle within its deadline of 1000 ms/ : `bad ${(record as Entry).n}`,
            )
          }
          expect(result.crashes).toHaveLength(bad.length * poisonAfter)
          for (const n of bad) expect(calls.get(n)).toBe(poisonAfter)
          expect(result.operators[1]).toMatchObject({ recordsIn: 20, recordsOut: good.length })
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('a record under suspicion', () => {
  test('is tried alone, after what lies before it has been handed on', async () => {
    const world = virtualWorld()
    const sink = collect<number>()
    const arrivedAtFailure: number[][] = []
    const shaky = from([0, 1, 2, 3, 4]).map((n) => {
      if (n === 2) {
        arrivedAtFailure.push([...sink.records])
        throw new Error('bad')
      }
      return n
    })
    await world.until(run(shaky.to(sink), { world }))
    expect(arrivedAtFailure).toEqual([[], [0, 1], [0, 1]])
    expect(sink.records).toEqual([0, 1, 3, 4])
  })

  test('is not blamed for what ended its operator from outside', async () => {
    const world = virtualWorld()
    const sink = collect<number>()
    const slow = from([0, 1, 2]).map(
      (n) => new Promise<number>((resolve) => void world.timers.after(10, () => resolve(n))),
    )
    const running = await launch(slow.to(sink), { world, poisonAfter: 1 })
    for (const reason of ['kill', 'shutdown', new Error('from outside'), 'kill'] as const) {
      await world.advance(5)
      running.system.exit('/map-1', reason)
      await world.settle()
    }
    const result = await world.until(running.done)
    expect(result.deadLetters).toEqual([])
    expect(result.restarts).toBe(4)
    expect(sink.records).toEqual([0, 1, 2])
  })

  test('keeps its own error where its neighbours crash too, or the operator is killed in between', async () => {
    const world = virtualWorld()
    let at3 = 0
    const shaky = from([0, 1, 2, 3, 4]).map((n) => {
      // Record 1 fails only once 3 has failed: it is met later than the suspect that stands behind it.
      if (n === 3 && at3++ >= 0) throw new Error('three')
      if (n === 1 && at3 > 0) throw new Error('one')
      return n
    })
    const sink = collect<number>()
    const result = await world.until(run(shaky.to(sink), { world, poisonAfter: 1 }))
    expect(result.deadLetters.map(({ record, error, attempts }) => [record, error.message, attempts])).toEqual([
      [1, 'one', 1],
      [3, 'three', 1],
    ])
    expect(at3).toBe(1)
    expect(sink.records).toEqual([0, 2, 4])
  })

  test('may be good after all: crashes that chance brings blame it, but not to death', async () => {
    const world = virtualWorld()
    let calls = 0
    const sink = collect<number>()
    const unlucky = from([0, 1, 2, 3]).map((n) => {
      if (n === 2 && calls++ < 2) throw new Error('bad luck')
      return n
    })
    const result = await world.until(run(unlucky.to(sink), { world, poisonAfter: 3 }))
    expect(sink.records).toEqual([0, 1, 2, 3])
    expect(result.deadLetters).toEqual([])
    expect(result.crashes).toHaveLength(2)
  })

  test('takes what it wrote with it: state is that of the records that were kept', async () => {
    const world = virtualWorld()
    const sink = collect<{ key: string; value: number[] }>()
    const lists = from([1, 2, 13, 4])
      .keyBy(() => 'all')
      .aggregate({
        init: (): number[] => [],
        add: (list, n) => {
          list.push(n)
          if (n === 13) throw new Error('unlucky')
        },
        when: 'end',
      })
    const result = await world.until(run(lists.to(sink), { world }))
    expect(sink.records).toEqual([{ key: 'all', value: [1, 2, 4] }])
    expect(result.deadLetters.map(({ record }) => record)).toEqual([13])
  })

  test('is a record that can not even be copied, too', async () => {
    const world = virtualWorld()
    const sealed = {
      get n(): number {
        throw new Error('sealed')
      },
    }
    const sink = collect<number>()
    const result = await world.until(
      run(
        from([{ n: 1 }, sealed, { n: 3 }])
          .map(({ n }) => n)
          .to(sink),
        { world },
      ),
    )
    expect(sink.records).toEqual([1, 3])
    expect(result.deadLetters.map(({ error, attempts }) => [error.message, attempts])).toEqual([['sealed', 3]])
    expect(result.deadLetters[0]?.record).toBe(sealed)
  })
})
