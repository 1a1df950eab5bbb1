import fc from 'fast-check'
import type { Records } from '../../src/stream/index.js'
import type { VirtualWorld } from '../../src/world/index.js'

/** How a random source gives its records, and when it fails. */
export interface SourceSpec {
  readonly kind: 'array' | 'iterable' | 'async' | 'reader'
  readonly delayMs: number
  /** Number of the read that fails, over all readers. */
  readonly failsAt: readonly number[]
  /** Number of the read that never settles. */
  readonly hangsAt: readonly number[]
  readonly sizes: readonly number[]
}

export const sourceSpec: fc.Arbitrary<SourceSpec> = fc.record({
  kind: fc.constantFrom('array', 'iterable', 'async', 'reader', 'reader'),
  delayMs: fc.nat(3),
  failsAt: fc.array(fc.nat(20), { maxLength: 2 }),
  hangsAt: fc.array(fc.nat(20), { maxLength: 1 }),
  sizes: fc.array(fc.nat(5), { maxLength: 3 }).map((sizes) => [...sizes, 2]),
})

/** A source of the given records that keeps the contract of `Source`, and fails by plan. */
export function sourceFrom<Record>(
  records: readonly Record[],
  spec: SourceSpec,
  world: VirtualWorld,
): Records<Record> & { readonly left: () => number } {
  const { kind, delayMs, failsAt, hangsAt, sizes } = spec
  let reads = 0
  let open = 0
  const left = (): number => open
  const wait = (): Promise<void> => new Promise((resolve) => void world.timers.after(delayMs, resolve))
  const trouble = (): boolean => {
    const at = reads++
    if (failsAt.includes(at)) throw new Error('the source failed')
    return hangsAt.includes(at)
  }
  switch (kind) {
    case 'array':
      return Object.assign([...records], { left })
    case 'iterable':
      return {
        left,
        *[Symbol.iterator]() {
          for (const record of records) {
            trouble()
            yield record
          }
        },
      }
    case 'async':
      return {
        left,
        async *[Symbol.asyncIterator]() {
          for (const record of records) {
            if (delayMs > 0) await wait()
            if (trouble()) await new Promise(() => undefined)
            yield record
          }
        },
      }
    case 'reader':
      return {
        left,
        kind: 'random',
        async open(position) {
          let at = position
          open++
          await wait()
          return {
            read(most) {
              const hangs = trouble()
              if (hangs) return new Promise(() => undefined)
              if (at >= records.length) return undefined
              const size = Math.min(most, sizes[reads % sizes.length] as number)
              const chunk = records.slice(at, at + size)
              at += size
              return reads % 3 === 0 && size > 0 ? chunk : wait().then(() => chunk)
            },
            close() {
              open--
            },
          }
        },
      }
  }
}
