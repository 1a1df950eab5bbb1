import { describe, expect, test } from 'vitest'
import { from } from '../../../src/stream/index.js'
import { out, ways } from './transforms.js'

const words = ['a', 'b', 'a', 'c', 'a', 'b']
const count = { init: () => 0, add: (n: number) => n + 1 }

describe('an aggregate', () => {
  test('hands on the value of a key after each of its records', async () => {
    expect(
      await out(() =>
        from(words)
          .keyBy((word) => word)
          .aggregate(count),
      ),
    ).toEqual([
      { key: 'a', value: 1 },
      { key: 'b', value: 1 },
      { key: 'a', value: 2 },
      { key: 'c', value: 1 },
      { key: 'a', value: 3 },
      { key: 'b', value: 2 },
    ])
  })

  test('at the end hands on each key once, in the order in which they came up', async () => {
    const totals = await out(
      () =>
        from(words)
          .keyBy((word) => word)
          .aggregate({ ...count, when: 'end' }),
      {
        batchRecordsMax: 2,
      },
    )
    expect(totals).toEqual([
      { key: 'a', value: 3 },
      { key: 'b', value: 2 },
      { key: 'c', value: 1 },
    ])
  })

  test('of nothing hands on nothing', async () => {
    expect(
      await out(() =>
        from<string>([])
          .keyBy((word) => word)
          .aggregate({ ...count, when: 'end' }),
      ),
    ).toEqual([])
  })

  test.each(ways)('may take its time for the key and for the value, given %s', async (_, given) => {
    const counted = await out((world) =>
      from(words)
        .keyBy((word) => given(world, word))
        .aggregate({ init: () => 0, add: (n) => given(world, n + 1), when: 'end' }),
    )
    expect(counted).toEqual([
      { key: 'a', value: 3 },
      { key: 'b', value: 2 },
      { key: 'c', value: 1 },
    ])
  })

  test('may change its value in place and return nothing; what was handed on stays what it was', async () => {
    const lists = await out(() =>
      from(words)
        .keyBy(() => 'all')
        .aggregate({
          init: (): string[] => [],
          add: (list, word) => void list.push(word),
        }),
    )
    expect(lists.map(({ value }) => value.join(''))).toEqual(['a', 'ab', 'aba', 'abac', 'abaca', 'abacab'])
  })

  test('hands on what emit makes, which may hand on or spoil what it was given', async () => {
    const lists = await out(() =>
      from(words)
        .keyBy(() => 'all')
        .aggregate({
          init: (): string[] => [],
          add: (list, word) => void list.push(word),
          emit: (key, list) => {
            list.unshift(key)
            return list
          },
        }),
    )
    expect(lists.map((list) => list.join(' '))).toEqual([
      'all a',
      'all a b',
      'all a b a',
      'all a b a c',
      'all a b a c a',
      'all a b a c a b',
    ])
  })

  test('tells init and add the key', async () => {
    const keyed = await out(() =>
      from([1, 2, 3])
        .keyBy((n) => n % 2 === 0)
        .aggregate({
          init: (even) => [`first ${even}`],
          add: (list, n, even) => [...list, `${n} ${even}`],
          emit: (_, list) => list.join(', '),
          when: 'end',
        }),
    )
    expect(keyed).toEqual(['first false, 1 false, 3 false', 'first true, 2 true'])
  })
})
