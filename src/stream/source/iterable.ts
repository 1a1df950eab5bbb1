import { StreamError } from '../errors.js'
import type { Source, SourceReader } from './source.js'

/** Anything with records in it: a list, an iterable, an async iterable, or a source. */
export type Records<Record> = Source<Record> | Iterable<Record> | AsyncIterable<Record>

/** Makes a source of whatever {@link Records} it is given. */
export function sourceOf<Record>(records: Records<Record>): Source<Record> {
  if (Array.isArray(records)) return { kind: 'array', open: (position) => new ArrayReader<Record>(records, position) }
  if (isSource(records)) return records
  if (isIterable(records)) return { kind: 'iterable', open: (position) => openIterable(records, position) }
  if (isAsyncIterable(records)) return { kind: 'asyncIterable', open: (position) => openAsync(records, position) }
  throw new StreamError('invalid-graph', 'from(): give a list, an iterable, an async iterable, or a source', { records })
}

class ArrayReader<Record> implements SourceReader<Record> {
  constructor(
    private readonly records: readonly Record[],
    private position: number,
  ) {}

  read(most: number): readonly Record[] | undefined {
    const from = this.position
    if (from >= this.records.length) return undefined
    this.position = Math.min(from + most, this.records.length)
    return this.records.slice(from, this.position)
  }
}

function openIterable<Record>(records: Iterable<Record>, position: number): SourceReader<Record> {
  const iterator = records[Symbol.iterator]()
  if (position > 0 && (iterator as unknown) === records) throw oneShot(position)
  for (let i = 0; i < position; i++) iterator.next()
  return {
    read(most) {
      const batch: Record[] = []
      while (batch.length < most) {
        const item = iterator.next()
        if (item.done) break
        batch.push(item.value)
      }
      return batch.length > 0 ? batch : undefined
    },
    close: () => void iterator.return?.(),
  }
}

async function openAsync<Record>(records: AsyncIterable<Record>, position: number): Promise<SourceReader<Record>> {
  const iterator = records[Symbol.asyncIterator]()
  if (position > 0 && (iterator as unknown) === records) throw oneShot(position)
  for (let i = 0; i < position; i++) await iterator.next()
  return {
    // One record a call: a slow source must not keep what it has already given.
    async read() {
      const item = await iterator.next()
      return item.done ? undefined : [item.value]
    },
    close: async () => void (await iterator.return?.()),
  }
}

function oneShot(position: number): StreamError {
  return new StreamError(
    'source-not-replayable',
    `the source failed after ${position} records and can be read only once; give an iterable that starts anew each time, or a source with positions`,
    { position },
  )
}

function isSource<Record>(records: Records<Record>): records is Source<Record> {
  return typeof (records as Source<Record>).open === 'function'
}

function isIterable<Record>(records: Records<Record>): records is Iterable<Record> {
  return typeof (records as Iterable<Record>)[Symbol.iterator] === 'function'
}

function isAsyncIterable<Record>(records: Records<Record>): records is AsyncIterable<Record> {
  return typeof (records as AsyncIterable<Record>)[Symbol.asyncIterator] === 'function'
}
