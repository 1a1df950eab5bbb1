import fc from 'fast-check'
import type { Records } from '../../src/stream/index.js'
import { collect, forEach, from, merge, type Pipeline, type Sink, type Stream } from '../../src/stream/index.js'
import type { VirtualWorld } from '../../src/world/index.js'

/** What flows through a random pipeline. `id` is its own, on any of its edges. */
export interface Item {
  id: string
  n: number
  trail: string[]
  /** What handlers drew for it, by step and id. Never the same twice. */
  dice: Record<string, number>
}

/** How long a handler takes: not at all, a promise job, or some ms. */
export type Pace = 'sync' | 'job' | number

export interface Step {
  readonly kind: 'map' | 'filter' | 'flatMap' | 'updates' | 'totals'
  readonly k: number
  readonly pace: Pace
  /** Sooner, or later than, what it does to what it was given. */
  readonly struckFirst: boolean
  readonly deadlineMs: number | undefined
}

/** Steps one after the other, then a sink, or branches. */
export interface Branch {
  readonly steps: readonly Step[]
  readonly branches: readonly Branch[]
  readonly sink: 'collect' | 'forEach'
}

/** Called in each handler: may throw, or give a promise to wait for instead of the pace. `step` is a name such as `0.1-2`. */
export interface Strike {
  handler(step: string, item: Item): undefined | Promise<void>
  /** Of a handler that takes no time. */
  sink(step: string, item: Item): void
}

export interface Built {
  readonly pipeline: Pipeline
  /** What has arrived, by sink. */
  readonly sinks: Map<string, readonly unknown[]>
}

const pace: fc.Arbitrary<Pace> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Pace>('sync') },
  { weight: 2, arbitrary: fc.constant<Pace>('job') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) },
)

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('map', 'map', 'filter', 'flatMap', 'updates', 'updates', 'totals'),
  k: fc.nat(6),
  pace,
  struckFirst: fc.boolean(),
  deadlineMs: fc.constantFrom(undefined, undefined, undefined, 4_000),
})

/** Pipelines of up to three levels of branches. */
export const branch = (depth = 2): fc.Arbitrary<Branch> =>
  fc.record({
    steps: fc.array(step, { maxLength: 4 }),
    branches: depth === 0 ? fc.constant([]) : fc.array(branch(depth - 1), { maxLength: 2 }),
    sink: fc.constantFrom('collect', 'forEach'),
  })

/** What a pipeline does, said with plain arrays: what arrives, by sink. */
export function model(items: readonly Item[], tree: Branch, name: string): Map<string, unknown[]> {
  const out = tree.steps.reduce((records, one, at) => applied(one, `${name}-${at}`, records), items.map(clone))
  if (tree.branches.length === 0) return new Map([[name, out.map(withoutDice)]])
  return new Map(tree.branches.flatMap((each, at) => [...model(out, each, `${name}.${at}`)]))
}

/** The same as a pipeline, with handlers that do all that handlers may: change what they are given, draw, take time. */
export function build(source: Records<Item>, trees: readonly Branch[], world: VirtualWorld, strike: Strike): Built {
  const sinks = new Map<string, readonly unknown[]>()
  let drawn = 0
  const handle = <Made>(
    name: string,
    { pace: given, struckFirst }: Step,
    item: Item,
    work: () => Made,
  ): Made | Promise<Made> => {
    const draws = (): Made => {
      item.dice[`${name}@${item.id}`] = drawn++
      return work()
    }
    if (struckFirst) {
      const struck = strike.handler(name, item)
      return struck === undefined ? paced(world, given, draws) : struck.then(draws)
    }
    const made = draws()
    const struck = strike.handler(name, item)
    return struck === undefined ? paced(world, given, () => made) : struck.then(() => made)
  }
  const attach = (stream: Stream<Item>, tree: Branch, name: string): Pipeline[] => {
    const end = tree.steps.reduce((before, one, at) => attached(before, one, `${name}-${at}`, handle), stream)
    if (tree.branches.length > 0) return tree.branches.flatMap((each, at) => attach(end, each, `${name}.${at}`))
    const arrived: Item[] = []
    const collected = collect<Item>()
    sinks.set(name, tree.sink === 'collect' ? collected.records : arrived)
    const effect = forEach<Item>((item) => {
      strike.sink(`${name}-sink`, item)
      arrived.push(structuredClone(item))
      item.n = -1
      item.trail.length = 0
    })
    const sink: Sink<Item> = tree.sink === 'collect' ? collected : effect
    return [end.to(sink, { id: `${name}-sink` })]
  }
  const origin = from(source, { id: 'source' })
  return { pipeline: merge(...trees.flatMap((tree, at) => attach(origin, tree, `${at}`))), sinks }
}

