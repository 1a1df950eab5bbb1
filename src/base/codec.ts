import { HoldfastError } from './errors.js'

/*
 * A frame, all numbers unsigned and little-endian:
 *
 *   0   magic "HFST"        12  CRC-32 of the payload
 *   4   version             16  CRC-32 of the 16 bytes before
 *   8   payload length      20  payload
 *
 * The header has a checksum of its own because a damaged length would otherwise choose which bytes are checked.
 */
const MAGIC = 0x54534648
const HEADER_BYTES = 20

/** What {@link decodeFrame} found. */
export interface Frame {
  readonly version: number
  /** A view of the bytes it was decoded from, not a copy. */
  readonly payload: Uint8Array
  /** Where the frame ends: where the next one begins. */
  readonly end: number
}

/**
 * - `truncated`: the bytes end before the frame does, as after a write that was cut off.
 * - `corrupt`: these are not the bytes that were encoded.
 * - `version`: the frame is whole, and of a version that the reader does not know.
 */
export class CodecError extends HoldfastError<
  'truncated' | 'corrupt' | 'version',
  { readonly at: number; readonly version?: number }
> {
  static {
    CodecError.prototype.name = 'CodecError'
  }
}

/**
 * Wraps `payload` so that a reader can tell whether it is whole. `version` is that of the payload's format, 0 to 2^32 - 1.
 *
 * ```ts
 * const { payload } = decodeFrame(encodeFrame(1, bytes), 1)
 * ```
 */
export function encodeFrame(version: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, version, true)
  view.setUint32(8, payload.length, true)
  view.setUint32(12, crc32(payload), true)
  view.setUint32(16, crc32(bytes.subarray(0, 16)), true)
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

/**
 * Reads the frame that begins at `at`. `newest` is the newest version the reader knows; it knows all below.
 *
 * @throws {CodecError}
 */
export function decodeFrame(bytes: Uint8Array, newest: number, at = 0): Frame {
  const begin = at + HEADER_BYTES
  if (bytes.length < begin) {
    throw failure('truncated', at, `${bytes.length - at} bytes are left, a header needs ${HEADER_BYTES}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES)
  const version = view.getUint32(4, true)
  if (view.getUint32(0, true) !== MAGIC) throw failure('corrupt', at, 'no frame begins there')
  if (view.getUint32(16, true) !== crc32(bytes.subarray(at, at + 16))) {
    throw failure('corrupt', at, 'the header does not match its checksum')
  }
  const end = begin + view.getUint32(8, true)
  if (bytes.length < end) {
    throw failure('truncated', at, `${bytes.length - begin} bytes of a payload of ${end - begin} are there`)
  }
  const payload = bytes.subarray(begin, end)
  if (view.getUint32(12, true) !== crc32(payload)) {
    throw failure('corrupt', at, 'the payload does not match its checksum')
  }
  if (version > newest) {
    throw failure('version', at, `it is of version ${version}, the newest known here is ${newest}`, version)
  }
  return { version, payload, end }
}

function failure(code: CodecError['code'], at: number, text: string, version?: number): CodecError {
  return new CodecError(
    code,
    `Frame at byte ${at} cannot be read (${code}): ${text}. ${ADVICE[code]}`,
    version === undefined ? { at } : { at, version },
  )
}

const ADVICE: Readonly<Record<CodecError['code'], string>> = {
  truncated: 'Drop it if it is the last of a log; otherwise go back to an older copy.',
  corrupt: 'Go back to an older copy.',
  version: 'Read it with the release that wrote it, or a newer one.',
}

/** CRC-32 as in Ethernet and zip (reflected 0x04c11db7), four bytes at a time (slicing, Kounavis and Berry 2005). */
export function crc32(bytes: Uint8Array): number {
  tables ??= makeTables()
  const t = tables
  const whole = bytes.length & ~3
  let crc = -1
  let i = 0
  for (; i < whole; i += 4) {
    crc ^= byte(bytes, i) | (byte(bytes, i + 1) << 8) | (byte(bytes, i + 2) << 16) | (byte(bytes, i + 3) << 24)
    crc =
      word(t, 768 + (crc & 255)) ^
      word(t, 512 + ((crc >>> 8) & 255)) ^
      word(t, 256 + ((crc >>> 16) & 255)) ^
      word(t, crc >>> 24)
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ word(t, (crc ^ byte(bytes, i)) & 255)
  return ~crc >>> 0
}

let tables: Int32Array | undefined

/** Four tables of 256: entry n * 256 + b is the checksum of byte b followed by n zeros. */
function makeTables(): Int32Array {
  const made = new Int32Array(1_024)
  for (let b = 0; b < 256; b++) {
    let crc = b
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    made[b] = crc
  }
  for (let i = 256; i < 1_024; i++) {
    const before = word(made, i - 256)
    made[i] = (before >>> 8) ^ word(made, before & 255)
  }
  return made
}

// In range by construction; `?? 0` is for the compiler alone.
function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0
}

function word(words: Int32Array, index: number): number {
  return words[index] ?? 0
}
