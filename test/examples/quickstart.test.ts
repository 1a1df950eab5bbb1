import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkout } from '../support/command.js'
import { programsIn } from '../support/markdown.js'
import { compileExamples, type Program } from './program.js'

const read = (path: string): string => readFileSync(join(checkout, path), 'utf8')
const code = read('examples/quickstart/main.ts')

describe('the quickstart', () => {
  let quickstart: Program

  beforeAll(async () => {
    quickstart = (await compileExamples('examples-quickstart'))('quickstart')
  }, 60_000)

  test('fits on a page of 40 lines', () => {
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
  })

  test('goes on after every crash, and loses and repeats nothing', async () => {
    const { code: exit, out, err } = await quickstart.run()
    const lines = out.trimEnd().split('\n')
    const doubled = lines.filter((line) => /^\d+$/.test(line)).map(Number)
    const crashes = lines.flatMap((line, i) => (line.startsWith('/double crashed: ') ? [i] : []))
    expect(doubled).toHaveLength(20)
    expect(doubled.every((n) => n % 2 === 0)).toBe(true)
    expect(crashes.length).toBeGreaterThan(0)
    for (const at of crashes) {
      const number = Number(/bad luck with (\d+)$/.exec(lines[at] ?? '')?.[1])
      expect(lines.slice(at + 1, at + 3)).toEqual(['/double restarted', String(number * 2)])
    }
    expect(lines.at(-1)).toBe(`${crashes.length} crashes, ${crashes.length} restarts, nothing lost`)
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
  })

  test('is, to the letter, what the first tutorial shows', async () => {
    const [program] = programsIn(read('docs/tutorials/first-steps.md'))
    expect(program?.code.trim()).toBe(code.trim())
    expect(program?.expected).toBe((await quickstart.run()).out)
  })
})
