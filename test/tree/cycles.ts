import { importsOf, targetOf } from './imports.js'
import type { Problem, Source } from './source.js'

const reason =
  'files that load each other run in an order that depends on who was asked first; move what both need into a third. ' +
  'Types may refer to each other (`import type`): nothing of that is left at run time'

/** Finds files that import each other in a circle at run time. Each circle is reported once. */
export function checkCycles(all: readonly Source[]): Problem[] {
  const edges = new Map(all.map((source) => [source.path, edgesOf(source)]))
  const done = new Set<string>()
  const problems: Problem[] = []
  for (const { path } of all) visit(path, [])
  return problems

  function visit(path: string, trail: readonly string[]): void {
    const seenAt = trail.indexOf(path)
    if (seenAt !== -1) {
      const circle = [...trail.slice(seenAt), path]
      const line = edges.get(path)?.get(circle[1] ?? '') ?? 1
      problems.push({ path, line, rule: 'no cycles', found: circle.join(' -> '), reason })
      return
    }
    if (done.has(path)) return
    for (const next of edges.get(path)?.keys() ?? []) visit(next, [...trail, path])
    done.add(path)
  }
}

/** The files that `source` loads, each with the line that does it. */
function edgesOf(source: Source): Map<string, number> {
  const found = new Map<string, number>()
  for (const { specifier, typeOnly, line } of importsOf(source)) {
    const target = targetOf(source.path, specifier)
    if (target.kind === 'file' && !typeOnly && !found.has(target.path)) found.set(target.path, line)
  }
  return found
}
