import { describe, expect, test } from 'vitest'
import { checkOutside, edges, outsideRules } from './outside.js'
import { parse, report } from './source.js'

const found = (text: string, path = 'actor/cell.ts'): string[] =>
  checkOutside([parse(path, text)]).map(({ line, rule, found: what }) => `${line} ${rule}: ${what}`)

describe('what enters from outside is found', () => {
  test.each(outsideRules.flatMap(({ name, globals }) => globals.map((global) => ({ name, global }))))(
    'as the global $global, by the rule on $name',
    ({ name, global }) => {
      expect(found(`const a = 1\nconst b = ${global}`)).toEqual([`2 ${name}: ${global}`])
    },
  )

  test.each(outsideRules.flatMap(({ name, modules }) => modules.map((module) => ({ name, module }))))(
    'as the module $module, by the rule on $name',
    ({ name, module }) => {
      expect(found(`import * as a from '${module}'`)).toEqual([`1 ${name}: imports ${module}`])
      expect(found(`import { a } from '${module.slice('node:'.length)}'`)).toEqual([`1 ${name}: imports ${module}`])
      expect(found(`const a = await import('${module}')`)).toEqual([`1 ${name}: imports ${module}`])
      expect(found(`export * from '${module}'`)).toEqual([`1 ${name}: imports ${module}`])
    },
  )

  test.each([
    ['a call', `Date.now()`, '1 time: Date.now'],
    ['a constructor', `const d = new Date(0)`, '1 time: Date'],
    ['a class that extends it', `class Stamp extends Date {}`, '1 time: Date'],
    ['a literal key', `Math['random']()`, '1 chance: Math.random'],
    ['a template key', 'Math[`random`]()', '1 chance: Math.random'],
    ['destructuring', `const { random } = Math`, '1 chance: Math.random'],
    ['destructuring under another name', `const { random: chance, floor } = Math`, '1 chance: Math.random'],
    ['destructuring by assignment', `let random: unknown; ({ random } = Math)`, '1 chance: Math.random'],
    ['destructuring in a parameter', `function f({ random } = Math) {}`, '1 chance: Math.random'],
    ['a computed key', `const k = 'random'; Math[k]()`, '1 whole objects: Math'],
    ['an alias', `const m = Math`, '1 whole objects: Math'],
    ['rest destructuring', `const { floor, ...others } = Math`, '1 whole objects: Math'],
    ['passing on', `Reflect.get(Math, 'random')`, '1 whole objects: Math'],
    ['the global object', `globalThis.Date.now()`, '1 time: globalThis.Date.now'],
    ['the global object, twice', `globalThis.globalThis.fetch('/')`, '1 input and output: globalThis.globalThis.fetch'],
    ['the global object, by key', `globalThis['setTimeout'](f, 1); function f() {}`, '1 timers: globalThis.setTimeout'],
    ['the global object, optionally', `globalThis?.process?.exit()`, '1 process: globalThis.process.exit'],
    ['the global object, destructured', `const { Math: { random } } = globalThis`, '1 chance: globalThis.Math.random'],
    ['the global object, with a default', `const { fetch = 1 } = globalThis`, '1 input and output: globalThis.fetch'],
    ['the global object, cast', `(globalThis as unknown as { Date: D }).Date`, '1 time: globalThis.Date'],
    ['the global object, kept', `const g = globalThis`, '1 global object: globalThis'],
    ['a parameter default', `function f(now = Date.now) {}`, '1 time: Date.now'],
    ['a shorthand property', `const ports = { fetch }`, '1 input and output: fetch'],
    ['an assignment', `performance = { now: () => 0 }`, '1 time: performance'],
    ['a declaration without a value', `declare const setTimeout: F\nsetTimeout()`, '2 timers: setTimeout'],
    ['a type of the same name', `interface Date {}\nnew Date()`, '2 time: Date'],
    ['a name from an inner scope', `{ const Date = 1 }\nDate.now()`, '2 time: Date.now'],
    ['a member of crypto', `const id = crypto.randomUUID()`, '1 chance: crypto.randomUUID'],
    ['a test for Node', `if (typeof process === 'undefined') f()\nfunction f() {}`, '1 process: process'],
    ['a console call', `console.log('hello')`, '1 console: console.log'],
    ['a deadline', `AbortSignal.timeout(5)`, '1 timers: AbortSignal.timeout'],
    ['a decorator', `@Date class A {}`, '1 time: Date'],
    ['an export', `export { Date }`, '1 time: Date'],
    ['a value cast to a type', `const f = setTimeout as unknown as F`, '1 timers: setTimeout'],
    ['an unheard-of global', `alert('hello')`, '1 unknown global: alert'],
    ['an unheard-of module', `import dns from 'node:trace_events'`, '1 input and output: imports node:trace_events'],
    ['a type from Node', `import type { Socket } from 'node:net'`, '1 input and output: imports node:net'],
  ])('through %s', (_, text, problem) => {
    expect(found(text)).toEqual([problem])
  })
})

