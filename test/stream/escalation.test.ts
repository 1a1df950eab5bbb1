import { describe, expect, test } from 'vitest'
import { collect, from, launch, type RunResult, run, StreamError } from '../../src/stream/index.js'
import { virtualWorld } from '../../src/world/index.js'
import { failing, later, never, thrownBy } from './handlers.js'

const intensity = { restarts: 2, within: '10s' } as const

describe('more crashes than the intensity allows', () => {
  test('end the run with the operator, the cause, and how far it came', async () => {
    const world = virtualWorld()
    const sink = collect<number>()
    const boom = new Error('boom')
    const bad = from([1, 2, 3]).map(
      (n) => {
        if (n === 3) throw boom
        return n
      },
      { id: 'shaky' },
    )
    const error = await world.until(thrownBy(run(bad.to(sink), { world, intensity })))
    expect(error).toBeInstanceOf(StreamError)
    expect(error).toMatchObject({ code: 'escalated', data: { operator: 'shaky', ...intensity } })
    expect((error as Error).cause).toBe(boom)
    expect((error as Error).message).toBe(
      'the pipeline gave up: more than 2 crashes within 10s; last: shaky by Error: boom. ' +
        'Mend the cause, declare onError for records that may fail, or raise intensity',
    )
    const { result } = (error as StreamError).data as { result: RunResult }
    expect(result.status).toBe('failed')
    expect(result.restarts).toBe(2)
    expect(result.operators.find(({ id }) => id === 'shaky')).toMatchObject({
      recordsIn: 2,
      recordsOut: 2,
      restarts: 2,
    })
    expect(sink.records).toEqual([1, 2])
  })

  test('by operators together count as one budget', async () => {
    const world = virtualWorld()
    const [first, second] = [failing(0), failing(0, 1)]
    const shaky = from([1]).map(first).map(second)
    const error = await world.until(thrownBy(run(shaky.to(collect()), { world, intensity, fuse: false })))
    expect(error).toMatchObject({ code: 'escalated', data: { operator: 'map-2' }, cause: { message: 'boom 1' } })
  })

  test('spread over more time than the intensity looks at are all recovered', async () => {
    const world = virtualWorld()
    let calls = 0
    const sink = collect<number>()
    const shaky = from([0, 1, 2, 3, 4]).map(async (n) => {
      await later(world, 6_000, n)
      if (calls++ % 2 === 0) throw new Error('boom')
      return n
    })
    const result = await world.until(run(shaky.to(sink), { world, intensity }))
    expect(sink.records).toEqual([0, 1, 2, 3, 4])
    expect(result.restarts).toBe(5)
  })

  test('leave nothing running: no timer, no turn, no open reader', async () => {
    const world = virtualWorld()
    let open = 0
    let calls = 0
    const source = {
      kind: 'counted',
      open(position: number) {
        open++
        return { read: () => later(world, 5, [position]), close: () => void open-- }
      },
    }
    const pipeline = from<number>(source)
      .map((n) => {
        calls++
        return n
      })
      .map(never)
      .to(collect())
    const running = await launch(pipeline, { world, intensity, deadline: 1_000, fuse: false })
    const error = await world.until(thrownBy(running.done))
    expect(error).toMatchObject({ code: 'escalated', data: { operator: 'map-2' }, cause: { code: 'hung' } })
    expect(running.system.running).toBe(false)
    expect(open).toBe(0)
    const atMs = world.clock.now()
    const callsThen = calls
    await world.run({ within: 5 })
    expect(world.clock.now()).toBeLessThanOrEqual(atMs + 5)
    expect(calls).toBe(callsThen)
  })

  test('by ends from outside tell so', async () => {
    const world = virtualWorld()
    const running = await launch(from([1]).map(never).to(collect()), { world, intensity: { restarts: 0, within: 500 } })
    await world.settle()
    running.system.exit('/map-1', 'kill')
    const error = await world.until(thrownBy(running.done))
    expect(error).toMatchObject({ code: 'escalated', data: { operator: 'map-1' }, cause: undefined })
    expect((error as Error).message).toMatch('more than 0 crashes within 500 ms; last: map-1 by killed.')
  })

  test('before launch is over are told by the promise of the run', async () => {
    const world = virtualWorld()
    const fails = () => {
      throw new Error('at once')
    }
    const running = launch(from([1]).map(fails).to(collect()), { world, intensity: { restarts: 0, within: 1 } })
    const { done } = await world.until(running)
    expect(await world.until(thrownBy(done))).toMatchObject({ code: 'escalated' })
  })
})
