import { describe, expect, test } from 'vitest'
import {
  collect,
  forEach,
  from,
  graphOf,
  merge,
  type Pipeline,
  run,
  type SourceReader,
  StreamError,
} from '../../src/stream/index.js'
import { plan } from '../../src/stream/plan.js'
import { virtualWorld } from '../../src/world/index.js'

const same = (n: number): number => n
const all = (): boolean => true
const sum = { init: () => 0, add: (total: number, n: number) => total + n }

/** Steps of each operator, such as `map-1+filter-1`. */
const operatorsOf = (pipeline: Pipeline, fuse = true): string[] =>
  plan(pipeline, { fuse }).operators.map(({ id }) => id)

describe('the graph of a pipeline', () => {
  test('is plain data: steps, the operators they run in, and edges', () => {
    const counted = from([1], { id: 'numbers' })
      .map(same, { id: 'twice' })
      .filter(all)
      .keyBy(same)
      .aggregate({ ...sum, when: 'end' })
    const graph = graphOf(
      merge(counted.to(collect(), { id: 'kept' }), counted.flatMap((one) => [one.value]).to(forEach(all))),
    )
    expect(graph).toEqual({
      nodes: [
        { id: 'numbers', kind: 'source', operator: 'numbers' },
        { id: 'twice', kind: 'map', operator: 'twice+filter-1+aggregate-1' },
        { id: 'filter-1', kind: 'filter', operator: 'twice+filter-1+aggregate-1' },
        { id: 'aggregate-1', kind: 'aggregate', operator: 'twice+filter-1+aggregate-1' },
        { id: 'kept', kind: 'sink', operator: 'kept' },
        { id: 'flatMap-1', kind: 'flatMap', operator: 'flatMap-1' },
        { id: 'sink-1', kind: 'sink', operator: 'sink-1' },
      ],
      edges: [
        { from: 'numbers', to: 'twice' },
        { from: 'twice', to: 'filter-1' },
        { from: 'filter-1', to: 'aggregate-1' },
        { from: 'aggregate-1', to: 'kept' },
        { from: 'aggregate-1', to: 'flatMap-1' },
        { from: 'flatMap-1', to: 'sink-1' },
      ],
    })
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph)
  })

  test('is the same each time, and drawing it neither runs anything nor touches a sink', async () => {
    const sink = collect<number>()
    const pipeline = from([1]).map(same).to(sink)
    const world = virtualWorld()
    await world.until(run(pipeline, { world }))
    expect(graphOf(pipeline)).toEqual(graphOf(pipeline))
    expect(sink.records).toEqual([1])
  })

  test('names steps by kind and number, around the names that are taken', () => {
    const pipeline = from([1]).map(same).map(same, { id: 'map-1' }).map(same).to(collect())
    expect(graphOf(pipeline).nodes.map(({ id }) => id)).toEqual(['source-1', 'map-2', 'map-1', 'map-3', 'sink-1'])
  })
})

describe('what two continuations of a stream have in common', () => {
  test('stands in the graph once, and runs once', async () => {
    let calls = 0
    const common = from([1, 2, 3]).map((n) => {
      calls++
      return n
    })
    const [left, right] = [collect<number>(), collect<number>()]
    const both = merge(common.map((n) => n * 10).to(left), common.filter((n) => n > 1).to(right))
    expect(operatorsOf(both)).toEqual(['source-1', 'map-1', 'map-2', 'sink-1', 'filter-1', 'sink-2'])
    const world = virtualWorld()
    await world.until(run(both, { world }))
    expect([left.records, right.records]).toEqual([
      [10, 20, 30],
      [2, 3],
    ])
    expect(calls).toBe(3)
  })

  test('may be no more than the source, and a pipeline given twice is one', async () => {
    let opened = 0
    const numbers = from({
      kind: 'counted',
      open: () => {
        opened++
        return { read: () => undefined }
      },
    })
    const one = numbers.to(collect())
    const world = virtualWorld()
    const result = await world.until(run(merge(one, one, numbers.to(collect())), { world }))
    expect(opened).toBe(1)
    expect(result.operators.map(({ id }) => id)).toEqual(['source-1', 'sink-1', 'sink-2'])
  })
})

