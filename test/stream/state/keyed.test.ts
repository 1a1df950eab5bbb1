import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeyedState } from '../../../src/stream/state/keyed.js'

interface Value {
  count: number
  nested: { list: number[] }
  readonly seen: Set<number>
}

type Command =
  | { readonly kind: 'record'; readonly key: number; readonly writes: readonly Write[]; readonly undone: boolean }
  | { readonly kind: 'commit' | 'undo' }

/** What a handler may do to a value: change it in place, or put another one in its place. */
interface Write {
  readonly way: 'count' | 'push' | 'see' | 'replace' | 'number'
  readonly n: number
}

const write: fc.Arbitrary<Write> = fc.record({
  way: fc.constantFrom('count', 'push', 'see', 'replace', 'number'),
  n: fc.nat(9),
})

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('record'),
      key: fc.nat(4),
      writes: fc.array(write, { maxLength: 3 }),
      undone: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('commit', 'undo') }) },
)

/** A map, and all of it copied wherever there is something to go back to. */
class Model {
  values = new Map<unknown, unknown>()
  private committed = new Map<unknown, unknown>()

  record(key: unknown, write: (value: unknown) => unknown, undone: boolean): void {
    const before = structuredClone(this.values)
    this.values.set(key, write(this.values.get(key) ?? initial(key)))
    if (undone) this.values = before
  }

  commit(): void {
    this.committed = structuredClone(this.values)
  }

  undo(): void {
    this.values = structuredClone(this.committed)
  }
}

function initial(key: unknown): Value {
  return { count: Number(key), nested: { list: [] }, seen: new Set() }
}

function written(value: unknown, writes: readonly Write[]): unknown {
  let made = value
  for (const { way, n } of writes) {
    if (way === 'number') made = n
    else if (typeof made === 'number' || way === 'replace') made = initial(n)
    else if (way === 'count') (made as Value).count += n
    else if (way === 'push') (made as Value).nested.list.push(n)
    else (made as Value).seen.add(n)
  }
  return made
}

describe('keyed state', () => {
  test('is, after any commands, what a map with deep copies is, in the order in which keys came up', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const state = new KeyedState(initial)
        const model = new Model()
        for (const each of commands) {
          if (each.kind === 'record') {
            const { key, writes, undone } = each
            state.beginRecord(key)
            const entry = state.open(key)
            entry.value = written(entry.value, writes)
            if (undone) state.undoRecord(key)
            model.record(key, (value) => written(value, writes), undone)
          } else {
            state[each.kind]()
            model[each.kind]()
          }
          expect([...state]).toEqual([...model.values])
          expect(state.size).toBe(model.values.size)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('makes the value of a new key once, and again when that was undone', () => {
    const made: unknown[] = []
    const state = new KeyedState((key) => {
      made.push(key)
      return 0
    })
    state.open('a').value = 1
    expect(state.open('a').value).toBe(1)
    state.undo()
    expect(state.open('a').value).toBe(0)
    expect(made).toEqual(['a', 'a'])
  })

  test('holds nothing for a key whose first value could not be made', () => {
    const state = new KeyedState((key) => {
      if (key === 'bad') throw new Error('no value')
      return 1
    })
    state.open('good')
    expect(() => state.open('bad')).toThrow('no value')
    state.commit()
    expect([...state]).toEqual([['good', 1]])
  })

  test('does not let go of what it restores: a handler that still holds a value of before can not change it', () => {
    const state = new KeyedState(() => ({ n: 0 }))
    state.open('a')
    state.commit()
    const held = state.open('a').value as { n: number }
    held.n = 1
    state.undo()
    held.n = 2
    expect(state.open('a').value).toEqual({ n: 0 })
  })
})
