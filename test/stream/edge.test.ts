import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Edge } from '../../src/stream/edge.js'

test('an edge keeps order, tells who waits, and says when a credit comes back, under any use within its credits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.boolean()), (creditsMax, releases) => {
      const told: string[] = []
      const edge = new Edge(
        creditsMax,
        () => told.push('batch'),
        () => told.push('credit'),
      )
      const model: number[] = []
      let released = 0
      for (const release of releases) {
        told.length = 0
        expect(edge.hasCredit).toBe(model.length < creditsMax)
        if (release && edge.hasCredit) {
          model.push(released)
          edge.release([released])
          expect(told).toEqual(['batch'])
          released++
        } else if (!release) {
          const full = model.length === creditsMax
          const position = model.shift()
          expect(edge.take()).toEqual(position === undefined ? undefined : { records: [position], position })
          expect(told).toEqual(full && creditsMax > 0 ? ['credit'] : [])
        }
        expect(edge.waiting).toBe(model.length)
      }
    }),
  )
})

test('an edge that took more than its credits at once gives none before that is worked off', () => {
  let credits = 0
  const edge = new Edge(
    2,
    () => undefined,
    () => credits++,
  )
  for (let n = 0; n < 5; n++) edge.release([n])
  for (const [taken, given] of [
    [1, 0],
    [2, 0],
    [3, 0],
    [4, 1],
    [5, 1],
  ] as const) {
    edge.take()
    expect([taken, credits]).toEqual([taken, given])
  }
})

test('an edge that has ended still gives what waits on it', () => {
  let told = 0
  const edge = new Edge(
    1,
    () => told++,
    () => undefined,
  )
  edge.release([1])
  edge.end()
  expect([told, edge.ended, edge.take()?.records, edge.take()]).toEqual([2, true, [1], undefined])
})
