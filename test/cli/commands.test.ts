import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commands, runCommandLine } from '../../src/cli/commands.js'

const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const out: string[] = []
  const err: string[] = []
  const code = await runCommandLine(args, {
    out: (line) => {
      out.push(line)
    },
    err: (line) => {
      err.push(line)
    },
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

test.each([['--help'], ['-h'], ['help'], []])('holdfast %s lists every command', async (...args) => {
  const { code, out, err } = await run(...args)
  for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'))
  expect({ code, err }).toEqual({ code: 0, err: '' })
})

test.each([['--version'], ['-v'], ['version']])('holdfast %s prints the version of the package', async (...args) => {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(file) as { version: string }
  expect(await run(...args)).toEqual({ code: 0, out: version, err: '' })
})

test('an unknown command gives one line and exit code 2', async () => {
  const err = 'holdfast: unknown command "chekc"; run "holdfast --help" to see what there is'
  expect(await run('chekc', '--json')).toEqual({ code: 2, out: '', err })
})

test('an unknown option gives one line and exit code 2', async () => {
  const err = 'holdfast: unknown option "--fast"; run "holdfast --help" to see what there is'
  expect(await run('--fast')).toEqual({ code: 2, out: '', err })
})
