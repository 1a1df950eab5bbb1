/**
 * Keyed hashes: pure functions of (key, value), from which random streams and every decision of a simulation derive.
 *
 * MurmurHash3_x86_32 (Austin Appleby, public domain), over the UTF-16LE bytes of a text, or the eight little-endian
 * bytes of an integer. Not cryptographic: an adversary can find collisions.
 */

/** 32 bits of (key, value), as an integer in [0, 2^32). `key` and an integer `value` are safe integers. */
export function hash32(key: number, value: string | number): number {
  return typeof value === 'string' ? hashText(fold(key), value) : hashInteger(fold(key), value)
}

/** 64 bits of (key, value), as two integers in [0, 2^32). */
export function hash64(key: number, value: string | number): readonly [high: number, low: number] {
  const low = fold(key)
  const high = finish(low ^ 0x9e3779b9)
  return typeof value === 'string'
    ? [hashText(high, value), hashText(low, value)]
    : [hashInteger(high, value), hashInteger(low, value)]
}

/** A number in [0, 1) with 53 bits of (key, value): compare it with a probability to decide. */
export function hashUnit(key: number, value: string | number): number {
  const [high, low] = hash64(key, value)
  return ((high >>> 5) * 67_108_864 + (low >>> 6)) / 9_007_199_254_740_992
}

/** A key of up to 53 bits in 32. Keys below 2^32 stay what they are. */
function fold(key: number): number {
  return key ^ finish(Math.floor(key / 4_294_967_296))
}

function hashText(key: number, text: string): number {
  let hash = key
  const even = text.length & ~1
  for (let i = 0; i < even; i += 2) hash = step(hash, text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16))
  if (even < text.length) hash ^= scramble(text.charCodeAt(even))
  return finish(hash ^ (text.length * 2))
}

function hashInteger(key: number, value: number): number {
  const high = Math.floor(value / 4_294_967_296)
  return finish(step(step(key, value | 0), high | 0) ^ 8)
}

function step(hash: number, block: number): number {
  const mixed = hash ^ scramble(block)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

function scramble(block: number): number {
  const spread = Math.imul(block, 0xcc9e2d51)
  return Math.imul((spread << 15) | (spread >>> 17), 0x1b873593)
}

function finish(hash: number): number {
  let bits = hash
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
