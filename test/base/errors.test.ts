import fc from 'fast-check'
import { expect, describe as group, test } from 'vitest'
import { AssertionFailure, assert } from '../../src/base/assert.js'
import { describe, HoldfastError } from '../../src/base/errors.js'

group('an error of Holdfast', () => {
  class StoreError extends HoldfastError<'full', { readonly key: string }> {
    static {
      StoreError.prototype.name = 'StoreError'
    }
  }

  test('carries code, data and cause, and is an Error', () => {
    const cause = new Error('disk')
    const error = new StoreError('full', 'The store is full.', { key: 'a' }, { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ code: 'full', data: { key: 'a' }, message: 'The store is full.' })
    expect(error.cause).toBe(cause)
  })

  test('has its own name in the stack, and no cause when none was given', () => {
    const error = new StoreError('full', 'The store is full.', { key: 'a' })
    expect(error.stack).toMatch(/^StoreError: The store is full\./)
    expect('cause' in error).toBe(false)
  })

  test('an assertion throws only when its condition fails, and says that it is a bug', () => {
    expect(() => assert(true, 'one is one')).not.toThrow()
    expect(() => assert(false, 'the ring is not full')).toThrow(AssertionFailure)
    expect(() => assert(false, 'the ring is not full')).toThrow('Assertion failed: the ring is not full. This is a bug')
  })
})

group('describing a value', () => {
  const cycle: Record<string, unknown> = { name: 'a' }
  cycle.self = cycle

  test.each<[unknown, string]>([
    ['a"b', '"a\\"b"'],
    ['x'.repeat(100), `"${'x'.repeat(57)}..."`],
    [5, '5'],
    [-0, '-0'],
    [5n, '5n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [function named() {}, '[function named]'],
    [new TypeError('no\n  such'), 'TypeError: no such'],
    [[1, [2, [3]]], '[1, [2, [array of 1]]]'],
    [[1, 2, 3, 4, 5, 6, 7], '[1, 2, 3, 4, 5, ... 2 more]'],
    [{}, '{}'],
    [{ type: 'add', n: 1 }, '{ type: "add", n: 1 }'],
    [{ a: { b: { c: 1 } } }, '{ a: { b: { 1 keys } } }'],
    [new Map([[1, 2]]), 'Map(1)'],
    [new Uint8Array(3), 'Uint8Array(3 bytes)'],
    [cycle, '{ name: "a", self: [cycle] }'],
    [Object.create(null), '{}'],
  ])('case %#', (value, text) => {
    expect(describe(value)).toBe(text)
  })

  test('survives what is hostile', () => {
    const thrower = {
      get bad() {
        throw new Error('no')
      },
    }
    const trap = (): never => {
      throw new Error('no')
    }
    const proxy = new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap, has: trap })
    expect(describe(thrower)).toBe('{ bad: [getter threw] }')
    expect(describe(proxy)).toBe('[unreadable object]')
    expect(describe({ inner: proxy })).toBe('{ inner: [unreadable object] }')
  })

  test('is one short line for anything', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withDate: true, withSparseArray: true }), (value) => {
        const text = describe(value)
        expect(text.length).toBeLessThanOrEqual(120)
        expect(text).not.toContain('\n')
      }),
    )
  })
})
