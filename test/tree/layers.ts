import { importsOf, targetOf } from './imports.js'
import type { Problem, Source } from './source.js'

/** What the files of one folder may import from other folders. Within a folder imports are free, cycles apart. */
export interface Layer {
  readonly folder: string
  /** Folders it may import anything from. */
  readonly from: readonly string[]
  /** Folders it may import types from (`import type`), and nothing that runs. */
  readonly types?: readonly string[]
  readonly reason: string
}

/** A package from the registry and the only files that may name it. */
export interface PackageRule {
  readonly name: string
  readonly files: RegExp
  readonly reason: string
}

const kernel = ['base', 'world', 'trace', 'machine', 'actor']
const supervised = [...kernel, 'supervision']
const runtime = [...supervised, 'health', 'store', 'stream', 'checkpoint', 'txn', 'isolate', 'cluster']

export const layers: readonly Layer[] = [
  {
    folder: 'base',
    from: [],
    reason: 'base is what everything else stands on: it can be read, tested and reused with nothing beside it',
  },
  {
    folder: 'world',
    from: ['base'],
    reason: 'the ports to the outside know nothing of actors, so that any world can stand in for any other',
  },
  {
    folder: 'trace',
    from: ['base'],
    reason: 'events carry their time with them; a trace that asked the world would change what it observes',
  },
  {
    folder: 'machine',
    from: ['base'],
    types: ['world'],
    reason: 'a machine is data with a step function; timers reach it as an argument, so of world it needs types alone',
  },
  {
    folder: 'actor',
    from: ['base', 'world', 'trace', 'machine'],
    reason: 'an actor must work with no supervisor over it: how it is restarted is decided above',
  },
  {
    folder: 'supervision',
    from: kernel,
    reason: 'supervisors are actors; they know nothing of streams, stores or health checks',
  },
  { folder: 'health', from: supervised, reason: 'health watches supervised actors; supervision works without it' },
  {
    folder: 'store',
    from: ['base', 'world', 'trace'],
    reason: 'a store keeps bytes and knows no actor, so that one contract suite fits the real and the simulated one',
  },
  {
    folder: 'stream',
    from: supervised,
    types: ['store'],
    reason: 'operators are supervised actors that see the store interface, never a driver',
  },
  { folder: 'checkpoint', from: [...supervised, 'stream', 'store'], reason: 'checkpoints cut through streams' },
  {
    folder: 'txn',
    from: [...supervised, 'stream', 'store', 'checkpoint'],
    reason: 'transactions commit what a checkpoint has agreed on',
  },
  {
    folder: 'isolate',
    from: supervised,
    reason: 'a worker or process is a supervised child like any other: supervision must not know that it is remote',
  },
  {
    folder: 'cluster',
    from: [...supervised, 'health', 'store', 'isolate'],
    reason: 'nodes are supervised and leased; a pipeline must not know on which of them it runs',
  },
  {
    folder: 'chaos',
    from: runtime,
    reason: 'chaos implements the ports of the world and the store interface; nothing it tests may know of it',
  },
  { folder: 'inspect', from: runtime, reason: 'inspection reads snapshots and events; only the command line uses it' },
  {
    folder: 'telemetry',
    from: ['base', 'world', 'trace'],
    types: runtime,
    reason: 'telemetry reads events and turns them into text at the edge; it must not reach into what it reports on',
  },
  {
    folder: 'cli',
    from: [...runtime, 'chaos', 'inspect', 'telemetry'],
    reason: 'the command line may use everything and is used by nothing',
  },
]

