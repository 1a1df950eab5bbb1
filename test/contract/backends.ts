import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import type { UnitMain } from '../../src/world/index.js'
import { nodeWorld, virtualWorld, type World } from '../../src/world/index.js'

/** What a contract test gets: a world, and what the test may use in it. */
export interface Bench {
  readonly world: World
  /** An empty folder on the world's disk. */
  readonly folder: string
  /** The entry for a module in `units/`, ready to be started. */
  unit(name: string): Promise<string>
}

/** A port behaves the same in every world: these are the worlds. */
const backends: readonly Backend[] = [
  {
    name: 'the real world',
    async run(body) {
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-'))
      try {
        await body({ world: nodeWorld(), folder, unit: async (name) => entryOf(name) })
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  },
  {
    name: 'the virtual world',
    async run(body) {
      const world = virtualWorld()
      await world.until(world.disk.makeFolder('/bench'))
      // Modules are loaded before virtual time begins to be driven: loading is real I/O.
      const mains = new Map(await Promise.all(UNITS.map(async (name) => [name, await mainOf(name)] as const)))
      const unit = async (name: string): Promise<string> => {
        const main = mains.get(name)
        if (main !== undefined) world.spawn.register(entryOf(name), main)
        return entryOf(name)
      }
      await world.until(body({ world, folder: '/bench', unit }))
    },
  },
]

interface Backend {
  readonly name: string
  run(body: (bench: Bench) => Promise<void>): Promise<void>
}

/** Declares a suite once and runs it on every backend. `check` declares one test of it. */
export function contract(port: string, declare: (check: Check) => void): void {
  describe.each(backends)(`${port} of $name`, ({ run }) => {
    declare((name, body) => {
      test(name, () => run(body))
    })
  })
}

export type Check = (name: string, body: (bench: Bench) => Promise<void>) => void

const UNITS = ['echo', 'throws', 'rejects', 'farewell']

function entryOf(name: string): string {
  return new URL(`./units/${name}.mjs`, import.meta.url).href
}

async function mainOf(name: string): Promise<UnitMain> {
  const module: { readonly default: UnitMain } = await import(/* @vite-ignore */ entryOf(name))
  return module.default
}

/** The code of the error that `work` ends with, or `'none'`. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
    return 'none'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
