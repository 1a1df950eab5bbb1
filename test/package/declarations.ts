import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { importsOf } from '../tree/imports.js'
import { parse } from '../tree/source.js'

/** A module that a declaration file names, other than a file of the package itself. */
export interface DeclaredImport {
  readonly file: string
  readonly line: number
  readonly specifier: string
}

/** What the declarations reachable from the `exports` of the package in `folder` import from elsewhere. */
export function declaredImports(folder: string): DeclaredImport[] {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string }>
  }
  const open = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [join(folder, entry.types)]))
  const seen = new Set(open)
  const found: DeclaredImport[] = []
  for (const file of open) {
    if (!existsSync(file)) throw new Error(`package.json exports ${relative(folder, file)}, which was not built`)
    for (const { specifier, line } of importsOf(parse(file, readFileSync(file, 'utf8')))) {
      if (specifier === undefined) continue
      if (!specifier.startsWith('.')) {
        found.push({ file: relative(folder, file), line, specifier })
        continue
      }
      const next = join(dirname(file), specifier.replace(/\.js$/, '.d.ts'))
      if (!seen.has(next)) open.push(next)
      seen.add(next)
    }
  }
  return found
}
