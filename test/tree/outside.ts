import { importsOf, targetOf } from './imports.js'
import { type GlobalUse, globalUses } from './scope.js'
import { lineAt, type Problem, type Source } from './source.js'

/** One way in which the outside can enter a program: what it is called, and why it has to come through the world. */
export interface OutsideRule {
  readonly name: string
  /** Global names, and members of globals that are otherwise pure: `Math.random`. */
  readonly globals: readonly string[]
  /** Modules of Node. Those named nowhere fall under input and output, unless they are `pureModules`. */
  readonly modules: readonly string[]
  readonly reason: string
}

/** Files in which some of these rules do not hold. */
export interface Edge {
  readonly files: RegExp
  /** Names of the rules; `all` for every one. */
  readonly may: readonly string[] | 'all'
  readonly reason: string
}

export const outsideRules: readonly OutsideRule[] = [
  {
    name: 'time',
    globals: ['Date', 'performance', 'Temporal'],
    modules: ['node:perf_hooks'],
    reason: 'a clock read past the world cannot be repeated or moved by hand; use world.clock',
  },
  {
    name: 'timers',
    globals: [
      'setTimeout',
      'setInterval',
      'setImmediate',
      'clearTimeout',
      'clearInterval',
      'clearImmediate',
      'queueMicrotask',
      'scheduler',
      'AbortSignal.timeout',
      'Atomics.wait',
      'Atomics.waitAsync',
    ],
    modules: ['node:timers', 'node:timers/promises'],
    reason: 'work scheduled past the world runs in an order no simulation chose; use world.timers or world.turn',
  },
  {
    name: 'chance',
    globals: ['Math.random', 'crypto'],
    modules: ['node:crypto'],
    reason:
      'numbers drawn past the world do not come back with the seed; use a named stream of world.random or world.ids',
  },
  {
    name: 'process',
    globals: ['process', 'navigator', 'Bun', 'Deno'],
    modules: [
      'node:process',
      'node:os',
      'node:child_process',
      'node:worker_threads',
      'node:cluster',
      'node:v8',
      'node:vm',
      'node:inspector',
      'node:async_hooks',
      'node:diagnostics_channel',
      'node:module',
    ],
    reason:
      'a library must not depend on, or act on, the process it runs in; take what is needed as an option, or use world.spawn',
  },
  {
    name: 'input and output',
    globals: [
      'fetch',
      'WebSocket',
      'EventSource',
      'XMLHttpRequest',
      'MessageChannel',
      'MessagePort',
      'BroadcastChannel',
      'Worker',
      'localStorage',
      'sessionStorage',
      'require',
    ],
    modules: [
      'node:fs',
      'node:fs/promises',
      'node:net',
      'node:tls',
      'node:dgram',
      'node:dns',
      'node:http',
      'node:https',
    ],
    reason:
      'what is read or sent past the world can neither fail on demand nor be replayed; use world.disk or world.net',
  },
  {
    name: 'console',
    globals: ['console'],
    modules: ['node:console', 'node:readline', 'node:tty', 'node:repl'],
    reason: 'a library reports by typed events; they are turned into text at the edge',
  },
  {
    name: 'collector',
    globals: ['WeakRef', 'FinalizationRegistry'],
    modules: [],
    reason: 'when the garbage collector runs is chance; end lifetimes explicitly',
  },
  {
    name: 'locale',
    globals: ['Intl'],
    modules: [],
    reason: 'language and time zone belong to the machine, and a formatter without arguments reads the clock',
  },
  {
    name: 'code from text',
    globals: ['eval', 'Function', 'WebAssembly'],
    modules: [],
    reason: 'nobody can check what such code reaches, and pages with a content security policy refuse it',
  },
  {
    name: 'global object',
    globals: ['globalThis', 'global', 'window', 'self'],
    modules: [],
    reason: 'everything above can be reached through the global object when it is passed on or indexed at run time',
  },
]

/** Where the outside may enter. Each edge may do what its own work needs and no more. */
export const edges: readonly Edge[] = [
  { files: /^world\/node\.ts$/, may: 'all', reason: 'the real world: the one place where ports meet Node' },
  {
    files: /^world\/node-\w+\.ts$/,
    may: ['process', 'input and output'],
    reason: 'parts of the real world, one port a file; layers.ts lets world/node.ts alone import them',
  },
  {
    files: /^isolate\//,
    may: ['process', 'input and output'],
    reason: 'starts, feeds and kills workers and processes, which is what isolation is',
  },
  {
    files: /^store\/(lmdb|postgres|nats)\.ts$/,
    may: ['input and output'],
    reason: 'drivers are native or remote; a simulation replaces them at the store interface',
  },
  { files: /^inspect\/live(\/.*)?\.ts$/, may: ['input and output'], reason: 'serves the live page' },
  {
    files: /^cli\//,
    may: ['process', 'input and output', 'console', 'locale'],
    reason: 'the command line talks to people: arguments, terminal, exit codes, files named by them',
  },
]

