import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cell } from '../../src/actor/cell.js'
import { Child } from '../../src/supervision/child.js'
import { Siblings } from '../../src/supervision/siblings.js'
import type { CheckedChild } from '../../src/supervision/spec.js'

/** Siblings look at nothing of a child but its name. */
function childNamed(name: string | number): Child {
  return new Child({} as CheckedChild, { name } as Cell)
}

const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('number' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('name' as const), name: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('remove' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
)

test('siblings are what an ordered map would hold, whatever is added and removed', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 400, size: 'max' }), (commands) => {
      const siblings = new Siblings()
      const model = new Map<string | number, Child>()
      const add = (name: string | number): void => {
        const child = childNamed(name)
        siblings.add(child)
        model.set(name, child)
      }
      let number = 0
      for (const step of commands) {
        if (step.do === 'number') add(++number)
        else if (step.do === 'name') {
          if (!model.has(step.name)) add(step.name)
        } else if (step.do === 'clear') {
          siblings.clear()
          model.clear()
        } else if (model.size > 0) {
          const [name, child] = [...model][step.at % model.size] as [string | number, Child]
          siblings.remove(child)
          siblings.remove(child)
          model.delete(name)
          expect(siblings.has(child)).toBe(false)
        }
        expect(siblings.size).toBe(model.size)
      }
      expect([...siblings]).toEqual([...model.values()])
      for (const name of ['a', 'b', 'c', ...Array.from({ length: number + 2 }, (_, i) => i)]) {
        expect(siblings.get(name)).toBe(model.get(name))
      }
    }),
    { numRuns: 200 },
  )
})
