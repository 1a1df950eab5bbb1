import { describe, expect, test } from 'vitest'
import { checkCycles } from './cycles.js'
import { checkLayers, layers, packages, parts } from './layers.js'
import { parse } from './source.js'

const found = (path: string, text: string): string[] =>
  checkLayers([parse(path, text)]).map(({ line, rule, found: what }) => `${line} ${rule}: ${what}`)

describe('the direction of imports', () => {
  test.each([
    ['base/ring.ts', `import { a } from './assert.js'`],
    ['world/node.ts', `import { a } from '../base/assert.js'`],
    ['world/node.ts', `import { a } from './node-disk.js'`],
    ['machine/step.ts', `import type { Timers } from '../world/timers.js'`],
    ['machine/step.ts', `type T = import('../world/timers.js').Timers`],
    ['actor/cell.ts', `export * from '../machine/index.js'`],
    ['supervision/supervisor.ts', `import { spawn } from '../actor/system.js'`],
    ['health/phi.ts', `import { a } from '../supervision/spec.js'`],
    ['stream/transform/map.ts', `import { a } from '../operator.js'\nimport { b } from '../../supervision/spec.js'`],
    ['stream/run.ts', `import type { Store } from '../store/store.js'`],
    ['checkpoint/align.ts', `import { a } from '../stream/graph.js'\nimport { b } from '../store/memory.js'`],
    ['chaos/disk.ts', `import { a } from '../txn/log.js'`],
    ['cli/main.ts', `import { a } from '../chaos/run.js'\nimport { b } from '../inspect/mermaid.js'`],
    ['index.ts', `export { start } from './actor/system.js'\nexport { run } from './stream/run.js'`],
  ])('%s may contain %s', (path, text) => {
    expect(found(path, text)).toEqual([])
  })

  test.each([
    ['base/ring.ts', `import { a } from '../world/clock.js'`, '1 import direction: imports world/'],
    ['base/ring.ts', `import type { A } from '../world/clock.js'`, '1 import direction: imports world/'],
    ['trace/recorder.ts', `\nimport type { Clock } from '../world/clock.js'`, '2 import direction: imports world/'],
    [
      'machine/step.ts',
      `import { type A } from '../world/timers.js'`,
      '1 import direction: imports world/ (only `import type` is allowed)',
    ],
    ['actor/cell.ts', `export { a } from '../supervision/spec.js'`, '1 import direction: imports supervision/'],
    ['actor/cell.ts', `await import('../supervision/spec.js')`, '1 import direction: imports supervision/'],
    ['actor/cell.ts', `type A = import('../supervision/spec.js').Spec`, '1 import direction: imports supervision/'],
    ['actor/cell.ts', `import { a } from '../index.js'`, '1 import direction: imports index.ts'],
    [
      'stream/run.ts',
      `import { a } from '../store/lmdb.js'`,
      '1 import direction: imports store/ (only `import type` is allowed)',
    ],
    ['stream/run.ts', `import { a } from '../telemetry/log.js'`, '1 import direction: imports telemetry/'],
    ['chaos/run.ts', `import { a } from '../inspect/mermaid.js'`, '1 import direction: imports inspect/'],
    ['index.ts', `import './cli/main.js'`, '1 import direction: imports cli/'],
    ['actor/cell.ts', `import '../../test/support/a.js'`, '1 import direction: ../../test/support/a.js'],
    [
      'actor/cell.ts',
      `const a = await import(name)`,
      '1 literal imports: an import whose target is computed at run time',
    ],
    ['world/virtual.ts', `import { a } from './node-disk.js'`, '1 parts: imports world/node-disk.ts'],
    ['actor/cell.ts', `import { a } from '../world/node-disk.js'`, '1 parts: imports world/node-disk.ts'],
    ['wizardry/a.ts', ``, '1 layout: a file in no known folder'],
    ['helpers.ts', ``, '1 layout: a file in no known folder'],
  ])('%s may not contain %s', (path, text, problem) => {
    expect(found(path, text)).toEqual([problem])
  })

  test.each(layers)('every folder that $folder/ may import from has rules of its own', ({ from, types = [] }) => {
    const known = layers.map(({ folder }) => folder)
    expect(known).toEqual(expect.arrayContaining([...from, ...types]))
  })

  test('no two folders may import from each other, not even over third ones', () => {
    const below = new Map(layers.map(({ folder, from, types = [] }) => [folder, [...from, ...types]]))
    const reaches = (start: string): Set<string> => {
      const seen = new Set<string>()
      const visit = (folder: string): void => {
        for (const next of below.get(folder) ?? []) if (!seen.has(next) && seen.add(next)) visit(next)
      }
      visit(start)
      return seen
    }
    expect([...below.keys()].filter((folder) => reaches(folder).has(folder))).toEqual([])
  })
})