/** A record as the model knows it: without what chance gave it. */
export function withoutDice(record: unknown): unknown {
  const { dice: _, ...rest } = record as Item
  return rest
}

type Handle = <Made>(name: string, step: Step, item: Item, work: () => Made) => Made | Promise<Made>

function attached(stream: Stream<Item>, step: Step, name: string, handle: Handle): Stream<Item> {
  const { k } = step
  const options = { id: name, ...(step.deadlineMs === undefined ? {} : { deadline: step.deadlineMs }) }
  switch (step.kind) {
    case 'map':
      return stream.map(
        (item) =>
          handle(name, step, item, () => {
            item.n = mapped(item.n, k)
            item.trail.push(name)
            return item
          }),
        options,
      )
    case 'filter':
      return stream.filter((item) => handle(name, step, item, () => passes(item.n, k)), options)
    case 'flatMap':
      return stream.flatMap((item) => handle(name, step, item, () => copies(item, k)), options)
    default:
      return stream
        .keyBy((item) => item.n % (k + 1))
        .aggregate<Tally, Item>(
          {
            init: () => ({ count: 0, sum: 0, ids: [], dice: {} }),
            // Writes to the value, keeps the record in pieces, and spoils it.
            add: (tally, item) =>
              handle(name, step, item, () => {
                tally.count++
                tally.sum += item.n
                tally.ids.push(item.id)
                Object.assign(tally.dice, item.dice)
                item.n = -1
                item.trail.length = 0
                return k % 2 === 0 ? undefined : { ...tally }
              }) as Tally,
            // What it makes holds the value's own parts.
            emit: (key, tally) => {
              const { ids, dice } = tally
              const made = { id: `${name}/${key}/${tally.count}`, n: tally.sum % 1009, trail: ids.slice(-4), dice }
              tally.count = -1
              return made
            },
            when: step.kind === 'updates' ? 'update' : 'end',
          },
          options,
        )
  }
}

function applied({ kind, k }: Step, name: string, items: readonly Item[]): Item[] {
  switch (kind) {
    case 'map':
      return items.map((item) => ({ ...item, n: mapped(item.n, k), trail: [...item.trail, name] }))
    case 'filter':
      return items.filter(({ n }) => passes(n, k))
    case 'flatMap':
      return items.flatMap((item) => copies(item, k))
    default: {
      const tallies = new Map<number, { sum: number; ids: string[] }>()
      const out: Item[] = []
      const emit = (key: number, { sum, ids }: { sum: number; ids: string[] }): void => {
        out.push({ id: `${name}/${key}/${ids.length}`, n: sum % 1009, trail: ids.slice(-4), dice: {} })
      }
      for (const { id, n } of items) {
        const key = n % (k + 1)
        const { sum, ids } = tallies.get(key) ?? { sum: 0, ids: [] }
        tallies.set(key, { sum: sum + n, ids: [...ids, id] })
        if (kind === 'updates') emit(key, tallies.get(key) as { sum: number; ids: string[] })
      }
      if (kind === 'totals') for (const [key, tally] of tallies) emit(key, tally)
      return out
    }
  }
}

interface Tally {
  count: number
  sum: number
  ids: string[]
  dice: Record<string, number>
}

const mapped = (n: number, k: number): number => (n * 31 + k) % 1009
const passes = (n: number, k: number): boolean => (n + k) % 4 !== 0
const copies = (item: Item, k: number): Item[] =>
  Array.from({ length: (item.n + k) % 4 }, (_, at) => ({ ...clone(item), id: `${item.id}.${at}`, n: item.n + at }))

function paced<Made>(world: VirtualWorld, given: Pace, work: () => Made): Made | Promise<Made> {
  if (given === 'sync') return work()
  if (given === 'job') return Promise.resolve().then(work)
  return new Promise<void>((resolve) => void world.timers.after(given, resolve)).then(work)
}

function clone(item: Item): Item {
  return { id: item.id, n: item.n, trail: [...item.trail], dice: { ...item.dice } }
}
