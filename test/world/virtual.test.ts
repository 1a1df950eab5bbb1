import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DurationError } from '../../src/base/duration.js'
import { VirtualWorldError, type VirtualWorldOptions, virtualWorld } from '../../src/world/index.js'

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (error) {
    if (error instanceof VirtualWorldError) return error.code
    throw error
  }
}

describe('a virtual world', () => {
  test('stands still until it is moved', async () => {
    const world = virtualWorld()
    const ran: string[] = []
    world.timers.after(0, () => ran.push('timer'))
    world.turn.later(() => ran.push('later'))
    await new Promise((resolve) => setImmediate(resolve))
    expect(ran).toEqual([])
    expect(world.clock.now()).toBe(0)
  })

  test('settles by running all that is ready now, and nothing else', async () => {
    const world = virtualWorld()
    const ran: string[] = []
    world.timers.after(1, () => ran.push('in 1 ms'))
    world.timers.after(0, () => {
      ran.push('timer')
      world.turn.later(() => ran.push('later of the timer'))
    })
    world.turn.later(async () => {
      ran.push('later')
      for (let i = 0; i < 100; i++) await null
      ran.push('hundred promise jobs')
      process.nextTick(() => ran.push('tick'))
    })
    await world.settle()
    expect(ran).toEqual(['later', 'hundred promise jobs', 'tick', 'timer', 'later of the timer'])
    expect(world.clock.now()).toBe(0)
  })

  test('advances to a time, firing timers in due order, each at its own instant', async () => {
    const world = virtualWorld({ startMs: 1_000 })
    const ran: [string, number][] = []
    const mark = (name: string) => () => {
      ran.push([name, world.clock.now()])
    }
    world.timers.after(20, mark('c'))
    world.timers.after(10, () => {
      mark('a')()
      world.turn.soon(mark('job of a'))
      world.timers.after(5, mark('b'))
      world.timers.after(0, mark('at once'))
    })
    world.timers.after(10, mark('after a'))
    world.timers.after(21, mark('too late'))
    await world.advance('20ms')
    expect(ran).toEqual([
      ['a', 10],
      ['job of a', 10],
      ['after a', 10],
      ['at once', 10],
      ['b', 15],
      ['c', 20],
    ])
    expect(world.clock.coarse()).toBe(20)
    expect(world.clock.wall()).toBe(1_020)
  })

  test('fires timers in the order of a stably sorted list, whatever the delays', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 20 }), async (delays) => {
        const world = virtualWorld()
        const fired: number[] = []
        for (const [i, delayMs] of delays.entries()) world.timers.after(delayMs, () => fired.push(i))
        await world.run()
        const sorted = delays.map((delayMs, i) => ({ delayMs, i })).sort((a, b) => a.delayMs - b.delayMs)
        expect(fired).toEqual(sorted.map(({ i }) => i))
      }),
    )
  })

  test('runs until no timer is left, within a limit if there is one', async () => {
    const world = virtualWorld()
    let ticks = 0
    const tick = (): void => {
      ticks++
      if (ticks < 5) world.timers.after(1_000, tick)
    }
    tick()
    await expect(world.run({ within: '2s' })).rejects.toThrow(
      'Virtual world at 2000 ms: the limit of virtual time is used up at 2000 ms: 1 timer(s) still pending.',
    )
    expect(ticks).toBe(3)
    await world.run()
    expect(ticks).toBe(5)
    expect(world.clock.now()).toBe(4_000)
  })

  test('moves on until a promise settles, and answers as it does', async () => {
    const world = virtualWorld()
    const wait = (delayMs: number): Promise<number> =>
      new Promise((resolve) => {
        world.timers.after(delayMs, () => resolve(delayMs))
      })
    expect(await world.until(wait(50))).toBe(50)
    expect(world.clock.now()).toBe(50)
    await expect(world.until(wait(5).then(() => Promise.reject(new RangeError('no'))))).rejects.toThrow(RangeError)
    expect(world.clock.now()).toBe(55)
    expect(await world.until(Promise.resolve('at once'))).toBe('at once')
    expect(await codeOf(world.until(wait(50), { within: '49ms' }))).toBe('time-limit')
  })

  test('stops at a promise even when something else never comes to rest', async () => {
    const world = virtualWorld()
    const again = (): void => world.turn.later(again)
    again()
    expect(await world.until(new Promise((resolve) => world.turn.later(() => resolve('here'))))).toBe('here')
  })

  test('says so when a promise can no longer settle', async () => {
    const world = virtualWorld()
    world.timers.after(7, () => undefined)
    const forever = new Promise(() => undefined)
    const waiting = world.until(forever)
    await expect(waiting).rejects.toThrow('Virtual world at 7 ms: nothing is left to run')
    expect(await codeOf(world.until(forever))).toBe('deadlock')
  })

  test('says so when one instant never ends', async () => {
    const world = virtualWorld({ instantStepsMax: 1_000 })
    let left = 1_000
    const again = (): void => {
      if (--left > 0) world.turn.later(again)
    }
    world.turn.later(again)
    await world.settle()
    left = 1_001
    world.turn.later(again)
    expect(await codeOf(world.settle())).toBe('livelock')
  })

  test('is moved by one hand at a time', async () => {
    const world = virtualWorld()
    const moving = world.advance('1s')
    expect(await codeOf(world.settle())).toBe('busy')
    await moving
    await world.settle()
  })

  test('hands on what a callback throws, and goes on from there', async () => {
    const world = virtualWorld()
    const ran: string[] = []
    world.timers.after(5, () => {
      throw new RangeError('in a timer')
    })
    world.timers.after(6, () => ran.push('next'))
    await expect(world.advance('10ms')).rejects.toThrow(RangeError)
    expect(world.clock.now()).toBe(5)
    await world.advance('1ms')
    expect(ran).toEqual(['next'])
  })

  test('refuses a duration that is none', async () => {
    await expect(virtualWorld().advance(-1)).rejects.toThrow(DurationError)
    expect(() => virtualWorld({ latency: Number.NaN })).toThrow(DurationError)
  })
})