export const packages: readonly PackageRule[] = [
  {
    name: 'xstate',
    files: /^machine\/|\.machine\.ts$/,
    reason: 'machines are written as xstate definitions and compiled on load; the rest of the code sees tables',
  },
  { name: 'eventemitter3', files: /^trace\//, reason: 'events are emitted through trace, which shields emitters' },
  { name: 'nanoid', files: /^world\//, reason: 'ids come from the world, so that a simulation can repeat them' },
  { name: 'hyparquet', files: /^stream\/source\//, reason: 'an optional peer, named in the one source that needs it' },
  {
    name: 'hyparquet-compressors',
    files: /^stream\/source\//,
    reason: 'an optional peer, named in the one source that needs it',
  },
  { name: 'lmdb', files: /^store\/lmdb\.ts$/, reason: 'an optional peer, named in its one driver' },
  { name: 'postgres', files: /^store\/postgres\.ts$/, reason: 'an optional peer, named in its one driver' },
  { name: '@nats-io/*', files: /^(store\/nats\.ts$|cluster\/)/, reason: 'an optional peer, named in its drivers' },
  { name: 'fast-check', files: /^chaos\//, reason: 'an optional peer, used to search and shrink fault plans' },
  { name: '@opentelemetry/api', files: /^telemetry\//, reason: 'an optional peer, named in its one exporter' },
  { name: '@standard-schema/spec', files: /./, reason: 'types only: the interface that validation libraries share' },
]

/** Files that belong to one other file of their folder, and may be imported by it and by each other alone. */
export const parts: readonly { readonly files: RegExp; readonly of: RegExp; readonly reason: string }[] = [
  {
    files: /^world\/node-\w+\.ts$/,
    of: /^world\/node(-\w+)?\.ts$/,
    reason: 'they touch the machine; whoever needs what they do asks the world for the port',
  },
]

/** Files above all folders: the entry point, and nothing else. */
const entry: Layer = {
  folder: '.',
  from: layers.map((layer) => layer.folder).filter((folder) => folder !== 'cli'),
  reason: 'the entry point gathers the public surface; importing it must not load a command line',
}

/** Checks the direction of imports between folders, and which packages they may name. */
export function checkLayers(all: readonly Source[]): Problem[] {
  return all.flatMap((source) => {
    const layer = layerOf(source.path)
    if (layer === undefined) return [misplaced(source.path)]
    return importsOf(source).flatMap(({ specifier, typeOnly, line }) => {
      const problem = refusal(source.path, layer, specifier, typeOnly)
      return problem === undefined ? [] : [{ path: source.path, line, ...problem }]
    })
  })
}

function refusal(
  path: string,
  layer: Layer,
  specifier: string | undefined,
  typeOnly: boolean,
): Pick<Problem, 'rule' | 'found' | 'reason'> | undefined {
  const target = targetOf(path, specifier)
  switch (target.kind) {
    case 'node':
      return undefined
    case 'computed':
      return {
        rule: 'literal imports',
        found: 'an import whose target is computed at run time',
        reason: 'neither this check nor a bundler can follow it; write the specifier as a literal',
      }
    case 'package':
      return packageRefusal(path, target.name)
    case 'file': {
      const folder = folderOf(target.path)
      const part = parts.find(({ files, of }) => files.test(target.path) && !of.test(path))
      if (part !== undefined) return { rule: 'parts', found: `imports ${target.path}`, reason: part.reason }
      if (target.path.startsWith('..'))
        return {
          rule: 'import direction',
          found: specifier ?? '',
          reason: 'the package contains src/ and nothing else',
        }
      if (folder === layer.folder || layer.from.includes(folder)) return undefined
      if (typeOnly && layer.types?.includes(folder)) return undefined
      const asTypes = layer.types?.includes(folder) ? ' (only `import type` is allowed)' : ''
      const towards = folder === '.' ? target.path : `${folder}/`
      return { rule: 'import direction', found: `imports ${towards}${asTypes}`, reason: layer.reason }
    }
  }
}

function packageRefusal(path: string, name: string): Pick<Problem, 'rule' | 'found' | 'reason'> | undefined {
  const rule = packages.find((candidate) =>
    candidate.name.endsWith('/*') ? name.startsWith(candidate.name.slice(0, -1)) : candidate.name === name,
  )
  if (rule?.files.test(path)) return undefined
  const reason =
    rule?.reason ?? 'a new dependency is a decision: record it in docs/decisions/0001-dependencies.md and add it here'
  return { rule: 'packages', found: `imports ${name}`, reason }
}

function misplaced(path: string): Problem {
  return {
    path,
    line: 1,
    rule: 'layout',
    found: 'a file in no known folder',
    reason: 'each folder has a row in test/tree/layers.ts that says what it may import; add one, with its reason',
  }
}

function layerOf(path: string): Layer | undefined {
  if (path === 'index.ts') return entry
  return layers.find((layer) => layer.folder === folderOf(path))
}

const folderOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '.') : '.')