describe('what is no use of the outside is left alone', () => {
  test.each([
    ['a parameter', `function measure(performance: { now(): number }) { return performance.now() }`],
    ['a parameter of an arrow', `const f = (setTimeout: F) => setTimeout(1)`],
    ['a destructured parameter', `const f = ({ fetch, a: [process], ...console }: P) => [fetch, process, console.a]`],
    ['a variable', `const process = start()\nprocess.exit()\nfunction start() { return { exit() {} } }`],
    ['a hoisted variable', `function f() { if (a) { var Date = 1 }\n return Date }\nconst a = 1`],
    ['a hoisted function', `fetch()\nfunction fetch() {}`],
    ['an import', `import { performance } from './meter.js'\nperformance.now()`],
    ['a catch clause', `try {} catch (process) { process.a }`],
    ['a loop variable', `for (const fetch of [1]) fetch.toFixed()\nfor (let Date = 0; Date < 1; Date++) {}`],
    ['a class and its own name', `const A = class Worker { make() { return new Worker() } }`],
    ['an enumeration', `enum Worker { A }\nWorker.A`],
    ['a case in a switch', `switch (1) { case 1: const fetch = 1\n default: fetch }`],
    ['a type', `let at: Date; let f: typeof setTimeout; interface P { process: Worker }`],
    ['a type argument', `const dates = new Map<string, Date>()`],
    ['an implemented interface', `class A implements Event {}`],
    ['a property', `const a = { Date: 1, process: 2, fetch() {} }; a.Date; a.process; a.fetch()`],
    ['a member of a class', `class A { fetch = 1; process() { return this.fetch } }`],
    ['a label', `fetch: for (;;) break fetch`],
    [
      'a pure member',
      `Math.floor(1); const { max, min: least } = Math; globalThis.Math.abs(1); Atomics.add(a, 0, 1); let a`,
    ],
    ['a comparison', `const f = (x: unknown) => x instanceof AbortSignal || typeof globalThis`],
    [
      'the language itself',
      `new Map([[Symbol.iterator, new AbortController()]]); structuredClone(BigInt(1)); undefined`,
    ],
    ['a pure module', `import { inspect } from 'node:util'\nimport path from 'node:path'\ninspect(path)`],
    ['arguments', `function f() { return arguments.length }`],
    ['the file itself', `import.meta.url`],
  ])('%s', (_, text) => {
    expect(found(text)).toEqual([])
  })
})

describe('the edges', () => {
  test('the real world may do everything, its neighbours nothing', () => {
    const text = `import fs from 'node:fs'\nDate.now(); Math.random(); setTimeout(fs.a); process.exit(); crypto.a; fetch('/')`
    expect(found(text, 'world/node.ts')).toEqual([])
    expect(found(text, 'world/virtual.ts')).toHaveLength(7)
    expect(found(text, 'world/node/disk.ts')).toHaveLength(7)
  })

  test('a part of the real world may do what its port needs, and neither tell the time nor draw', () => {
    const text = `import fs from 'node:fs'\nfs.a(process.platform); Date.now(); Math.random()`
    expect(found(text, 'world/node-disk.ts')).toEqual(['2 time: Date.now', '2 chance: Math.random'])
  })

  test('the command line may talk to people but takes its time from a world', () => {
    expect(found(`process.argv; console.log(1)`, 'cli/main.ts')).toEqual([])
    expect(found(`Date.now()`, 'cli/main.ts')).toEqual(['1 time: Date.now'])
  })

  test('drivers may reach their servers, the stores beside them may not', () => {
    expect(found(`import net from 'node:net'\nnet.a`, 'store/postgres.ts')).toEqual([])
    expect(found(`import net from 'node:net'\nnet.a`, 'store/memory.ts')).toEqual([
      '1 input and output: imports node:net',
    ])
  })

  test('an edge is granted only rules that exist, and says why', () => {
    const names = outsideRules.map(({ name }) => name)
    for (const { may, reason } of edges) {
      if (may !== 'all') expect(names).toEqual(expect.arrayContaining([...may]))
      expect(reason.length).toBeGreaterThan(10)
    }
  })
})

test('a failure names the place, the rule and the reason', () => {
  expect(report(checkOutside([parse('actor/cell.ts', '\nconst at = Date.now()')]))).toBe(
    'src/actor/cell.ts:2 time: Date.now\n' +
      '    a clock read past the world cannot be repeated or moved by hand; use world.clock',
  )
})
