import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Source } from '../../../src/stream/index.js'
import { type Records, sourceOf } from '../../../src/stream/source/iterable.js'

/** Reads a source to its end, `most` records at a time, and closes it. */
async function readAll<Record>(source: Source<Record>, position: number, most = 2): Promise<Record[]> {
  const reader = await source.open(position)
  const all: Record[] = []
  for (let batch = await reader.read(most); batch !== undefined; batch = await reader.read(most)) {
    expect(batch.length).toBeLessThanOrEqual(most)
    all.push(...batch)
  }
  await reader.close?.()
  return all
}

function* counted(to: number): Generator<number> {
  for (let n = 0; n < to; n++) yield n
}

async function* countedLater(to: number): AsyncGenerator<number> {
  yield* counted(to)
}

const again: [string, Records<number>][] = [
  ['a list', [0, 1, 2, 3, 4]],
  ['an iterable', new Set([0, 1, 2, 3, 4])],
  ['an iterable that makes generators', { [Symbol.iterator]: () => counted(5) }],
  ['an async iterable', { [Symbol.asyncIterator]: () => countedLater(5) }],
]

describe.each(again)('%s as a source', (_, records) => {
  const source = sourceOf(records)

  test('gives all of its records, each time it is opened', async () => {
    expect(await readAll(source, 0)).toEqual([0, 1, 2, 3, 4])
    expect(await readAll(source, 0, 100)).toEqual([0, 1, 2, 3, 4])
  })

  test('gives what lies behind a position', async () => {
    expect(await readAll(source, 3)).toEqual([3, 4])
    expect(await readAll(source, 5)).toEqual([])
  })
})

describe('a source of one’s own', () => {
  test('is taken as it is, also when it can be iterated', () => {
    const own = { kind: 'own', open: () => ({ read: () => undefined }), [Symbol.iterator]: () => counted(1) }
    expect(sourceOf(own)).toBe(own)
  })
})

describe('what can be iterated once', () => {
  test.each([
    ['a generator', () => counted(5)],
    ['an async generator', () => countedLater(5)],
    ['the values of a map', () => new Map([[0, 1]]).values()],
  ])('%s is not opened a second time, whatever the position', async (_, make) => {
    for (const position of [0, 1]) {
      const source = sourceOf<number>(make() as Iterable<number>)
      await source.open(0)
      expect(() => source.open(position)).toThrow(
        `the source can not be opened behind its first ${position} records: it can be read only once`,
      )
    }
  })

  test('a stream of the platform is found empty when it is opened again, and that is an error too', async () => {
    const source = sourceOf<number>(
      new Readable({ objectMode: true, read: () => undefined }).wrap(Readable.from([1, 2])),
    )
    expect(await readAll(source, 0)).toEqual([1, 2])
    await expect(readAll(source, 2)).rejects.toThrow()
    const ended = { [Symbol.asyncIterator]: () => countedLater(1) }
    await expect(readAll(sourceOf<number>(ended), 2)).rejects.toMatchObject({
      code: 'source-not-replayable',
      data: { position: 2 },
      message: expect.stringContaining('begun anew, it ended after 1 records'),
    })
    expect(() => sourceOf(new Set([1])).open(2)).toThrow('begun anew, it ended after 1 records')
  })
})

describe('closing a reader', () => {
  test.each([
    ['an iterable', (end: () => void) => ({ [Symbol.iterator]: () => closing(end) })],
    ['an async iterable', (end: () => void) => ({ [Symbol.asyncIterator]: () => closingLater(end) })],
  ])('ends the iterator of %s', async (_, make) => {
    let ended = 0
    const reader = await sourceOf<number>(make(() => ended++) as Iterable<number>).open(0)
    await reader.read(1)
    expect(ended).toBe(0)
    await reader.close?.()
    expect(ended).toBe(1)
  })
})

function* closing(end: () => void): Generator<number> {
  try {
    while (true) yield 1
  } finally {
    end()
  }
}

async function* closingLater(end: () => void): AsyncGenerator<number> {
  yield* closing(end)
}

test.each([[undefined], [null], [42], [{}], [() => 1]])('%s is no source', (records) => {
  expect(() => sourceOf(records as unknown as Iterable<number>)).toThrow(
    expect.objectContaining({ code: 'invalid-graph' }),
  )
})
