import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { launch, type RunResult } from '../../src/stream/index.js'
import { plan } from '../../src/stream/plan.js'
import { virtualWorld } from '../../src/world/index.js'
import { type Branch, branch, build, type Item, model, withoutDice } from './random-pipeline.js'
import { sourceFrom, sourceSpec } from './random-source.js'
import { fault, Saboteur } from './saboteur.js'

/** Longer than any record takes in all steps of an operator together. */
const deadlineMs = 2_000
const lateMs = 9_000

const scenario = fc.record({
  seed: fc.nat(),
  order: fc.constantFrom('arrival' as const, 'random' as const),
  numbers: fc.array(fc.nat(1000), { maxLength: 30 }),
  trees: fc.array(branch(), { minLength: 1, maxLength: 2 }),
  source: sourceSpec,
  batchRecordsMax: fc.integer({ min: 1, max: 12 }),
  creditBatchesMax: fc.integer({ min: 1, max: 3 }),
  fuse: fc.boolean(),
  faults: fc.array(fault(150), { maxLength: 10 }),
  exits: fc.array(fc.record({ atMs: fc.nat(60), victim: fc.nat() }), { maxLength: 4 }),
  poison: fc.array(fc.nat(29), { maxLength: 2 }),
})

describe('a pipeline whose operators throw, reject, hang and are killed', () => {
  test('gives, in order, what it gives unharmed, and dead letters for exactly the records that always fail', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const world = virtualWorld({ seed: given.seed, order: given.order, instantStepsMax: 20_000 })
        const items = given.numbers.map((n, at): Item => ({ id: `i${at}`, n, trail: [], dice: {} }))
        const before = structuredClone(items)
        const source = sourceFrom(items, given.source, world)
        const bad = new Set(given.poison.map((at) => `i${at}`))
        const entrances = given.trees.flatMap((tree, at) => firstHandlers(tree, `${at}`))
        const saboteur = new Saboteur(world, given.faults, lateMs, new Map(entrances.map((name) => [name, bad])))
        const { pipeline, sinks } = build(source, given.trees, world, saboteur)
        const operators = plan(pipeline, given).operators.map(({ id }) => id)
        const poisonAfter = given.faults.length + 1
        const running = await launch(pipeline, {
          world,
          batchRecordsMax: given.batchRecordsMax,
          creditBatchesMax: given.creditBatchesMax,
          fuse: given.fuse,
          poisonAfter,
          deadline: deadlineMs,
          intensity: { restarts: 10_000, within: '1s' },
          onCreate: (system) => saboteur.attend(system, operators),
        })
        for (const { atMs, victim } of given.exits) world.timers.after(atMs, () => saboteur.exit(victim, 0, 'kill'))
        const result = await world.until(running.done, { within: '10h' })

        const good = items.filter(({ id }) => !bad.has(id))
        const expected = new Map(given.trees.flatMap((tree, at) => expectedOf(tree, `${at}`, before, good)))
        expect(arrived(sinks)).toEqual(expected)
        await world.run({ within: '10h' })
        expect(arrived(sinks), 'after the last abandoned handler has settled').toEqual(expected)
        expectOneDrawEach(sinks)
        expect(items, 'the records of the user').toEqual(before)
        expectLetters(
          result,
          entrances,
          before.filter(({ id }) => bad.has(id)),
          poisonAfter,
        )
        expect(result.crashes).toHaveLength(result.restarts)
        expect(result.status).toBe('completed')
        if (given.source.kind === 'reader') expect(source.left(), 'readers left open').toBe(0)
      }),
      { numRuns: 400 },
    )
  }, 60_000)
})

/** The handlers that see the records of the source as they are. */
function firstHandlers({ steps, branches, sink }: Branch, name: string): string[] {
  if (steps.length > 0) return [`${name}-0`]
  if (branches.length > 0) return branches.flatMap((each, at) => firstHandlers(each, `${name}.${at}`))
  return sink === 'forEach' ? [`${name}-sink`] : []
}

function expectedOf(tree: Branch, name: string, all: readonly Item[], good: readonly Item[]): [string, unknown[]][] {
  const { steps, branches, sink } = tree
  if (steps.length === 0 && branches.length > 0) {
    return branches.flatMap((each, at) => expectedOf(each, `${name}.${at}`, all, good))
  }
  const seen = steps.length === 0 && sink === 'collect' ? all : good
  return [...model(seen, tree, name)]
}

function arrived(sinks: ReadonlyMap<string, readonly unknown[]>): Map<string, unknown[]> {
  return new Map([...sinks].map(([name, records]) => [name, records.map(withoutDice)]))
}

/** What a handler drew for a record is the same wherever it shows: its other draws were never released. */
function expectOneDrawEach(sinks: ReadonlyMap<string, readonly unknown[]>): void {
  const draws = new Map<string, number>()
  for (const records of sinks.values()) {
    for (const { dice } of records as Item[]) {
      for (const [name, drawn] of Object.entries(dice)) {
        if (!draws.has(name)) draws.set(name, drawn)
        expect(drawn, name).toBe(draws.get(name))
      }
    }
  }
}

function expectLetters(result: RunResult, entrances: readonly string[], bad: readonly Item[], attempts: number): void {
  const letters = result.deadLetters.map((letter) => [letter.operator.split('+')[0], letter.record, letter.attempts])
  const expected = entrances.flatMap((name) => bad.map((record) => [name, record, attempts]))
  const byText = (letter: unknown[], other: unknown[]): number =>
    JSON.stringify(letter) < JSON.stringify(other) ? -1 : 1
  expect(letters.sort(byText)).toEqual(expected.sort(byText))
}