/** Globals of the language that give the same answer to the same question, always and everywhere. */
const pureGlobals: ReadonlySet<string> = new Set([
  ...['undefined', 'NaN', 'Infinity', 'arguments', 'parseInt', 'parseFloat', 'isNaN', 'isFinite'],
  ...['encodeURI', 'encodeURIComponent', 'decodeURI', 'decodeURIComponent', 'atob', 'btoa', 'structuredClone'],
  ...[
    'Object',
    'Array',
    'String',
    'Number',
    'Boolean',
    'Symbol',
    'BigInt',
    'RegExp',
    'JSON',
    'Math',
    'Reflect',
    'Proxy',
  ],
  ...['Promise', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Iterator', 'DisposableStack', 'AsyncDisposableStack'],
  ...['Error', 'AggregateError', 'SuppressedError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError'],
  ...['TypeError', 'URIError', 'DOMException', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Atomics', 'Buffer'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'],
  ...['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'TextEncoder', 'TextDecoder'],
  ...['AbortController', 'AbortSignal', 'Event', 'EventTarget', 'URL', 'URLSearchParams'],
])

/** Modules of Node that only compute. */
const pureModules: ReadonlySet<string> = new Set([
  'node:path',
  'node:path/posix',
  'node:util',
  'node:url',
  'node:buffer',
])

const globalObjects: ReadonlySet<string> = new Set(['globalThis', 'global', 'window', 'self'])
const byGlobal = new Map(outsideRules.flatMap((rule) => rule.globals.map((name) => [name, rule] as const)))
const byModule = new Map(outsideRules.flatMap((rule) => rule.modules.map((name) => [name, rule] as const)))
/** Pure globals with impure members: these may only be used member by member, or the member would be hidden. */
const mixed = new Set([...byGlobal.keys()].filter((name) => name.includes('.')).map((name) => name.split('.')[0]))

/** Checks that time, chance, timers, the process, and input and output enter where they may and nowhere else. */
export function checkOutside(all: readonly Source[]): Problem[] {
  return all.flatMap((source) => [...checkGlobals(source), ...checkModules(source)])
}

function checkGlobals(source: Source): Problem[] {
  return globalUses(source.program).flatMap((use) => {
    const refusal = refusalOf(use)
    if (refusal === undefined || allowed(source.path, refusal.rule)) return []
    return [{ path: source.path, line: lineAt(source, use.start), ...refusal }]
  })
}

function checkModules(source: Source): Problem[] {
  return importsOf(source).flatMap(({ specifier, line }) => {
    const target = targetOf(source.path, specifier)
    if (target.kind !== 'node' || pureModules.has(target.module)) return []
    const rule = byModule.get(target.module) ?? outsideRules.find(({ name }) => name === 'input and output')!
    if (allowed(source.path, rule.name)) return []
    return [{ path: source.path, line, rule: rule.name, found: `imports ${target.module}`, reason: rule.reason }]
  })
}

function refusalOf(use: GlobalUse): Pick<Problem, 'rule' | 'found' | 'reason'> | undefined {
  const path = [...use.path]
  while (path.length > 1 && globalObjects.has(path[0]!)) path.shift()
  const [root, member] = path as [string, string | undefined]
  if (globalObjects.has(root) && use.compared) return undefined
  const rule = byGlobal.get(root) ?? (member === undefined ? undefined : byGlobal.get(`${root}.${member}`))
  const found = use.path.join('.')
  if (rule !== undefined) return { rule: rule.name, found, reason: rule.reason }
  if (mixed.has(root) && member === undefined && !use.compared) {
    const impure = [...byGlobal.keys()].filter((name) => name.startsWith(`${root}.`)).join(', ')
    const reason = `passed on as a whole, it can give ${impure} to anyone; take the member you need by its name`
    return { rule: 'whole objects', found: root, reason }
  }
  if (pureGlobals.has(root)) return undefined
  const reason =
    'a global nobody has judged; if it is pure, add it to pureGlobals in test/tree/outside.ts, else to a rule'
  return { rule: 'unknown global', found, reason }
}

function allowed(path: string, rule: string): boolean {
  return edges.some(({ files, may }) => files.test(path) && (may === 'all' || may.includes(rule)))
}
