import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, visitorKeys } from 'oxc-parser'

/** A syntax node, read by key: the rules look at few node kinds and must not break when a parser adds one. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** One parsed file. */
export interface Source {
  /** Path below `src/`, with forward slashes: `actor/cell.ts`. */
  readonly path: string
  readonly text: string
  readonly program: Node
  readonly comments: readonly { readonly value: string; readonly start: number }[]
}

/** One broken rule, at one place. */
export interface Problem {
  readonly path: string
  readonly line: number
  /** Short name of the rule. */
  readonly rule: string
  /** What was found there. */
  readonly found: string
  /** Why the rule exists and what to do instead. */
  readonly reason: string
}

/** Parses `text` as the file `path`. Throws when it is not TypeScript. */
export function parse(path: string, text: string): Source {
  const result = parseSync(path, text, { preserveParens: false })
  const [error] = result.errors
  if (error !== undefined) throw new Error(`src/${path} does not parse: ${error.message}`)
  return { path, text, program: result.program as unknown as Node, comments: result.comments }
}

/** Parses every TypeScript file below `src/`. */
export function sources(): Source[] {
  const root = fileURLToPath(new URL('../../src/', import.meta.url))
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => relative(root, join(root, path)).split(sep).join('/'))
    .sort()
    .map((path) => parse(path, readFileSync(join(root, path), 'utf8')))
}

/** The line, from 1, of a character offset. */
export function lineAt(source: Source, offset: number): number {
  let line = 1
  for (let at = source.text.indexOf('\n'); at !== -1 && at < offset; at = source.text.indexOf('\n', at + 1)) line += 1
  return line
}

/** All problems as text, one a paragraph; the empty string when there is none. */
export function report(problems: readonly Problem[]): string {
  return problems
    .map(({ path, line, rule, found, reason }) => `src/${path}:${line} ${rule}: ${found}\n    ${reason}`)
    .join('\n')
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

/** The nodes found under `key` of `node`: none, one, or the elements of a list. */
export function children(node: Node, key: string): Node[] {
  const value = node[key]
  if (Array.isArray(value)) return value.filter(isNode)
  return isNode(value) ? [value] : []
}

/** Calls `visit` for `node` and everything below it, types included. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const key of visitorKeys[node.type] ?? []) for (const child of children(node, key)) walk(child, visit)
}

/** The text of a string literal or of a template without holes. */
export function literalText(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value']
  if (node.type !== 'TemplateLiteral' || children(node, 'expressions').length > 0) return undefined
  const quasi = children(node, 'quasis')[0]?.['value'] as { cooked?: string } | undefined
  return quasi?.cooked
}
