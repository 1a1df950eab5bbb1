import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { checkout } from '../support/command.js'
import { blocksIn } from '../support/markdown.js'
import { type Document, documents } from './documents.js'

const all = documents()

test.each(all)('every link of $path leads to a file of the repository or to the web', ({ path, text }) => {
  const missing = linksIn(text)
    .filter((link) => !/^(https?:|mailto:|#)/.test(link))
    .filter((link) => !existsSync(join(checkout, dirname(path), decodeURIComponent(link.replace(/#.*$/, '')))))
  expect(missing).toEqual([])
})

test.each(all)('every link of $path into a heading finds one', ({ path, text }) => {
  const missing = linksIn(text).filter((link) => {
    const [file = '', anchor] = link.split('#')
    if (anchor === undefined || /^(https?|mailto):/.test(link)) return false
    const target = file === '' ? path : join(dirname(path), file)
    const document = all.find((candidate) => candidate.path === target)
    return document !== undefined && !anchorsOf(document).includes(anchor)
  })
  expect(missing).toEqual([])
})

test.each(all)('$path shows code as ts, so that it is tested', ({ text }) => {
  const others = blocksIn(text).filter(({ language }) => /^(typescript|tsx|mts|js|jsx|javascript|mjs)$/.test(language))
  expect(others.map(({ line, language }) => `line ${line}: ${language}`)).toEqual([])
})

test('every page of docs/ can be reached from its index', () => {
  const index = all.find(({ path }) => path === 'docs/README.md')
  const listed = linksIn(index?.text ?? '').map((link) => join('docs', link.replace(/#.*$/, '')))
  const pages = all.map(({ path }) => path).filter((path) => path.startsWith('docs/') && path !== 'docs/README.md')
  expect(pages.filter((path) => !listed.includes(path))).toEqual([])
})

function linksIn(markdown: string): string[] {
  const prose = markdown.replace(/^( *)(`{3,}|~{3,}).*\n[\s\S]*?^ *\2 *$/gm, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map(([, link]) => link!)
}

/** Anchors as GitHub makes them from headings. */
function anchorsOf({ text }: Document): string[] {
  return [...text.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
}
