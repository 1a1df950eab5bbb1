import { readdirSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { AnyStateMachine } from 'xstate'
import { compile, graph, verify } from '../../src/machine/index.js'
import { compareWithXstate } from '../support/machine-equivalence.js'

const source = fileURLToPath(new URL('../../src/', import.meta.url))
const paths = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.machine.ts'))
const files = await Promise.all(
  paths.sort().map(async (path) => {
    const exports: Record<string, unknown> = await import(pathToFileURL(source + path).href)
    return [path, exports] as const
  }),
)

/** Every machine a file exports: the default export and each name that ends in `Machine`. */
function machinesOf(exports: Readonly<Record<string, unknown>>): [string, AnyStateMachine][] {
  return Object.entries(exports).filter((entry): entry is [string, AnyStateMachine] => {
    const [name, value] = entry
    return (name === 'default' || name.endsWith('Machine')) && isXstateMachine(value)
  })
}

function isXstateMachine(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'root' in value && 'provide' in value
}

test('the machines of a file are its default export and the names that end in Machine', () => {
  const machine = { root: {}, provide: () => undefined }
  const exports = { default: machine, doorMachine: machine, door: machine, otherMachine: 'no', compiledMachine: {} }
  expect(machinesOf(exports).map(([name]) => name)).toEqual(['default', 'doorMachine'])
})

describe.each(files)('%s', (_path, exports) => {
  const machines = machinesOf(exports)

  test('exports a machine', () => {
    expect(machines.map(([name]) => name)).not.toEqual([])
  })

  test.each(machines)('%s has no findings', (_name, machine) => {
    expect(verify(compile(machine))).toEqual([])
  })

  test.each(machines)('%s does what it does on xstate', (_name, machine) => {
    compareWithXstate(machine, { runs: 300 })
  })

  test.each(machines)('%s can be drawn from JSON', (_name, machine) => {
    const drawn = graph(compile(machine))
    expect(JSON.parse(JSON.stringify(drawn))).toEqual(drawn)
  })
})
