import { describe, expect, test } from 'vitest'
import { collect, from, launch, run, StreamError } from '../../src/stream/index.js'
import { virtualWorld } from '../../src/world/index.js'

const never = (): Promise<never> => new Promise(() => undefined)

describe('what is outside of a pipeline', () => {
  test('sees every event, the crash of the very first record included', async () => {
    const world = virtualWorld()
    const crashes: string[] = []
    let calls = 0
    const failsOnce = (n: number): number => {
      if (calls++ === 0) throw new Error('boom')
      return n
    }
    const sink = collect<number>()
    const running = run(from([1, 2, 3]).map(failsOnce).to(sink), {
      world,
      onCreate: (system) => system.events.on('crashed', ({ path }) => crashes.push(path)),
    })
    await world.until(running)
    expect(crashes).toEqual(['/map-1'])
    expect(sink.records).toEqual([1, 2, 3])
  })

  test('may end its system, which is no escalation', async () => {
    const world = virtualWorld()
    const running = await launch(from([1, 2, 3]).map(never).to(collect()), { world })
    await world.settle()
    await world.until(running.system.stop())
    const error = await world.until(running.done.catch((thrown: unknown) => thrown))
    expect(error).toBeInstanceOf(StreamError)
    expect(error).toMatchObject({ code: 'stopped', data: { reason: 'shutdown' } })
    expect((error as Error).message).toMatch(/^the pipeline was ended from outside before its input was: shutdown\. /)
  })
})

describe('an operator with a deadline of its own', () => {
  const waits = (world: ReturnType<typeof virtualWorld>, delayMs: number, given: number): Promise<number> =>
    new Promise((resolve) => world.timers.after(delayMs, () => resolve(given)))

  test('may be slower than the run allows its others', async () => {
    const world = virtualWorld()
    const sink = collect<number>()
    const slow = from([1, 2]).map((n) => waits(world, 400, n), { deadline: '1s' })
    const result = await world.until(run(slow.map((n) => n * 2).to(sink), { world, deadline: '50ms' }))
    expect(result.restarts).toBe(0)
    expect(sink.records).toEqual([2, 4])
  })

  test('may be held to a shorter one', async () => {
    const world = virtualWorld()
    const sink = collect<number>()
    let calls = 0
    const first = from([1, 2]).map((n) => (calls++ === 0 ? never() : n), { deadline: '20ms' })
    const result = await world.until(run(first.to(sink), { world, deadline: '10s' }))
    expect(result.crashes.map(({ detectionMs }) => detectionMs)).toEqual([20])
    expect(sink.records).toEqual([1, 2])
  })

  test('may be a source that takes its time to open', async () => {
    const world = virtualWorld()
    const sink = collect<number>()
    const reader = { read: () => undefined }
    const source = { kind: 'slow', open: () => waits(world, 400, 0).then(() => reader) }
    const result = await world.until(
      run(from<number>(source, { deadline: '1s' }).to(sink), { world, deadline: '50ms' }),
    )
    expect(result.restarts).toBe(0)
  })
})
