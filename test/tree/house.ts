import { importsOf, targetOf } from './imports.js'
import { lineAt, type Problem, type Source, walk } from './source.js'

/** Files stay below this many lines. */
export const linesMax = 400

const reasons = {
  length: 'a file that no longer fits in one reading holds more than one noun; give the second its own file',
  any: 'it switches off every check downstream, in the code of users too; use unknown and narrow it',
  directive: 'a check switched off here stays off; write the code so that it passes',
  unfinished: 'what is left to do belongs in the tracker, and what is here works',
  machine: 'a definition that no file beside it uses governs nothing; put it in the folder of the code it governs',
}

/** Checks what the house asks of every file. */
export function checkHouse(all: readonly Source[]): Problem[] {
  return [...all.flatMap((source) => [...length(source), ...noAny(source), ...comments(source)]), ...machines(all)]
}

function length(source: Source): Problem[] {
  const lines = source.text.trimEnd().split('\n').length
  if (lines < linesMax) return []
  const found = `${lines} lines, of under ${linesMax}`
  return [{ path: source.path, line: lines, rule: 'length', found, reason: reasons.length }]
}

function noAny(source: Source): Problem[] {
  const problems: Problem[] = []
  walk(source.program, (node) => {
    if (node.type !== 'TSAnyKeyword') return
    const line = lineAt(source, node.start)
    problems.push({ path: source.path, line, rule: 'no any', found: 'any', reason: reasons.any })
  })
  return problems
}

function comments(source: Source): Problem[] {
  return source.comments.flatMap(({ value, start }) => {
    const line = lineAt(source, start)
    const directive = /@ts-(ignore|expect-error|nocheck)|biome-ignore|eslint-disable/.exec(value)?.[0]
    const unfinished = /\b(TODO|FIXME|XXX|HACK)\b/.exec(value)?.[0]
    return [
      ...(directive
        ? [{ path: source.path, line, rule: 'no directive', found: directive, reason: reasons.directive }]
        : []),
      ...(unfinished
        ? [{ path: source.path, line, rule: 'finished', found: unfinished, reason: reasons.unfinished }]
        : []),
    ]
  })
}

function machines(all: readonly Source[]): Problem[] {
  return all
    .filter(({ path }) => path.endsWith('.machine.ts') && !all.some((other) => governs(path, other)))
    .map(({ path }) => ({
      path,
      line: 1,
      rule: 'machine beside its code',
      found: 'no file of this folder imports it',
      reason: reasons.machine,
    }))
}

/** Whether `other` is code of the same folder that runs on the machine: neither an index nor another definition. */
function governs(machine: string, other: Source): boolean {
  if (folderOf(other.path) !== folderOf(machine) || /(^|\/)index\.ts$|\.machine\.ts$/.test(other.path)) return false
  return importsOf(other).some(({ specifier, typeOnly }) => {
    const target = targetOf(other.path, specifier)
    return !typeOnly && target.kind === 'file' && target.path === machine
  })
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)
