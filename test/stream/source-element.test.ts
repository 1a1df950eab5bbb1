import { describe, expect, test } from 'vitest'
import { collect, from, launch, run, type Source, type SourceReader } from '../../src/stream/index.js'
import { virtualWorld } from '../../src/world/index.js'
import { later, never, thrownBy } from './handlers.js'

/** A source of the numbers from 0 that notes what is done to it. */
function noted(read: (from: number, most: number) => ReturnType<SourceReader<number>['read']>) {
  const log: string[] = []
  const source: Source<number> = {
    kind: 'noted',
    open(position) {
      log.push(`open ${position}`)
      let at = position
      const advance = (records: readonly number[] | undefined): readonly number[] | undefined => {
        at += records?.length ?? 0
        return records
      }
      return {
        read(most) {
          const records = read(at, most)
          return records instanceof Promise ? records.then(advance) : advance(records)
        },
        close: () => void log.push('close'),
      }
    },
  }
  return { source, log }
}

const upTo =
  (end: number) =>
  (at: number, most: number): number[] | undefined =>
    at < end ? Array.from({ length: Math.min(most, end - at) }, (_, i) => at + i) : undefined

describe('a source that fails while it is read', () => {
  test('is closed, and opened again behind what is committed', async () => {
    const world = virtualWorld()
    let reads = 0
    const { source, log } = noted((at, most) => {
      if (++reads === 3) throw new Error('disk')
      return upTo(10)(at, Math.min(most, 2))
    })
    const sink = collect<number>()
    const result = await world.until(run(from(source).to(sink), { world }))
    expect(sink.records).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(log).toEqual(['open 0', 'close', 'open 4', 'close'])
    expect(result.crashes.map(({ operator, error }) => [operator, error.message])).toEqual([['source-1', 'disk']])
    expect(result.deadLetters).toEqual([])
  })

  test.each([
    ['rejects', () => Promise.reject(new Error('network'))],
    ['hangs', never],
  ])('the same when the read %s', async (_, fail) => {
    const world = virtualWorld()
    let reads = 0
    const { source, log } = noted((at) => (++reads === 3 ? fail() : Promise.resolve(upTo(5)(at, 1))))
    const sink = collect<number>()
    await world.until(run(from(source).to(sink), { world, deadline: '1s' }))
    expect(sink.records).toEqual([0, 1, 2, 3, 4])
    expect(log).toEqual(['open 0', 'close', 'open 2', 'close'])
  })

  test('while it is opened: it is opened again', async () => {
    const world = virtualWorld()
    let opened = 0
    const source: Source<number> = {
      kind: 'shy',
      open(position) {
        if (++opened === 1) throw new Error('not yet')
        if (opened === 2) return Promise.reject(new Error('nor now'))
        return sourceReader(position)
      },
    }
    const sink = collect<number>()
    const result = await world.until(run(from(source).to(sink), { world }))
    expect(sink.records).toEqual([0, 1, 2])
    expect(result.crashes.map(({ error }) => error.message)).toEqual(['not yet', 'nor now'])
  })

  test('while it is closed at the end: the records have arrived all the same', async () => {
    const world = virtualWorld()
    const source: Source<number> = {
      kind: 'sticky',
      open: (position) => ({
        ...sourceReader(position),
        close: () => Promise.reject(new Error('sticks')),
      }),
    }
    const sink = collect<number>()
    const result = await world.until(run(from(source).to(sink), { world }))
    expect(sink.records).toEqual([0, 1, 2])
    expect(result.crashes.map(({ error }) => error.message)).toEqual(['sticks'])
  })
})

