import { describe, expectTypeOf, test } from 'vitest'
import {
  type Collected,
  collect,
  forEach,
  from,
  type KeyedStream,
  type Pipeline,
  type RunResult,
  run,
  type Sink,
  type Source,
  type Stream,
} from '../../src/stream/index.js'

interface Flight {
  readonly origin: string
  readonly delay: number | null
}

const flights: readonly Flight[] = []

/** Checked by the compiler; that the test runs says nothing. */
describe('the types of a stream', () => {
  test('come from the source, whatever it is', () => {
    expectTypeOf(from(flights)).toEqualTypeOf<Stream<Flight>>()
    expectTypeOf(from(new Set([1]))).toEqualTypeOf<Stream<number>>()
    expectTypeOf((source: Source<Flight>) => from(source)).returns.toEqualTypeOf<Stream<Flight>>()
    expectTypeOf((later: AsyncIterable<Flight>) => from(later)).returns.toEqualTypeOf<Stream<Flight>>()
    // @ts-expect-error a number has no records
    expectTypeOf(() => from(1)).toBeFunction()
  })

  test('go through map, also where it takes its time', () => {
    expectTypeOf(from(flights).map(({ origin }) => origin)).toEqualTypeOf<Stream<string>>()
    expectTypeOf(from(flights).map(async ({ delay }) => delay)).toEqualTypeOf<Stream<number | null>>()
    expectTypeOf(from(flights).map((f) => (f.delay === null ? f.origin : Promise.resolve(f.delay)))).toEqualTypeOf<
      Stream<string | number>
    >()
  })

  test('are narrowed by a filter that guards', () => {
    const numbers = from(flights).map(({ delay }) => delay)
    expectTypeOf(numbers.filter((delay) => delay !== null)).toEqualTypeOf<Stream<number>>()
    expectTypeOf(numbers.filter((delay): delay is number => delay !== null)).toEqualTypeOf<Stream<number>>()
    expectTypeOf(numbers.filter(async (delay) => delay !== null)).toEqualTypeOf<Stream<number | null>>()
  })

  test('are those of what flatMap gives', () => {
    expectTypeOf(from(flights).flatMap(({ origin }) => [origin, 1])).toEqualTypeOf<Stream<string | number>>()
    expectTypeOf(from(flights).flatMap(async ({ origin }) => new Set(origin))).toEqualTypeOf<Stream<string>>()
    // @ts-expect-error a number can not be iterated
    expectTypeOf(() => from(flights).flatMap(() => 1)).toBeFunction()
  })

  test('know the key, and what an aggregate makes', () => {
    const keyed = from(flights).keyBy(({ origin }) => origin)
    expectTypeOf(keyed).toEqualTypeOf<KeyedStream<Flight, string>>()
    expectTypeOf(from(flights).keyBy(async ({ origin }) => origin)).toEqualTypeOf<KeyedStream<Flight, string>>()
    const counted = keyed.aggregate({ init: () => 0, add: (count) => count + 1 })
    expectTypeOf(counted).toEqualTypeOf<Stream<{ key: string; value: number }>>()
    const told = keyed.aggregate({
      init: (key) => ({ key, delays: [] as number[] }),
      add: (value, flight, key) => {
        expectTypeOf(value).toEqualTypeOf<{ key: string; delays: number[] }>()
        expectTypeOf(flight).toEqualTypeOf<Flight>()
        expectTypeOf(key).toEqualTypeOf<string>()
      },
      emit: (key, value) => `${key} ${value.delays.length}`,
      when: 'end',
    })
    expectTypeOf(told).toEqualTypeOf<Stream<string>>()
  })

  test('hold to the sink', () => {
    expectTypeOf(from(flights).to(collect<Flight>())).toEqualTypeOf<Pipeline>()
    expectTypeOf(collect<Flight>().records).toEqualTypeOf<readonly Flight[]>()
    expectTypeOf<Collected<Flight>>().toExtend<Sink<Flight>>()
    const delays: number[] = []
    expectTypeOf(from([1]).to((delay) => delays.push(delay))).toEqualTypeOf<Pipeline>()
    expectTypeOf(from([1]).to(forEach(async (delay: number) => delay))).toEqualTypeOf<Pipeline>()
    expectTypeOf(from(flights).to(collect<{ readonly origin: string }>())).toEqualTypeOf<Pipeline>()
    // @ts-expect-error the sink takes strings
    expectTypeOf(from([1]).to(collect<string>())).toEqualTypeOf<Pipeline>()
    // @ts-expect-error a stream without a sink can not run
    expectTypeOf(() => run(from([1]))).toBeFunction()
    expectTypeOf<ReturnType<typeof run>>().toEqualTypeOf<Promise<RunResult>>()
  })

  test('know the record that a policy is asked about', () => {
    from(flights).map(({ origin }) => origin, {
      onError: (error, flight, attempt) => {
        expectTypeOf(error).toEqualTypeOf<Error>()
        expectTypeOf(flight).toEqualTypeOf<Flight>()
        expectTypeOf(attempt).toEqualTypeOf<number>()
        return 'skip'
      },
    })
    // @ts-expect-error there is no such verdict
    from(flights).map(({ origin }) => origin, { onError: 'ignore' })
  })

  test('let a stream of one kind stand for one of a wider kind, and not the other way round', () => {
    expectTypeOf<Stream<Flight>>().toExtend<Stream<{ readonly origin: string }>>()
    expectTypeOf<Stream<{ readonly origin: string }>>().not.toExtend<Stream<Flight>>()
    expectTypeOf<Sink<{ readonly origin: string }>>().toExtend<Sink<Flight>>()
    expectTypeOf<Sink<Flight>>().not.toExtend<Sink<{ readonly origin: string }>>()
  })
})
