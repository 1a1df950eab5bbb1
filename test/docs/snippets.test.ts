import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkout } from '../support/command.js'
import { programsIn } from '../support/markdown.js'
import { stagePackage } from '../support/package.js'
import { compileSnippets, faultsOf, type Snippet } from '../support/snippets.js'
import { documents } from './documents.js'

const found = documents().map(({ path, text }) => ({ path, programs: programsIn(text) }))
const listed = found.flatMap(({ path, programs }) => programs.map(({ line, heading }) => ({ path, line, heading })))

describe.runIf(listed.length > 0)(
  'every TypeScript snippet of the documents compiles, runs and prints what it says',
  () => {
    const folder = join(checkout, '.build/docs')
    let snippets: readonly Snippet[] = []

    beforeAll(async () => {
      // A package of its own name in node_modules: the snippets import Holdfast exactly as a reader would.
      await stagePackage(join(folder, 'node_modules/holdfast'))
      snippets = await compileSnippets(folder, found)
    }, 120_000)

    test.concurrent.for(listed)('$path:$line $heading', { timeout: 60_000 }, async ({ path, line }, context) => {
      const snippet = snippets.find(({ document, program }) => document === path && program.line === line)
      context.expect(snippet).toBeDefined()
      context.expect((await faultsOf(snippet!)).join('\n')).toBe('')
    })
  },
)

test('the front page shows a program and what it prints', () => {
  const [first] = found.find(({ path }) => path === 'README.md')?.programs ?? []
  expect(first?.expected, 'README.md needs a ```ts block, followed by a ```text block').toBeDefined()
})