describe('a source that is killed', () => {
  test('while it opens: what comes late is closed, and one reader gives the records', async () => {
    const world = virtualWorld()
    const closed: number[] = []
    let opened = 0
    const source: Source<number> = {
      kind: 'slow',
      open(position) {
        const number = ++opened
        return later(world, 10, { ...sourceReader(position), close: () => void closed.push(number) })
      },
    }
    const sink = collect<number>()
    const running = await launch(from(source).to(sink), { world })
    await world.advance(5)
    running.system.exit('/source-1', 'kill')
    await world.until(running.done)
    expect(sink.records).toEqual([0, 1, 2])
    expect(closed.sort()).toEqual([1, 2])
  })

  test('while it reads: what comes late is dropped', async () => {
    const world = virtualWorld()
    const { source, log } = noted((at, most) => later(world, 10, upTo(3)(at, Math.min(most, 1))))
    const sink = collect<number>()
    const running = await launch(from(source).to(sink), { world })
    for (const _ of 'abc') {
      await world.advance(5)
      running.system.exit('/source-1', 'kill')
      await world.advance(10)
    }
    await world.until(running.done)
    await world.run()
    expect(sink.records).toEqual([0, 1, 2])
    expect(log.filter((line) => line === 'close')).toHaveLength(log.length / 2)
  })
})

describe('a source that can be read once', () => {
  test('and fails ends the run, with what failed it as the cause', async () => {
    const world = virtualWorld()
    function* once(): Generator<number> {
      yield 1
      throw new Error('torn')
    }
    const error = await world.until(thrownBy(run(from(once()).to(collect()), { world, batchRecordsMax: 1 })))
    expect(error).toMatchObject({
      name: 'StreamError',
      code: 'source-not-replayable',
      data: { operator: 'source-1', position: 1 },
      cause: { message: 'torn' },
    })
    expect((error as Error).message).toBe(
      'source-1 ended (Error: torn), and the source can not be opened behind its first 1 records: it can be read only ' +
        'once, and has been begun before; give an iterable that starts anew each time, or a source with positions',
    )
    await world.run({ within: 0 })
  })

  test('and is killed ends the run too, also before its first record', async () => {
    const world = virtualWorld()
    async function* once(): AsyncGenerator<number> {
      yield await later(world, 10, 1)
    }
    const running = await launch(from(once()).to(collect()), { world })
    await world.advance(5)
    running.system.exit('/source-1', 'kill')
    const error = await world.until(thrownBy(running.done))
    expect(error).toMatchObject({ code: 'source-not-replayable', data: { operator: 'source-1', position: 0 } })
    expect((error as Error).cause).toBe(undefined)
    expect(running.report().status).toBe('failed')
  })

  test('does not mind the crashes of others', async () => {
    const world = virtualWorld()
    function* once(): Generator<number> {
      for (let n = 0; n < 20; n++) yield n
    }
    let calls = 0
    const sink = collect<number>()
    const crashing = from(once()).map((n) => {
      if (calls++ % 3 === 2) throw new Error('boom')
      return n
    })
    await world.until(run(crashing.to(sink), { world, batchRecordsMax: 4, intensity: { restarts: 100, within: '1s' } }))
    expect(sink.records).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })
})

test('a slow async iterable is opened again within a deadline that holds for one record of it', async () => {
  const world = virtualWorld()
  let failed = false
  const slow = {
    async *[Symbol.asyncIterator]() {
      for (let n = 0; n < 20; n++) {
        await later(world, 8, undefined)
        if (n === 19 && !failed) {
          failed = true
          throw new Error('at the last')
        }
        yield n
      }
    },
  }
  const sink = collect<number>()
  const result = await world.until(run(from(slow).to(sink), { world, deadline: 10 }))
  expect(sink.records).toHaveLength(20)
  expect(result.restarts).toBe(1)
})

test('a source may have nothing to give for a while', async () => {
  const world = virtualWorld()
  let reads = 0
  const { source } = noted((at) => later(world, 1, ++reads % 3 === 0 ? upTo(2)(at, 1) : []))
  const sink = collect<number>()
  await world.until(run(from(source).to(sink), { world }))
  expect(sink.records).toEqual([0, 1])
})

function sourceReader(position: number): SourceReader<number> {
  let at = position
  return { read: () => (at < 3 ? [at++] : undefined) }
}
