import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkout } from '../support/command.js'

const source = join(checkout, 'src')
const sources = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(source, file), 'utf8'))
const page = (name: string): string => readFileSync(join(checkout, 'docs/reference', name), 'utf8')

/** The literals of a union type, from its `=` to the end of the declaration. */
function membersOf(declaration: string): string[] {
  return [...declaration.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').matchAll(/'([^']+)'/g)].map(([, member]) => member!)
}

const codes = sources.flatMap((text) =>
  [...text.matchAll(/^export type (\w+ErrorCode) =([\s\S]*?)\n(?=\n|export|\/\*\*)/gm)].flatMap(([, name, body]) =>
    membersOf(body!).map((code) => ({ name: name!, code })),
  ),
)

test('the codes of all errors are found in the sources', () => {
  expect(new Set(codes.map(({ name }) => name)).size).toBeGreaterThanOrEqual(8)
  expect(codes).toContainEqual({ name: 'MachineErrorCode', code: 'not-running' })
  expect(codes).toContainEqual({ name: 'AskErrorCode', code: 'target-ended' })
})

test.each(codes)('the page on errors names $code of $name', ({ code }) => {
  expect(page('errors.md')).toContain(`\`${code}\``)
})

test('the page on events has a row for each event, and no other', () => {
  const declared = /export interface SystemEvents \{\n([\s\S]*?)\n\}/.exec(
    sources.find((text) => text.includes('interface SystemEvents {')) ?? '',
  )
  const events = [...(declared?.[1] ?? '').matchAll(/^ {2}'?([\w-]+)'?:/gm)].map(([, name]) => name!)
  expect(events.length).toBeGreaterThan(15)
  const rows = [...page('events.md').matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name!)
  expect(rows.sort()).toEqual(events.sort())
})
