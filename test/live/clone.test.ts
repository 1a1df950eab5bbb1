import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkout, runCommand, runNpm } from '../support/command.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-clone-'))
const clone = join(folder, 'holdfast')

beforeAll(async () => {
  const cloned = await runCommand('git', ['clone', '--quiet', '--no-hardlinks', checkout, clone])
  if (cloned.code !== 0) throw new Error(`git clone failed: ${cloned.err}`)
  const installed = await runNpm(['install', '--prefer-offline'], clone, 240_000)
  if (installed.code !== 0) throw new Error(`npm install failed:\n${installed.out}${installed.err}`)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('on a fresh clone, npm install builds the package and its command', async () => {
  const { code, out } = await runNpm(['exec', '--offline', '--', 'holdfast', '--help'], clone)
  expect(code).toBe(0)
  expect(out).toContain('Usage: holdfast')
})

test('on a fresh clone, npm start runs the flights through crashes and gets the exact result', async () => {
  const options = ['--flights', '100000', '--crashes', '20', '--seed', '7', '--json']
  const { code, out, err } = await runNpm(['start', '--', ...options], clone, 240_000)
  expect(code, `${out}${err}`).toBe(0)
  const summary: unknown = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
  expect(summary).toMatchObject({ flights: 100_000, crashes: 20, identical: true })
})

test('on a fresh clone, npm run quickstart goes on after its failures', async () => {
  const { code, out, err } = await runNpm(['run', '-s', 'quickstart'], clone)
  expect(code, `${out}${err}`).toBe(0)
  expect(out).not.toBe('')
})
