import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyOf } from '../../../src/stream/state/copy.js'

/** Data of every kind that `structuredClone` knows and a record may be made of. */
const data = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.integer(),
    fc.string(),
    fc.constantFrom(undefined, null, true, Number.NaN, -0, 10n),
    fc.date(),
    fc.uint8Array({ maxLength: 5 }),
    fc.float64Array({ maxLength: 3 }),
    fc.constantFrom(/a+/gi, /(?<year>\d+)/),
  ),
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.sparseArray(tie('any'), { maxNumElements: 3, maxLength: 6 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('any'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(tie('any'), tie('any')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('any'), { maxLength: 3 }).map((entries) => new Set(entries)),
  ),
})).any

/** Every object inside of a value, each once. */
function insides(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== 'object' || value === null || found.has(value)) return found
  found.add(value)
  if (value instanceof Map) for (const part of [...value].flat()) insides(part, found)
  if (value instanceof Set) for (const entry of value) insides(entry, found)
  for (const key of Reflect.ownKeys(value)) insides((value as Record<PropertyKey, unknown>)[key], found)
  return found
}

describe('a copy', () => {
  test('equals what structuredClone makes, and shares no object with the original', () => {
    fc.assert(
      fc.property(data, (value) => {
        const copy = copyOf(value)
        expect(copy).toStrictEqual(structuredClone(value))
        const originals = insides(value)
        for (const inside of insides(copy)) expect(originals.has(inside)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test('has the shape of the original where an object is met twice, or holds itself', () => {
    const when = new Date(5)
    const shared = { list: [1] }
    const value: Record<string, unknown> = { shared, again: shared, when, later: when, bytes: new Uint8Array(2) }
    value['self'] = value
    value['map'] = new Map<unknown, unknown>([[shared, value]])
    value['set'] = new Set<unknown>([value, shared])
    const copy = copyOf(value)
    expect(copy).toStrictEqual(structuredClone(value))
    expect(copy['self']).toBe(copy)
    expect(copy['again']).toBe(copy['shared'])
    expect(copy['later']).toBe(copy['when'])
    expect((copy['map'] as Map<unknown, unknown>).get(copy['shared'])).toBe(copy)
    expect((copy['set'] as Set<unknown>).has(copy)).toBe(true)
  })

  test('of a frozen object can be changed, in depth', () => {
    class Point {
      readonly at = Object.freeze([1, 2])
    }
    const frozen = Object.freeze({ nested: Object.freeze({ n: 1 }), point: Object.freeze(new Point()) })
    const copy = copyOf(frozen) as { nested: { n: number }; point: { at: number[] } }
    copy.nested.n++
    copy.point.at.push(3)
    copy.point = new Point() as never
    expect(frozen).toEqual({ nested: { n: 1 }, point: new Point() })
  })

  test('of an object of a class is one of that class, with all of its fields', () => {
    class Account {
      readonly entries: number[] = []
      constructor(readonly owner: { name: string }) {
        Object.defineProperty(this, 'hidden', { value: { n: 1 }, enumerable: false })
      }
      get total(): number {
        return this.entries.reduce((sum, n) => sum + n, 0)
      }
    }
    const original = new Account({ name: 'Ada' })
    original.entries.push(1)
    const copy = copyOf({ original }).original
    copy.entries.push(2)
    copy.owner.name = 'Bob'
    expect(copy).toBeInstanceOf(Account)
    expect([copy.total, original.total]).toEqual([3, 1])
    expect(original.owner.name).toBe('Ada')
    const hidden = (account: object): object => Object.getOwnPropertyDescriptor(account, 'hidden')?.value
    expect(hidden(copy)).toEqual({ n: 1 })
    expect(hidden(copy)).not.toBe(hidden(original))
  })

  test('of an array, a Map, a Set or a Date of one’s own class is of that class', () => {
    class List extends Array<unknown> {}
    class Index extends Map<unknown, unknown> {
      name = { text: 'index' }
    }
    class Bag extends Set<unknown> {}
    class Day extends Date {}
    for (const original of [List.from([1, { n: 1 }]), new Index([[1, { n: 2 }]]), new Bag([{ n: 3 }]), new Day(5)]) {
      const copy = copyOf(original)
      expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(original))
      expect(copy).toEqual(original)
      expect(copy).not.toBe(original)
    }
    const index = new Index()
    expect(copyOf(index).name).toEqual({ text: 'index' })
    expect(copyOf(index).name).not.toBe(index.name)
  })

  test('of an object without prototype has none', () => {
    const value = Object.assign(Object.create(null), { nested: Object.assign(Object.create(null), { n: 1 }) })
    const copy = copyOf(value)
    expect(Object.getPrototypeOf(copy)).toBe(null)
    expect(Object.getPrototypeOf(copy.nested)).toBe(null)
    expect(copy).toEqual(value)
    expect(copy.nested).not.toBe(value.nested)
  })

  test('of a plain object with accessors has what they read as; of a class, the accessors', () => {
    let reads = 0
    const plain = {
      get list() {
        reads++
        return [reads]
      },
    }
    for (const copy of [copyOf(plain), copyOf({ plain }).plain]) {
      expect(Object.getOwnPropertyDescriptor(copy, 'list')?.get).toBe(undefined)
      expect(copy.list).toBe(copy.list)
    }
    class Lazy {
      n = 1
      constructor() {
        Object.defineProperty(this, 'twice', { get: () => this.n * 2 })
        Object.defineProperty(this, 'half', { get: half })
      }
    }
    function half(this: Lazy): number {
      return this.n / 2
    }
    const copy = copyOf(new Lazy()) as Lazy & { half: number }
    copy.n = 8
    expect(copy.half).toBe(4)
  })

  test('keeps symbol keys, and hands on what stands under them in a plain object', () => {
    const tag = Symbol('tag')
    const under = { n: 1 }
    expect(copyOf({ [tag]: under })[tag]).toBe(under)
    expect(copyOf({ nested: [], [tag]: under })[tag]).toBe(under)
    class Tagged {
      readonly [tag] = under
    }
    expect(copyOf(new Tagged())[tag]).toEqual(under)
    expect(copyOf(new Tagged())[tag]).not.toBe(under)
  })

  test('of the answer of a regular expression has its groups', () => {
    const match = /(?<year>\d+)-(\d+)/d.exec('on 2026-11') as RegExpExecArray
    const copy = copyOf({ match }).match
    expect(copy).toEqual(match)
    expect([copy.index, copy.input, copy.groups]).toEqual([3, 'on 2026-11', match.groups])
    expect(copy.groups).not.toBe(match.groups)
  })

  test('of a view of bytes holds just these bytes, and stays of its kind', () => {
    const bytes = Buffer.from('holdfast')
    const copy = copyOf({ part: bytes.subarray(0, 4), view: new DataView(bytes.buffer, bytes.byteOffset + 1, 2) })
    bytes.fill('x')
    expect(Buffer.isBuffer(copy.part)).toBe(true)
    expect(copy.part.toString()).toBe('hold')
    expect(copy.part.buffer).not.toBe(bytes.buffer)
    expect([copy.view.byteLength, copy.view.getUint8(0)]).toEqual([2, 'o'.charCodeAt(0)])
    const buffer = new ArrayBuffer(2)
    expect(copyOf({ buffer }).buffer).not.toBe(buffer)
  })

  test('hands on what is no data, or hides it', () => {
    class Secret {
      #n = 1
      get n(): number {
        return this.#n
      }
    }
    const kept = [
      new Error('e'),
      Promise.resolve(),
      new WeakMap(),
      new WeakRef({}),
      new URL('http://a/'),
      new Secret(),
      Object(1),
      () => 1,
      Symbol('s'),
    ]
    const copy = copyOf({ kept }).kept
    expect(copy).not.toBe(kept)
    for (const [at, one] of kept.entries()) expect(copy[at]).toBe(one)
  })
})
