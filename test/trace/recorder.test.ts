import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssertionFailure } from '../../src/base/assert.js'
import { Events, Recorder } from '../../src/trace/index.js'

const emitTerminated = (events: Events, reason: unknown): void =>
  events.emit('terminated', { atMs: 1, path: '/a', incarnation: 1, reason })

describe('a recorder', () => {
  test('keeps the latest events up to its capacity, and counts the others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.nat(30), (capacity, count) => {
        const events = new Events()
        const recorder = new Recorder(events, { capacity })
        const all = Array.from({ length: count }, (_, atMs) => ({ atMs, path: '/a' }))
        for (const event of all) events.emit('ignored', event)
        expect(recorder.snapshot()).toEqual(all.slice(-capacity).map((event) => ({ name: 'ignored', ...event })))
        expect(recorder.dropped).toBe(Math.max(0, count - capacity))
      }),
    )
  })

  test('leaves message-level events off unless asked, and then they cost nothing', () => {
    const events = new Events()
    const [some, all] = [new Recorder(events), () => new Recorder(events, { messages: true })]
    expect(events.messages).toBe(false)
    const full = all()
    events.emit('sent', { atMs: 1, path: '/a', message: 'm', sender: '/b' })
    expect(some.snapshot()).toEqual([])
    expect(full.snapshot()).toHaveLength(1)
  })

  test('keeps what it has when it is detached, and hears nothing more', () => {
    const events = new Events()
    const recorder = new Recorder(events)
    events.emit('ignored', { atMs: 1, path: '/a' })
    const before = recorder.snapshot()
    recorder.detach()
    events.emit('ignored', { atMs: 2, path: '/a' })
    expect(recorder.snapshot()).toEqual(before)
    expect(events.active).toBe(false)
  })

  test('writes one line of JSON for each event', () => {
    const events = new Events()
    const recorder = new Recorder(events)
    events.emit('started', { atMs: 1.5, path: '/a', incarnation: 2 })
    const cause = Object.assign(new TypeError('no such field'), { code: 'bad-record' })
    events.emit('dead-letter', { atMs: 2, path: '/a', message: { n: 5n }, reason: 'crashed', error: cause })
    expect(recorder.toJsonLines()).toBe(
      '{"name":"started","atMs":1.5,"path":"/a","incarnation":2}\n' +
        '{"name":"dead-letter","atMs":2,"path":"/a","message":{"n":"5n"},"reason":"crashed",' +
        '"error":{"error":"TypeError","message":"no such field","code":"bad-record"}}\n',
    )
  })

  test('writes a line that can be read back for any reason, however hostile', () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    const hostile = {
      toJSON() {
        throw new Error('no')
      },
    }
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true }),
          fc.constantFrom<unknown>(cycle, hostile, () => undefined, Symbol('s'), new Map([[1, cycle]]), Number.NaN),
        ),
        (reason) => {
          const events = new Events()
          const recorder = new Recorder(events)
          emitTerminated(events, reason)
          expect(JSON.parse(recorder.toJsonLines())).toMatchObject({ name: 'terminated', path: '/a' })
        },
      ),
    )
  })

  test('refuses to keep nothing', () => {
    expect(() => new Recorder(new Events(), { capacity: 0 })).toThrow(AssertionFailure)
  })
})
