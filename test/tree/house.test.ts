import { expect, test } from 'vitest'
import { checkHouse, linesMax } from './house.js'
import { parse } from './source.js'

const found = (files: Record<string, string>): string[] =>
  checkHouse(Object.entries(files).map(([path, text]) => parse(path, text))).map(
    ({ path, line, rule, found: what }) => `${path}:${line} ${rule}: ${what}`,
  )

test('a file of the most lines passes, one line more does not', () => {
  const lines = (count: number): string => 'f()\n'.repeat(count)
  expect(found({ 'base/a.ts': lines(linesMax - 1) })).toEqual([])
  expect(found({ 'base/a.ts': lines(linesMax) })).toEqual(['base/a.ts:400 length: 400 lines, of under 400'])
})

test('any is found wherever a type can stand, and only as a type', () => {
  expect(found({ 'base/a.ts': `\nlet a: any\nconst b = c as Map<string, any[]>` })).toEqual([
    'base/a.ts:2 no any: any',
    'base/a.ts:3 no any: any',
  ])
  expect(found({ 'base/a.ts': `const any = 1 // any` })).toEqual([])
})

test.each(['@ts-ignore', '@ts-expect-error', '@ts-nocheck', 'biome-ignore lint: no'])('// %s is found', (directive) => {
  expect(found({ 'base/a.ts': `f()\n// ${directive}\nf()` })).toEqual([
    `base/a.ts:2 no directive: ${directive.split(' ')[0]}`,
  ])
})

test('marks of unfinished work are found in comments and nowhere else', () => {
  expect(found({ 'base/a.ts': `/* TODO: later */` })).toEqual(['base/a.ts:1 finished: TODO'])
  expect(found({ 'base/a.ts': `const TODO = 'FIXME'` })).toEqual([])
})

test('a machine is used by code of its own folder', () => {
  const machine = { 'actor/actor.machine.ts': `export const actorMachine = 1` }
  const use = `import { actorMachine } from './actor.machine.js'`
  expect(found({ ...machine, 'actor/cell.ts': use })).toEqual([])
  const problem = ['actor/actor.machine.ts:1 machine beside its code: no file of this folder imports it']
  expect(found(machine)).toEqual(problem)
  expect(found({ ...machine, 'actor/index.ts': use })).toEqual(problem)
  expect(found({ ...machine, 'supervision/a.ts': `import { actorMachine } from '../actor/actor.machine.js'` })).toEqual(
    problem,
  )
  expect(found({ ...machine, 'actor/cell.ts': `import type { A } from './actor.machine.js'` })).toEqual(problem)
})