describe('packages', () => {
  test.each([
    ['machine/compile.ts', `import type { AnyStateMachine } from 'xstate'`],
    ['actor/actor.machine.ts', `import { setup } from 'xstate'`],
    ['trace/emitter.ts', `import { EventEmitter } from 'eventemitter3'`],
    ['world/node.ts', `import { nanoid } from 'nanoid'`],
    ['store/nats.ts', `import { connect } from '@nats-io/transport-node'`],
  ])('%s may contain %s', (path, text) => {
    expect(found(path, text)).toEqual([])
  })

  test.each([
    ['actor/cell.ts', `import { setup } from 'xstate'`, '1 packages: imports xstate'],
    ['actor/cell.ts', `import type { Snapshot } from 'xstate'`, '1 packages: imports xstate'],
    ['actor/cell.ts', `import { nanoid } from 'nanoid/non-secure'`, '1 packages: imports nanoid'],
    ['store/memory.ts', `import { open } from 'lmdb'`, '1 packages: imports lmdb'],
    ['stream/run.ts', `import { connect } from '@nats-io/jetstream'`, '1 packages: imports @nats-io/jetstream'],
    ['base/ring.ts', `import pad from 'left-pad'`, '1 packages: imports left-pad'],
    ['base/ring.ts', `import { start } from 'holdfast'`, '1 packages: imports holdfast'],
  ])('%s may not contain %s', (path, text, problem) => {
    expect(found(path, text)).toEqual([problem])
  })

  test('every rule says why', () => {
    for (const { reason } of [...layers, ...packages, ...parts]) expect(reason.length).toBeGreaterThan(10)
  })
})

describe('cycles', () => {
  const circles = (files: Record<string, string>): string[] =>
    checkCycles(Object.entries(files).map(([path, text]) => parse(path, text))).map(
      ({ line, found: what }) => `${line} ${what}`,
    )

  test('a circle of three files is reported once, with the line that closes it', () => {
    const files = {
      'actor/a.ts': `import { b } from './b.js'`,
      'actor/b.ts': `\nimport { c } from './c.js'`,
      'actor/c.ts': `import type { b } from './b.js'\n\nexport * from './a.js'`,
    }
    expect(circles(files)).toEqual(['1 actor/a.ts -> actor/b.ts -> actor/c.ts -> actor/a.ts'])
  })

  test('a file that imports itself is a circle', () => {
    expect(circles({ 'base/a.ts': `import * as me from './a.js'` })).toEqual(['1 base/a.ts -> base/a.ts'])
  })

  test('types may refer to each other', () => {
    const files = { 'actor/a.ts': `import { b } from './b.js'`, 'actor/b.ts': `import type { A } from './a.js'` }
    expect(circles(files)).toEqual([])
  })

  test('an import of inline types is one at run time too', () => {
    const files = { 'actor/a.ts': `import { b } from './b.js'`, 'actor/b.ts': `import { type A } from './a.js'` }
    expect(circles(files)).toEqual(['1 actor/a.ts -> actor/b.ts -> actor/a.ts'])
  })

  test('two ways to the same file are no circle', () => {
    const files = {
      'base/a.ts': `import './b.js'\nimport './c.js'`,
      'base/b.ts': `import './d.js'`,
      'base/c.ts': `import './d.js'`,
      'base/d.ts': ``,
    }
    expect(circles(files)).toEqual([])
  })
})
