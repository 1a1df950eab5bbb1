import { describe, expect, test } from 'vitest'
import { collect, from, launch, type RunResult, run, type Stream } from '../../src/stream/index.js'
import { virtualWorld } from '../../src/world/index.js'
import { failing, later, never } from './handlers.js'

type World = ReturnType<typeof virtualWorld>

/** Detection and recovery of each crash, in ms. */
async function times(make: (world: World) => Stream<unknown>, options = {}): Promise<[number, number, number][]> {
  const world = virtualWorld()
  const result = await world.until(run(make(world).to(collect()), { world, ...options }))
  return result.crashes.map(({ atMs, detectionMs, recoveryMs }) => [atMs, detectionMs, recoveryMs])
}

describe('the times of a crash', () => {
  test('of a throw: known at once; recovered with the next commit', async () => {
    const made = times((world) => {
      const fails = failing(1)
      return from([1, 2]).map((n) => {
        fails()
        return later(world, 10, n)
      })
    })
    expect(await made).toEqual([[10, 0, 10]])
  })

  test('of a rejection: known when it rejects, however long the record took', async () => {
    let calls = 0
    const made = times((world) =>
      from([1]).map((n) => later(world, 30, n).then(() => (calls++ === 0 ? Promise.reject(new Error('late')) : n))),
    )
    expect(await made).toEqual([[30, 0, 30]])
  })

  test('of a hang: known when the deadline has passed since the record was begun', async () => {
    let calls = 0
    const made = times((world) => from([1, 2]).map((n) => (calls++ === 1 ? never() : later(world, 7, n))), {
      deadline: 200,
    })
    expect(await made).toEqual([[7, 200, 7]])
  })

  test('of a hang, while the handler abandoned before it settles: known when its own deadline has passed', async () => {
    let calls = 0
    const made = times(
      (world) => from([1]).map((n) => (++calls === 1 ? later(world, 150, n) : calls === 2 ? never() : n)),
      { deadline: 100 },
    )
    expect(await made).toEqual([
      [0, 100, 100],
      [100, 100, 0],
    ])
  })

  test('of a second crash before the first is recovered: each from its own decision to the same commit', async () => {
    let calls = 0
    const made = times(
      (world) =>
        from([1]).map((n) =>
          calls++ < 2 ? (calls === 1 ? Promise.reject(new Error('1')) : never()) : later(world, 5, n),
        ),
      { deadline: 100 },
    )
    expect(await made).toEqual([
      [0, 0, 105],
      [0, 100, 5],
    ])
  })

  test('of an end from outside: known at once, recovered with the record that was under way', async () => {
    const world = virtualWorld()
    const running = await launch(
      from([1])
        .map((n) => later(world, 50, n))
        .to(collect()),
      { world },
    )
    await world.advance(20)
    running.system.exit('/map-1', 'kill')
    const result = await world.until(running.done)
    expect(result.crashes).toMatchObject([
      {
        operator: 'map-1',
        error: { message: 'its operator ended: "killed"' },
        atMs: 20,
        detectionMs: 0,
        recoveryMs: 50,
      },
    ])
  })

  test('of an operator that had nothing to do, or had ended: recovered when it waits again', async () => {
    const world = virtualWorld()
    const slow = from([1]).map((n) => later(world, 50, n))
    const running = await launch(slow.to(collect()), { world })
    await world.advance(20)
    running.system.exit('/source-1', 'kill')
    await world.settle()
    running.system.exit('/sink-1', 'kill')
    await world.settle()
    expect(running.report().crashes.map(({ operator, atMs, recoveryMs }) => [operator, atMs, recoveryMs])).toEqual([
      ['source-1', 20, 0],
      ['sink-1', 20, 0],
    ])
    const result = await world.until(running.done)
    expect(result.restarts).toBe(2)
  })
})

describe('a report', () => {
  test('counts what each operator took and gave, and tells how the run ended', async () => {
    const world = virtualWorld()
    const result: RunResult = await world.until(
      run(
        from([1, 2, 3, 4, 5, 6])
          .filter((n) => n % 2 === 0)
          .flatMap((n) => later(world, 10, [n, n, n]))
          .to(collect()),
        { world, fuse: false },
      ),
    )
    expect(result).toEqual({
      status: 'completed',
      elapsedMs: 30,
      operators: [
        { id: 'source-1', recordsIn: 6, recordsOut: 6, restarts: 0 },
        { id: 'filter-1', recordsIn: 6, recordsOut: 3, restarts: 0 },
        { id: 'flatMap-1', recordsIn: 3, recordsOut: 9, restarts: 0 },
        { id: 'sink-1', recordsIn: 9, recordsOut: 0, restarts: 0 },
      ],
      crashes: [],
      restarts: 0,
      deadLetters: [],
    })
  })

  test('can be asked for at any time', async () => {
    const world = virtualWorld()
    const running = await launch(
      from([1, 2, 3])
        .map((n) => later(world, 10, n))
        .to(collect()),
      {
        world,
        batchRecordsMax: 1,
      },
    )
    await world.advance(15)
    const report = running.report()
    expect(report).toMatchObject({ status: 'running', elapsedMs: 15 })
    expect(report.operators[1]).toMatchObject({ recordsIn: 1, recordsOut: 1 })
    await world.until(running.done)
    expect(running.report()).toMatchObject({ status: 'completed', elapsedMs: 30 })
  })
})
