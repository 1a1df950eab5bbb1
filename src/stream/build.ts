import type { Node, OperatorOptions } from './graph.js'
import { forEach } from './sink/for-each.js'
import type { Sink } from './sink/sink.js'
import { type Records, sourceOf } from './source/iterable.js'
import type { Aggregate } from './transform/aggregate.js'

/** A pipeline, complete from its sources to its sinks. Plain data: it runs when it is handed to `run`. */
export class Pipeline {
  /** @internal */
  constructor(readonly sinks: readonly Node[]) {}
}

/**
 * A stream of records under construction. Every call makes a new stream and leaves this one as it is, so one stream may
 * be continued in several ways; what they have in common runs once.
 *
 * Handlers may return promises; one record is then awaited at a time.
 */
export class Stream<out Record> {
  /** @internal */
  constructor(/** @internal */ readonly node: Node) {}

  /** One record becomes another. */
  map<Out>(transform: (record: Record) => Out, options: OperatorOptions<Record> = {}): Stream<Awaited<Out>> {
    return this.step('map', transform, options)
  }

  /** Keeps the records that pass. */
  filter<Kept extends Record>(
    passes: (record: Record) => record is Kept,
    options?: OperatorOptions<Record>,
  ): Stream<Kept>
  filter(passes: (record: Record) => boolean | Promise<boolean>, options?: OperatorOptions<Record>): Stream<Record>
  filter(passes: (record: Record) => unknown, options: OperatorOptions<Record> = {}): Stream<Record> {
    return this.step('filter', passes, options)
  }

  /** One record becomes any number of records. */
  flatMap<Out>(
    expand: (record: Record) => Iterable<Out> | Promise<Iterable<Out>>,
    options: OperatorOptions<Record> = {},
  ): Stream<Out> {
    return this.step('flatMap', expand, options)
  }

  /** Groups records by a key, for what keeps a state per key. */
  keyBy<Key>(keyOf: (record: Record) => Key): KeyedStream<Record, Awaited<Key>> {
    return new KeyedStream(this.node, keyOf as (record: unknown) => unknown)
  }

  /** Ends the stream in a sink; a function is called with every record, as by `forEach`. */
  to(
    sink: Sink<Record> | ((record: Record) => unknown),
    options: Pick<OperatorOptions, 'id' | 'deadline'> = {},
  ): Pipeline {
    const end: Sink<Record> = typeof sink === 'function' ? forEach(sink) : sink
    return new Pipeline([{ kind: 'sink', input: this.node, sink: end as Sink<never>, options }])
  }

  private step<Out>(
    kind: 'map' | 'filter' | 'flatMap',
    handler: (record: Record) => unknown,
    options: OperatorOptions<Record>,
  ): Stream<Out> {
    return new Stream({
      kind,
      input: this.node,
      handler: handler as (record: unknown) => unknown,
      options: options as OperatorOptions,
    })
  }
}

/** A stream whose records have a key. */
export class KeyedStream<out Record, out Key> {
  /** @internal */
  constructor(
    private readonly input: Node,
    private readonly keyOf: (record: unknown) => unknown,
  ) {}

  /**
   * Keeps a running value per key.
   *
   * @example
   * words.keyBy((word) => word).aggregate({ init: () => 0, add: (count) => count + 1 }) // { key, value }
   */
  aggregate<Value, Out = { key: Key; value: Value }>(
    parts: Aggregate<Record, Key, Value, Out>,
    options: OperatorOptions<Record> = {},
  ): Stream<Out> {
    return new Stream({
      kind: 'aggregate',
      input: this.input,
      keyOf: this.keyOf,
      parts: parts as Aggregate<unknown, unknown, unknown, unknown>,
      options: options as OperatorOptions,
    })
  }
}

/**
 * Begins a pipeline.
 *
 * @throws StreamError `invalid-graph` when `records` is nothing that has records.
 * @example
 * const doubled = collect<number>()
 * await run(from([1, 2, 3]).map((n) => n * 2).to(doubled))
 */
export function from<Record>(
  records: Records<Record>,
  options: Pick<OperatorOptions, 'id' | 'deadline'> = {},
): Stream<Record> {
  return new Stream({ kind: 'source', source: sourceOf(records), options })
}

/** Several pipelines as one; what they have in common runs once. */
export function merge(...pipelines: readonly Pipeline[]): Pipeline {
  return new Pipeline(pipelines.flatMap(({ sinks }) => sinks))
}
