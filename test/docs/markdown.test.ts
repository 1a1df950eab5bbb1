import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asPromised, blocksIn, programsIn, promise } from '../support/markdown.js'
import { compileSnippets, faultsOf, type Snippet } from '../support/snippets.js'

const document = (...lines: string[]): string => `${lines.join('\n')}\n`

describe('the blocks of a Markdown text', () => {
  test('are found with language, flags, line and heading', () => {
    const text = document(
      '# One',
      'prose',
      '```ts continues',
      'f()',
      '',
      'g()',
      '```',
      '## Two ##',
      '~~~',
      '```',
      '~~~',
    )
    expect(blocksIn(text)).toEqual([
      { language: 'ts', flags: ['continues'], text: 'f()\n\ng()\n', line: 4, heading: 'One' },
      { language: '', flags: [], text: '```\n', line: 10, heading: 'Two' },
    ])
  })

  test('lose the indentation of their list, and hide headings', () => {
    const text = document(
      '# One',
      '- item',
      '  ```sh',
      '  # no heading',
      '    more',
      '  ```',
      '````md',
      '```ts',
      '```',
      '````',
    )
    expect(blocksIn(text).map(({ text: body, heading }) => [body, heading])).toEqual([
      ['# no heading\n  more\n', 'One'],
      ['```ts\n```\n', 'One'],
    ])
  })

  test('have to end', () => {
    expect(() => blocksIn(document('a', '```ts', 'f()'))).toThrow('line 2: a fence that is never closed')
  })
})

describe('the programs of a Markdown text', () => {
  test('keep their lines, go on where told, and own the text printed after them', () => {
    const text = document(
      ...['# A', '```ts', 'const a = 1', '```', 'prints', '```text', 'one', '```', '```text', 'not printed', '```'],
      ...[
        '```ts continues',
        'f(a)',
        '```',
        '```text',
        'two',
        '```',
        '## B',
        '```ts',
        'g()',
        '```',
        '```sh',
        'ls',
        '```',
      ],
    )
    const [first, second, ...none] = programsIn(text)
    expect(first).toMatchObject({ line: 3, heading: 'A', expected: 'one\ntwo\n' })
    expect(first?.code.split('\n')).toEqual(['', '', 'const a = 1', ...Array(9).fill(''), 'f(a)', ''])
    expect(second).toMatchObject({ line: 20, heading: 'B', expected: undefined })
    expect(none).toEqual([])
  })

  test('may only use words that mean something', () => {
    expect(() => programsIn(document('```ts norun', 'f()', '```'))).toThrow('line 2: unknown word "norun" after ```ts')
    expect(() => programsIn(document('```ts continues', 'f()', '```'))).toThrow(
      'line 2: there is no snippet to continue',
    )
  })
})

describe('what a program printed', () => {
  const agrees = (printed: string, expected: string): boolean => asPromised(printed, expected) === promise(expected)

  test('agrees line by line, but for white space at the end', () => {
    expect(agrees('a \nb\n\n', 'a\nb\n')).toBe(true)
    expect(agrees('a\nc\n', 'a\nb\n')).toBe(false)
    expect(agrees('a\n', 'a\nb\n')).toBe(false)
    expect(agrees('a\nb\nc\n', 'a\nb\n')).toBe(false)
    expect(agrees(' a\n', 'a\n')).toBe(false)
  })

  test('may differ where the promise has an ellipsis, within its line', () => {
    expect(agrees('took 12.5 ms (ok)\n', 'took … ms (ok)\n')).toBe(true)
    expect(agrees('took 12.5 s (ok)\n', 'took … ms (ok)\n')).toBe(false)
    expect(agrees('took 1\n2 ms (ok)\n', 'took … ms (ok)\n')).toBe(false)
  })
})

describe('a snippet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-snippets-'))
  const text = document(
    ...['```ts', `console.log('good', 1 + 1)`, '```', '```text', 'good …', '```'],
    ...['```ts', 'const a: number = 1', `const b: string = a`, '```'],
    ...['```ts', `throw new Error('boom')`, '```'],
    ...['```ts', `console.log('actual')`, '```', '```text', 'promised', '```'],
  )
  let faults: string[][] = []

  beforeAll(async () => {
    const snippets: Snippet[] = await compileSnippets(folder, [{ path: 'a.md', programs: programsIn(text) }])
    faults = await Promise.all(snippets.map(faultsOf))
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('that does what it says has no fault', () => {
    expect(faults[0]).toEqual([])
  })

  test('that does not compile is named with the line of its document', () => {
    expect(faults[1]).toEqual([`a.md:9: error TS2322: Type 'number' is not assignable to type 'string'.`])
  })

  test('that throws is named with what it threw', () => {
    expect(faults[2]).toEqual([expect.stringMatching(/^a\.md:12: ended with exit code 1:[\s\S]*boom/)])
  })

  test('that prints something else is named with both texts', () => {
    expect(faults[3]).toEqual(['a.md:15: printed\nactual\ninstead of\npromised\n'])
  })
})
