import { describe, expect, expectTypeOf, test } from 'vitest'
import { type EventName, Events, type SystemEvents } from '../../src/trace/index.js'

const started = (path: string): SystemEvents['started'] => ({ atMs: 1, path, incarnation: 1 })
const sent = { atMs: 1, path: '/a', message: 'm', sender: undefined }

describe('events', () => {
  test('reach the listeners of their name, then those of any name, in order of subscription', () => {
    const events = new Events()
    const seen: string[] = []
    events.onAny(({ name }) => seen.push(`any ${name}`))
    events.on('started', ({ path }) => seen.push(`first ${path}`))
    events.on('started', ({ path }) => seen.push(`second ${path}`))
    events.on('ignored', () => seen.push('ignored'))
    events.emit('started', started('/a'))
    expect(seen).toEqual(['first /a', 'second /a', 'any started'])
  })

  test('come with their own type', () => {
    const events = new Events()
    events.on('restart', (event) => expectTypeOf(event.delayMs).toEqualTypeOf<number>())
    events.onAny((event) => {
      if (event.name === 'hung') expectTypeOf(event.deadlineMs).toEqualTypeOf<number>()
      // @ts-expect-error: what only some events have is not there before the name is looked at.
      event.deadlineMs
    })
  })

  test('stop when told to, once, also for one of two equal listeners, also from within', () => {
    const events = new Events()
    const seen: string[] = []
    const listener = (): void => {
      seen.push('twice')
    }
    const off = events.on('started', listener)
    events.on('started', listener)
    const self = events.on('started', () => {
      seen.push('self')
      self()
    })
    events.emit('started', started('/a'))
    off()
    off()
    events.emit('started', started('/a'))
    expect(seen).toEqual(['twice', 'twice', 'self', 'twice'])
  })

  test('come once to a listener that asked for one, unless it changed its mind', () => {
    const events = new Events()
    const seen: string[] = []
    events.once('started', ({ path }) => {
      seen.push(path)
      events.emit('started', started('/nested'))
    })
    events.once('started', () => seen.push('never'))()
    events.emit('started', started('/a'))
    events.emit('started', started('/b'))
    expect(seen).toEqual(['/a'])
    expect(events.active).toBe(false)
  })
})

describe('what is listened to', () => {
  const listened = (events: Events): string[] =>
    (['started', 'restart', 'sent', 'received'] satisfies EventName[]).filter((name) => events.listens(name))

  test.each<[string, (events: Events) => () => void, boolean, string[]]>([
    ['a lifecycle event', (events) => events.on('started', () => undefined), false, ['started']],
    ['a message event', (events) => events.on('sent', () => undefined), true, ['sent']],
    ['one event', (events) => events.once('restart', () => undefined), false, ['restart']],
    ['any event', (events) => events.onAny(() => undefined), true, ['started', 'restart', 'sent', 'received']],
    [
      'any event but messages',
      (events) => events.onAny(() => undefined, { messages: false }),
      false,
      ['started', 'restart'],
    ],
  ])('with a listener for %s, and after it left', (_, subscribe, messages, names) => {
    const events = new Events()
    expect([events.active, events.messages, listened(events)]).toEqual([false, false, []])
    const off = subscribe(events)
    expect([events.active, events.messages, listened(events)]).toEqual([true, messages, names])
    off()
    expect([events.active, events.messages, listened(events)]).toEqual([false, false, []])
  })

  test('decides what arrives: no messages for who asked for none', () => {
    const events = new Events()
    const seen: string[] = []
    events.onAny(({ name }) => seen.push(`all ${name}`))
    events.onAny(({ name }) => seen.push(`some ${name}`), { messages: false })
    events.emit('sent', sent)
    events.emit('started', started('/a'))
    expect(seen).toEqual(['all sent', 'some started', 'all started'])
  })
})

describe('a listener that throws', () => {
  test('harms neither the emitter nor the other listeners, and is reported once', () => {
    const events = new Events()
    const seen: string[] = []
    const error = new RangeError('in a listener')
    const reports: SystemEvents['listener-error'][] = []
    events.on('listener-error', (report) => reports.push(report))
    events.on('started', () => {
      throw error
    })
    events.on('started', () => seen.push('other'))
    events.onAny(({ name }) => seen.push(`any ${name}`))
    events.emit('started', { atMs: 5, path: '/a', incarnation: 1 })
    expect(seen).toEqual(['any listener-error', 'other', 'any started'])
    expect(reports).toEqual([{ atMs: 5, path: '/a', event: 'started', error }])
  })

  test('of listener-error itself is swallowed, however it listens', () => {
    const events = new Events()
    let calls = 0
    const thrower = (): never => {
      calls++
      throw new Error('again')
    }
    events.on('listener-error', thrower)
    events.onAny(thrower)
    events.emit('started', started('/a'))
    // onAny for started, then both for its listener-error.
    expect(calls).toBe(3)
  })

  test('later, by rejecting, is reported as well', async () => {
    const events = new Events()
    const reported = new Promise((resolve) => events.on('listener-error', resolve))
    events.once('started', async () => {
      await null
      throw new RangeError('late')
    })
    events.emit('started', started('/a'))
    expect(await reported).toMatchObject({ event: 'started', error: { message: 'late' } })
  })
})
