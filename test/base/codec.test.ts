import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CodecError, crc32, decodeFrame, encodeFrame } from '../../src/base/codec.js'

const payload = fc.uint8Array({ maxLength: 64 })
const version = fc.nat(3)

const codeOf = (run: () => unknown): string => {
  try {
    run()
    return 'none'
  } catch (error) {
    if (error instanceof CodecError) return error.code
    throw error
  }
}

describe('a frame', () => {
  test('gives back what was put in, from any place in a longer run of bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(version, payload), { minLength: 1, maxLength: 5 }), (frames) => {
        const bytes = Buffer.concat(frames.map(([version, payload]) => encodeFrame(version, payload)))
        let at = 0
        for (const [version, payload] of frames) {
          const frame = decodeFrame(bytes, 3, at)
          expect(frame.version).toBe(version)
          expect([...frame.payload]).toEqual([...payload])
          at = frame.end
        }
        expect(at).toBe(bytes.length)
      }),
    )
  })

  test('with any one bit flipped is found corrupt', () => {
    fc.assert(
      fc.property(version, payload, fc.nat(), (version, payload, position) => {
        const bytes = encodeFrame(version, payload)
        const bit = position % (bytes.length * 8)
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(codeOf(() => decodeFrame(bytes, 3))).toBe('corrupt')
      }),
      { numRuns: 1_000 },
    )
  })

  test('that was cut off anywhere is found truncated', () => {
    fc.assert(
      fc.property(version, payload, fc.nat(), (version, payload, position) => {
        const bytes = encodeFrame(version, payload)
        expect(codeOf(() => decodeFrame(bytes.subarray(0, position % bytes.length), 3))).toBe('truncated')
      }),
    )
  })

  test('of a version from the future is refused by number', () => {
    const run = (): unknown => decodeFrame(encodeFrame(4, new Uint8Array(2)), 3)
    expect(run).toThrow('Frame at byte 0 cannot be read (version): it is of version 4, the newest known here is 3.')
    expect(codeOf(run)).toBe('version')
  })

  test('keeps its layout, which files out there have', () => {
    expect(Buffer.from(encodeFrame(1, Buffer.from('hello'))).toString('hex')).toBe(
      '48465354' + '01000000' + '05000000' + '86a61036' + '38337488' + '68656c6c6f',
    )
  })
})

test('the checksum is the CRC-32 that zlib computes', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(crc32(bytes)).toBe(zlibCrc32(bytes))
    }),
  )
})
