import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hash32, hash64, hashUnit } from '../../src/base/hash.js'

describe('a keyed hash', () => {
  // The verification vectors of MurmurHash3_x86_32 that are widely published, their bytes read as UTF-16LE.
  test.each<[number, string, number]>([
    [0, '', 0],
    [1, '', 0x514e28b7],
    [0xffffffff, '', 0x81f16f39],
    [0, '\u0000\u0000', 0x2362f9de],
    [0, '\uffff\uffff', 0x76293b50],
    [0, '\u4321\u8765', 0xf55b516b],
    [0x5082edee, '\u4321\u8765', 0x2362f9de],
    [0, '\u4321', 0xa0f7b07a],
    [0, '\u0000', 0x30f4c306],
  ])('of key %d and %j is that of MurmurHash3', (key, text, hash) => {
    expect(hash32(key, text)).toBe(hash)
  })

  test('of an integer is that of its eight bytes', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.maxSafeInteger(), (key, value) => {
        const units = [...new Uint16Array(new BigInt64Array([BigInt(value)]).buffer)]
        expect(hash32(key, value)).toBe(hash32(key, String.fromCharCode(...units)))
      }),
    )
  })

  test('is an unsigned integer, and depends on every bit of key and value', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string(), fc.nat(52), (key, text, bit) => {
        const flipped = Number(BigInt.asIntN(53, BigInt(key) ^ (1n << BigInt(bit))))
        expect(hash64(flipped, text)).not.toEqual(hash64(key, text))
        expect(hash64(key, `${text}a`)).not.toEqual(hash64(key, text))
        const hash = hash32(key, text)
        expect(hash).toBe(hash >>> 0)
      }),
    )
  })

  test('as a number in [0, 1) is spread evenly', () => {
    const buckets = new Array<number>(10).fill(0)
    for (let i = 0; i < 10_000; i++) {
      const unit = hashUnit(7, i)
      expect(unit).toBeGreaterThanOrEqual(0)
      expect(unit).toBeLessThan(1)
      const bucket = Math.floor(unit * 10)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    // Mean 1,000, standard deviation 30; five of those either way.
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150)
  })

  test('of 100,000 names in 64 bits has no collision', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 100_000; i++) seen.add(hash64(1, `/worker/${i}`).join())
    expect(seen.size).toBe(100_000)
  })
})
