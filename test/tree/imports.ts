import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { isNode, lineAt, literalText, type Node, type Source, walk } from './source.js'

/** One import of a file, in any of the forms the language has. */
export interface Import {
  /** As written; `undefined` when it is computed at run time. */
  readonly specifier: string | undefined
  /**
   * Whether nothing remains of it at run time. `import { type A } from 'a'` does remain: the compiler keeps
   * `import 'a'` for it (verbatimModuleSyntax).
   */
  readonly typeOnly: boolean
  readonly line: number
}

/** Where an import leads: a file of this tree, a module of Node, a package, or nowhere one can tell. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'node'; readonly module: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'computed' }

export function importsOf(source: Source): Import[] {
  const found: Import[] = []
  walk(source.program, (node) => {
    const origin = importedFrom(node)
    if (origin === undefined) return
    found.push({
      specifier: literalText(origin.from),
      typeOnly: origin.typeOnly,
      line: lineAt(source, node.start),
    })
  })
  return found
}

export function targetOf(from: string, specifier: string | undefined): Target {
  if (specifier === undefined) return { kind: 'computed' }
  if (specifier.startsWith('.')) {
    const path = posix.normalize(posix.join(posix.dirname(from), specifier)).replace(/\.js$/, '.ts')
    return { kind: 'file', path }
  }
  const bare = specifier.replace(/^node:/, '')
  if (specifier.startsWith('node:') || builtinModules.includes(bare)) return { kind: 'node', module: `node:${bare}` }
  const parts = specifier.split('/')
  return { kind: 'package', name: specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier) }
}

function importedFrom(node: Node): { from: unknown; typeOnly: boolean } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return { from: node['source'], typeOnly: node['importKind'] === 'type' }
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return isNode(node['source']) ? { from: node['source'], typeOnly: node['exportKind'] === 'type' } : undefined
    case 'ImportExpression':
      return { from: node['source'], typeOnly: false }
    case 'TSImportType':
      return { from: node['source'], typeOnly: true }
    case 'TSExternalModuleReference':
      return { from: node['expression'], typeOnly: false }
    default:
      return undefined
  }
}
