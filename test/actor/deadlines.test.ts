import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Deadlines, type Expiring } from '../../src/actor/deadlines.js'
import { ManualTimers } from '../support/manual-timers.js'

class Entry implements Expiring {
  settled = false
  dueMs = 0
  constructor(
    readonly id: number,
    private readonly tell: (id: number) => void,
  ) {}
  expire(): void {
    this.settled = true
    this.tell(this.id)
  }
}

/** Deadlines over timers moved by hand. */
function bench() {
  const timers = new ManualTimers()
  const time = { nowMs: 0 }
  const now = (): number => time.nowMs
  const deadlines = new Deadlines({ now, coarse: now, wall: now }, timers)
  const advance = (byMs: number): void => {
    for (let i = 0; i < byMs; i++) {
      time.nowMs++
      timers.advance(1)
    }
  }
  return { timers, deadlines, advance, now }
}

describe('deadlines', () => {
  test('expire exactly what a list of (due, entry) would, whatever settles meanwhile, however many wait', () => {
    const command = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), timeoutMs: fc.constantFrom(1, 5, 5, 20) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat() }) },
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant('advance' as const), byMs: fc.integer({ min: 1, max: 8 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('flood' as const), many: fc.integer({ min: 1, max: 3_000 }) }),
      },
    )
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40, size: 'max' }), (commands) => {
        const { timers, deadlines, advance, now } = bench()
        const expired: string[] = []
        const entries: Entry[] = []
        const model: { id: number; dueMs: number; settled: boolean }[] = []
        const add = (timeoutMs: number, settled: boolean): void => {
          const id = entries.length
          const entry = new Entry(id, (which) => expired.push(`${which} at ${now()}`))
          entries.push(entry)
          model.push({ id, dueMs: now() + timeoutMs, settled })
          deadlines.add(entry, timeoutMs)
          entry.settled = settled
        }
        const due: string[] = []
        for (const step of commands) {
          if (step.do === 'add') add(step.timeoutMs, false)
          else if (step.do === 'flood') for (let i = 0; i < step.many; i++) add(20, i % 100 !== 0)
          else if (step.do === 'settle' && entries.length > 0) {
            const which = step.which % entries.length
            const [entry, copy] = [entries[which], model[which]]
            if (entry === undefined || copy === undefined || entry.settled) continue
            entry.settled = true
            copy.settled = true
          } else if (step.do === 'advance') {
            advance(step.byMs)
            for (const copy of model) {
              if (copy.settled || copy.dueMs > now()) continue
              copy.settled = true
              due.push(`${copy.id} at ${copy.dueMs}`)
            }
          }
          expect(expired.toSorted()).toEqual(due.toSorted())
          expect(timers.pending).toBeLessThanOrEqual(3)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('need one timer per length, and none after the last one is over', () => {
    const { timers, deadlines, advance } = bench()
    for (let i = 0; i < 1_000; i++) deadlines.add(new Entry(i, () => undefined), i % 2 === 0 ? 10 : 20)
    expect(timers.pending).toBe(2)
    advance(20)
    expect(timers.pending).toBe(0)
  })

  test('may be added while others expire, and still need one timer per length', () => {
    const { timers, deadlines, advance, now } = bench()
    const expired: string[] = []
    const again = (id: number): void => {
      expired.push(`${id} at ${now()}`)
      if (id < 3) deadlines.add(new Entry(id + 1, again), 10)
    }
    deadlines.add(new Entry(1, again), 10)
    deadlines.add(new Entry(3, again), 10)
    advance(10)
    expect(timers.pending).toBe(1)
    advance(20)
    expect(expired).toEqual(['1 at 10', '3 at 10', '2 at 20', '3 at 30'])
    expect(timers.pending).toBe(0)
  })

  test('tell nobody after they were closed, not even when one that expires closes them', () => {
    const { timers, deadlines, advance } = bench()
    const expired: number[] = []
    deadlines.add(
      new Entry(1, () => {
        expired.push(1)
        deadlines.close()
      }),
      10,
    )
    for (const id of [2, 3]) deadlines.add(new Entry(id, () => expired.push(id)), id === 2 ? 10 : 20)
    advance(50)
    expect(expired).toEqual([1])
    expect(timers.pending).toBe(0)
  })

  test('forget lengths that nobody uses any more', () => {
    const { deadlines, advance } = bench()
    for (let round = 0; round < 20; round++) {
      for (let n = 0; n < 200; n++) deadlines.add(new Entry(n, () => undefined), 1 + n / 1_000 + round / 1_000_000)
      advance(2)
    }
    expect((Reflect.get(deadlines, 'queues') as Map<number, unknown>).size).toBeLessThan(1_000)
  })
})
