import { assert } from '../base/assert.js'
import { hash64 } from '../base/hash.js'
import type { Random, RandomStream } from './random.js'

/** The named streams of `seed`, a safe integer. Pure: the same in every world. */
export function randomFrom(seed: number): Random {
  assert(Number.isSafeInteger(seed), `a seed is a safe integer, not ${seed}`)
  return { seed, stream: (name) => new Sfc32(seed, name) }
}

/**
 * sfc32 (Chris Doty-Humphrey, PractRand, public domain): 128 bits of state, the last word a counter, so that no seed
 * has a short cycle. Seeded as the original is, here with 64 bits of (seed, name), and mixed 12 times before first use.
 */
class Sfc32 implements RandomStream {
  private a = 0
  private b: number
  private c: number
  private counter = 1

  constructor(seed: number, name: string) {
    const [high, low] = hash64(seed, name)
    this.b = low | 0
    this.c = high | 0
    for (let i = 0; i < 12; i++) this.word()
  }

  next(): number {
    return ((this.word() >>> 5) * 67_108_864 + (this.word() >>> 6)) / 9_007_199_254_740_992
  }

  below(below: number): number {
    assert(Number.isInteger(below) && below >= 1 && below <= 4_294_967_296, 'below() takes an integer from 1 to 2^32')
    // Words past the last full multiple would make low results likelier; draw again instead.
    const limit = 4_294_967_296 - (4_294_967_296 % below)
    for (;;) {
      const word = this.word()
      if (word < limit) return word % below
    }
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count)
    for (let i = 0; i < count; i += 4) {
      const word = this.word()
      for (let j = 0; j < 4 && i + j < count; j++) bytes[i + j] = word >>> (8 * j)
    }
    return bytes
  }

  private word(): number {
    const word = (this.a + this.b + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + word) | 0
    return word >>> 0
  }
}
