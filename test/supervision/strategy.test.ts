import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { restartPlan, type Strategy, strategies } from '../../src/supervision/strategy.js'

const order = ['a', 'b', 'c', 'd']

describe('a restart plan', () => {
  const table: readonly [Strategy, string, string, string][] = [
    ['one-for-one', 'a', '', 'a'],
    ['one-for-one', 'd', '', 'd'],
    ['simple-one-for-one', 'b', '', 'b'],
    ['one-for-all', 'a', 'dcb', 'abcd'],
    ['one-for-all', 'b', 'dca', 'abcd'],
    ['one-for-all', 'd', 'cba', 'abcd'],
    ['rest-for-one', 'a', 'dcb', 'abcd'],
    ['rest-for-one', 'b', 'dc', 'bcd'],
    ['rest-for-one', 'd', '', 'd'],
  ]

  test.each(table)(
    'of %s, when %s of a, b, c, d fails, stops "%s" and starts "%s"',
    (strategy, failed, stop, start) => {
      const plan = restartPlan(strategy, order, failed)
      expect([plan.stop.join(''), plan.start.join('')]).toEqual([stop, start])
    },
  )

  test('for an only child is the same under every strategy', () => {
    for (const strategy of strategies) expect(restartPlan(strategy, ['a'], 'a')).toEqual({ stop: [], start: ['a'] })
  })

  test('is what the definition says, for any children and any failure', () => {
    const scenario = fc
      .uniqueArray(fc.integer(), { minLength: 1, maxLength: 12 })
      .chain((children) => fc.tuple(fc.constant(children), fc.nat(children.length - 1), fc.constantFrom(...strategies)))
    fc.assert(
      fc.property(scenario, ([children, at, strategy]) => {
        const failed = children[at] as number
        const concerned = children.filter((_child, i) => {
          if (strategy === 'one-for-all') return true
          return strategy === 'rest-for-one' ? i >= at : i === at
        })
        const plan = restartPlan(strategy, children, failed)
        expect(plan.start).toEqual(concerned)
        expect([...plan.stop].reverse()).toEqual(concerned.filter((child) => child !== failed))
      }),
    )
  })

  test('leaves the order it was given alone', () => {
    const given = Object.freeze([...order])
    restartPlan('one-for-all', given, 'b')
    expect(given).toEqual(order)
  })
})
