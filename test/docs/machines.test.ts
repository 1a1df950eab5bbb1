import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { compile, graph } from '../../src/machine/index.js'
import { blocksIn } from '../support/markdown.js'
import { drawn, page, pictures, withPictures } from './pictures.js'

const all = await pictures()
const text = readFileSync(page, 'utf8')

test.each(all)('the page on machines shows $path as it is (else: npx tsx test/docs/draw.ts)', ({ text: picture }) => {
  expect(text).toContain(picture)
})

test('the page on machines shows no other pictures', () => {
  expect(blocksIn(text).filter(({ language }) => language === 'mermaid')).toHaveLength(all.length)
})

const door = drawn(
  'src/door.machine.ts',
  graph(
    compile(
      createMachine({
        id: 'door',
        initial: 'shut',
        states: {
          shut: {
            description: 'Nobody gets in',
            tags: ['safe'],
            on: { OPEN: { guard: 'unlocked', target: 'open', actions: 'creak' }, SHUT: {}, KNOCK: { actions: 'ring' } },
          },
          open: { after: { 500: 'shut' }, on: { SHUT: 'shut', BURN: 'gone' } },
          gone: { type: 'final' },
        },
      }),
    ),
  ),
)

test('a picture has an arrow per pair of states, with all that leads along it, and leaves out what is ignored', () => {
  expect(door.split('\n').filter((line) => line.includes('-->') && !line.startsWith('<!--'))).toEqual([
    '  [*] --> shut',
    '  shut --> open: OPEN [unlocked] / creak',
    '  shut --> shut: KNOCK / ring',
    '  open --> shut: SHUT, after 500 ms',
    '  open --> gone: BURN',
    '  gone --> [*]',
  ])
  expect(door).toContain('| `shut` | Nobody gets in | `safe` |')
})

test('a picture that is stale is replaced, and what stands around it stays', () => {
  const stale = 'before\n<!-- src/door.machine.ts -->\nold\n<!-- / -->\nafter <!-- src/other.machine.ts --> <!-- / -->'
  const [before, rest] = withPictures(stale, [{ path: 'src/door.machine.ts', text: door }]).split(door)
  expect([before, rest]).toEqual(['before\n', '\nafter <!-- src/other.machine.ts --> <!-- / -->'])
})
