import { describe, expect, test } from 'vitest'
import { checkCycles } from './cycles.js'
import { checkHouse } from './house.js'
import { checkLayers } from './layers.js'
import { checkOutside } from './outside.js'
import { report, sources } from './source.js'

describe('the source tree', () => {
  const all = sources()

  test('imports run one way, and packages are named only where they belong', () => {
    expect(report(checkLayers(all))).toBe('')
  })

  test('no file loads itself through others', () => {
    expect(report(checkCycles(all))).toBe('')
  })

  test('time, chance, timers, process, and input and output enter only at the edges', () => {
    expect(report(checkOutside(all))).toBe('')
  })

  test('files are short, typed, finished, and machines sit beside their code', () => {
    expect(report(checkHouse(all))).toBe('')
  })
})
