import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkout, runCommand } from '../support/command.js'

const folder = mkdtempSync(`${tmpdir()}/holdfast-erlang-`)

beforeAll(async () => {
  const { code, out, err } = await runCommand('erlc', ['-o', folder, `${checkout}test/bench/erlang/bench.erl`])
  if (code !== 0) throw new Error(`Erlang is needed here: "bash .ci/tools" installs it. erlc: ${out}${err}`)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The benchmark leaves Erlang out where it is missing, so nothing else would notice that its half no longer works.
test.each(['raw tell', 'raw pingpong', 'raw crash', 'otp crash'])(
  'the Erlang half of the benchmark does %s',
  async (work) => {
    const [kind = '', task = ''] = work.split(' ')
    const emulator = ['-noshell', '-pa', folder, '-s', 'bench', 'main', '-extra', kind, task, '1000']
    const { code, out, err } = await runCommand('erl', emulator)
    expect(code, `${out}${err}`).toBe(0)
    const result = JSON.parse(out) as { operations: number; value: number }
    expect(result.operations).toBe(1000)
    expect(result.value).toBeGreaterThan(0)
  },
)