describe('neighbours run as one operator', () => {
  const chained = (): Pipeline =>
    from([1])
      .map(same)
      .filter(all)
      .flatMap((n) => [n])
      .to(collect())

  test('where they are steps, and never with a source or a sink', () => {
    expect(operatorsOf(chained())).toEqual(['source-1', 'map-1+filter-1+flatMap-1', 'sink-1'])
  })

  test('unless fuse is false', () => {
    expect(operatorsOf(chained(), false)).toEqual(['source-1', 'map-1', 'filter-1', 'flatMap-1', 'sink-1'])
  })

  test('with at most one that keeps state, and none behind one that hands on at the end', () => {
    const counts = from([1])
      .map(same)
      .keyBy(same)
      .aggregate(sum)
      .map(({ value }) => value)
    expect(operatorsOf(counts.keyBy(same).aggregate(sum).map(String).to(collect()))).toEqual([
      'source-1',
      'map-1+aggregate-1+map-2',
      'aggregate-2+map-3',
      'sink-1',
    ])
    const totals = from([1])
      .map(same)
      .keyBy(same)
      .aggregate({ ...sum, when: 'end' })
    expect(operatorsOf(totals.map(String).to(collect()))).toEqual(['source-1', 'map-1+aggregate-1', 'map-2', 'sink-1'])
  })

  test('unless one has a policy of its own, or another deadline', () => {
    const policy = from([1]).map(same).map(same, { onError: 'skip' }).map(same)
    expect(operatorsOf(policy.to(collect()))).toEqual(['source-1', 'map-1', 'map-2', 'map-3', 'sink-1'])
    const deadline = from([1]).map(same).map(same, { deadline: '1s' }).map(same, { deadline: '1s' })
    expect(operatorsOf(deadline.to(collect()))).toEqual(['source-1', 'map-1', 'map-2+map-3', 'sink-1'])
  })
})

describe('a pipeline is refused', () => {
  const refusal = (make: () => Pipeline): string => {
    try {
      graphOf(make())
    } catch (error) {
      if (error instanceof StreamError) return `${error.code}: ${error.message}`
      throw error
    }
    return 'not refused'
  }

  test.each<[string, string, () => Pipeline]>([
    [
      'without a sink',
      'invalid-graph: a pipeline needs at least one sink: end it with .to(...)',
      () => from([1]).map(same) as unknown as Pipeline,
    ],
    ['of nothing', 'invalid-graph: a pipeline needs at least one sink: end it with .to(...)', () => merge()],
    [
      'with one id twice',
      'invalid-graph: two operators are called a; give each its own id',
      () => from([1], { id: 'a' }).to(collect(), { id: 'a' }),
    ],
    [
      'with an id that is also what a fused operator is called',
      'invalid-graph: two operators are called a+b; give each its own id',
      () => from([1], { id: 'a+b' }).map(same, { id: 'a' }).map(same, { id: 'b' }).to(collect()),
    ],
    [
      'with an id that could be no part of a path',
      'invalid-graph: map: id is "a/b"; give a string without /',
      () => from([1]).map(same, { id: 'a/b' }).to(collect()),
    ],
    [
      'with a policy that means nothing',
      "invalid-option: map-1: onError is \"ignore\"; give 'crash', 'skip', 'dead-letter', 'retry' or { repair: record }",
      () =>
        from([1])
          .map(same, { onError: 'ignore' as 'skip' })
          .to(collect()),
    ],
  ])('%s', (_, text, make) => {
    expect(refusal(make)).toBe(text)
  })

  test('before anything runs', async () => {
    let opened = 0
    const open = (): SourceReader<number> => {
      opened++
      return { read: () => undefined }
    }
    const source = { kind: 'counted', open }
    const pipeline = from(source, { id: 'a' }).to(collect(), { id: 'a' })
    await expect(run(pipeline, { world: virtualWorld() })).rejects.toMatchObject({ code: 'invalid-graph' })
    await expect(run(from(source).to(collect()), { poisonAfter: 0 })).rejects.toMatchObject({ code: 'invalid-option' })
    expect(opened).toBe(0)
  })
})

test.each([
  ['batchRecordsMax', 0],
  ['creditBatchesMax', 1.5],
  ['poisonAfter', -1],
])('the option %s is refused when it is %d', async (key, value) => {
  const running = run(from([1]).to(collect()), { world: virtualWorld(), [key]: value })
  await expect(running).rejects.toMatchObject({
    code: 'invalid-option',
    message: `${key} is ${value}; give a whole number from 1`,
  })
})
