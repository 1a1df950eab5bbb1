import { StreamError } from '../errors.js'
import type { Source, SourceReader } from './source.js'

/** Anything with records in it: a list, an iterable, an async iterable, or a source. */
export type Records<Record> = Source<Record> | Iterable<Record> | AsyncIterable<Record>

/** Makes a source of whatever {@link Records} it is given. */
export function sourceOf<Record>(records: Records<Record>): Source<Record> {
  if (Array.isArray(records)) return { kind: 'array', open: (position) => new ArrayReader<Record>(records, position) }
  if (isSource(records)) return records
  if (isIterable(records)) {
    const begin = onceIfOneShot(records, () => records[Symbol.iterator]())
    return { kind: 'iterable', open: (position) => openIterable(begin(position), position) }
  }
  if (isAsyncIterable(records)) {
    const begin = onceIfOneShot(records, () => records[Symbol.asyncIterator]())
    return { kind: 'asyncIterable', open: (position) => openAsync(begin(position), position) }
  }
  throw new StreamError('invalid-graph', 'from(): give a list, an iterable, an async iterable, or a source', {
    records,
  })
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

/** An iterator that answers for its own iterable (a generator) can not begin anew: what it gave is gone. */
function onceIfOneShot<Iterator>(records: unknown, begin: () => Iterator): (position: number) => Iterator {
  let begun = false
  return (position) => {
    const iterator = begin()
    if ((iterator as unknown) === records) {
      if (begun) throw notReplayable(position, 'it can be read only once, and has been begun before')
      begun = true
    }
    return iterator
  }
}

function openIterable<Record>(iterator: Iterator<Record>, position: number): SourceReader<Record> {
  for (let i = 0; i < position; i++) if (iterator.next().done) throw endsEarly(position, i)
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

function openAsync<Record>(iterator: AsyncIterator<Record>, position: number): SourceReader<Record> {
  let skipped = 0
  return {
    // One record a call: a slow source must not keep what it has already given, and each has the deadline to itself.
    async read() {
      const item = await iterator.next()
      if (skipped === position) return item.done ? undefined : [item.value]
      if (item.done) throw endsEarly(position, skipped)
      skipped++
      return []
    },
    close: async () => void (await iterator.return?.()),
  }
}

/** Streams of the platform begin anew when asked, but with nothing in them. */
function endsEarly(position: number, found: number): StreamError {
  return notReplayable(position, `begun anew, it ended after ${found} records`)
}

function notReplayable(position: number, why: string): StreamError {
  return new StreamError(
    'source-not-replayable',
    `the source can not be opened behind its first ${position} records: ${why}; ` +
      'give an iterable that starts anew each time, or a source with positions',
    { position },
  )
}

function isSource<Record>(records: Records<Record>): records is Source<Record> {
  return typeof (records as Source<Record> | undefined | null)?.open === 'function'
}

function isIterable<Record>(records: Records<Record>): records is Iterable<Record> {
  return typeof (records as Iterable<Record> | undefined | null)?.[Symbol.iterator] === 'function'
}

function isAsyncIterable<Record>(records: Records<Record>): records is AsyncIterable<Record> {
  return typeof (records as AsyncIterable<Record> | undefined | null)?.[Symbol.asyncIterator] === 'function'
}
