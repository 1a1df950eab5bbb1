import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { orderOf } from '../bench/order.js'

const others = ['feasible', 'nact', 'effect', 'xstate', 'erlang']
const orders = (repetitions: number): string[][] =>
  Array.from({ length: repetitions }, (_unused, repetition) => orderOf(['ring', 'holdfast'], others, repetition))

describe('the order of rows', () => {
  test('runs every row once, in every repetition', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(20), (count, repetition) => {
        const rest = Array.from({ length: count }, (_unused, index) => `peer-${index}`)
        const order = orderOf(['ring', 'holdfast'], rest, repetition)
        expect([...order].sort()).toEqual(['holdfast', 'ring', ...rest].sort())
      }),
    )
  })

  test('keeps the reference beside Holdfast', () => {
    for (const order of orders(20)) expect(Math.abs(order.indexOf('ring') - order.indexOf('holdfast'))).toBe(1)
  })

  test('lets the two take turns at going first', () => {
    const ringFirst = orders(4).map((order) => order.indexOf('ring') < order.indexOf('holdfast'))
    expect(ringFirst).toEqual([true, false, true, false])
  })

  test('does not begin with the same row twice in a row', () => {
    const firsts = orders(5).map((order) => order[0])
    for (const [index, first] of firsts.entries()) if (index > 0) expect(first).not.toBe(firsts[index - 1])
  })
})