describe('order', () => {
  const ready = ['a', 'b', 'c'].map((receiver, sequence) => ({ sender: undefined, receiver, sequence }))

  test("'arrival' leaves the choice to the fast path", () => {
    expect(virtualWorld().turn.choose).toBe(undefined)
  })

  test("'random' chooses any ready channel, by the seed, without touching other streams", () => {
    const choices = (seed: number): unknown[] => {
      const { turn, random, ids } = virtualWorld({ seed, order: 'random' })
      const chosen = Array.from({ length: 30 }, () => turn.choose?.(ready))
      expect(ids.next()).toBe(virtualWorld({ seed }).ids.next())
      expect(random.stream('x').next()).toBe(virtualWorld({ seed }).random.stream('x').next())
      return chosen
    }
    expect(choices(1)).toEqual(choices(1))
    expect(choices(1)).not.toEqual(choices(2))
    expect(new Set(choices(1))).toEqual(new Set([0, 1, 2]))
  })
})

/** Runs something that uses every port at once, and writes down all that happens. */
async function script(options: VirtualWorldOptions): Promise<string> {
  const world = virtualWorld({ latency: '3ms', ...options })
  const lines: string[] = []
  const note = (text: string): void => {
    lines.push(`${world.clock.now()} ${text}`)
  }
  const stream = world.random.stream('script')
  world.spawn.register('unit', (port) => {
    port.onMessage((message) => port.post(`unit got ${message}`))
  })
  const sockets = async (): Promise<void> => {
    const server = await world.net.listen({ port: 0 }, async (connection) => {
      note(`accepted ${connection.remote.port}, read ${(await connection.read())?.join()}`)
      connection.destroy()
    })
    const connection = await world.net.connect(server.address)
    await connection.write(stream.bytes(4))
    await connection.read().catch((error: unknown) => note(`read ${error}`))
  }
  const files = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      const name = `/${world.ids.next()}`
      const file = await world.disk.open(name, 'create')
      for (let j = 0; j < 5; j++) await file.append(stream.bytes(stream.below(9)))
      note(`wrote ${name} ${await file.size()}`)
    }
    await world.disk.syncFolder('/')
    world.disk.crash('some')
    for (const name of await world.disk.list('/')) note(`${name} ${(await world.disk.stat(`/${name}`))?.sizeBytes}`)
  }
  const units = async (): Promise<void> => {
    const unit = await world.spawn.start({ kind: 'thread', entry: 'unit' })
    unit.onMessage((message) => note(String(message)))
    for (let i = 0; i < 5; i++) {
      world.timers.after(stream.below(10), () => unit.post(`${i} ${turnOf(i)}`))
    }
  }
  const turnOf = (i: number): unknown => {
    const ready = Array.from({ length: 4 }, (_, sequence) => ({ sender: undefined, receiver: `/${i}`, sequence }))
    return world.turn.choose?.(ready)
  }
  await world.until(Promise.all([sockets(), files(), units()]))
  await world.run()
  note('end')
  return lines.join('\n')
}

describe('the same seed', () => {
  test('gives the same trace, byte for byte, and another seed another one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 2 ** 32 }),
        fc.constantFrom('arrival' as const, 'random' as const),
        async (seed, order) => {
          const trace = await script({ seed, order })
          expect(await script({ seed, order })).toBe(trace)
          expect(await script({ seed: seed + 1, order })).not.toBe(trace)
          expect(trace).toContain('accepted')
          expect(trace).toContain('NetError')
        },
      ),
      { numRuns: 10 },
    )
  })
})
