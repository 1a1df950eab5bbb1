import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Child } from '../../src/supervision/child.js'
import { Siblings } from '../../src/supervision/siblings.js'

/** A child as far as its siblings look at it. */
function child(name: string | number): Child {
  return { cell: { name }, index: 0 } as unknown as Child
}

const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('number' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('name' as const), name: fc.constantFrom('a', 'b', 'c', 'd') }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
)

describe('siblings', () => {
  test('are what a plain map in order would hold, whatever is added and removed', () => {
    fc.assert(
      fc.property(fc.nat(80), fc.array(command, { maxLength: 120, size: 'max' }), (first, commands) => {
        const siblings = new Siblings()
        const model = new Map<string | number, Child>()
        const removed: Child[] = []
        let number = 0
        const add = (name: string | number): void => {
          const made = child(name)
          siblings.add(made)
          model.set(name, made)
        }
        for (let i = 0; i < first; i++) add(++number)
        for (const step of commands) {
          if (step.do === 'number') add(++number)
          else if (step.do === 'name') {
            if (!model.has(step.name)) add(step.name)
          } else {
            const gone = [...model.values()][Math.floor(step.which * model.size)]
            if (gone === undefined) continue
            siblings.remove(gone)
            siblings.remove(gone)
            model.delete(gone.cell.name)
            removed.push(gone)
          }
          expect(siblings.size).toBe(model.size)
        }
        expect([...siblings]).toEqual([...model.values()])
        for (const name of ['a', 'b', 'c', 'd', ...Array.from({ length: number + 2 }, (_value, i) => i)]) {
          expect(siblings.get(name)).toBe(model.get(name))
        }
        for (const made of model.values()) expect(siblings.has(made)).toBe(true)
        for (const gone of removed) expect(siblings.has(gone)).toBe(false)
        siblings.clear()
        expect([siblings.size, [...siblings], siblings.get(1)]).toEqual([0, [], undefined])
      }),
    )
  })
})
