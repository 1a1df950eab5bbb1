import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { peerOf } from './peers/index.js'
import { taskOf } from './tasks.js'
import type { Row } from './workloads.js'

/** One measurement: a number, or why there is none. */
export type Measurement =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: string }

const timeoutMs = 180_000
const here = import.meta.dirname
const erlangFolder = join(here, 'erlang')
// The compiled command lies in .build/bench of the package.
const erlangSource = resolve(here, '../../test/bench/erlang/bench.erl')

/** Measures one row in a fresh process of its own. */
export const measureRow = ({ peer, task }: Row): Measurement => {
  const entry = peerOf(peer)
  const operations = String(entry.operations?.[task] ?? taskOf(task).operations)
  if (entry.erlang === undefined) {
    const flags = ['--expose-gc', ...(entry.flags ?? [])]
    return runChild(process.execPath, [...flags, join(here, 'measure.js'), peer, task, operations])
  }
  const { kind, schedulers } = entry.erlang
  const emulator = ['+S', `${schedulers}:${schedulers}`, '+P', '1000000', '-noshell', '-pa', erlangFolder]
  return runChild('erl', [...emulator, '-s', 'bench', 'main', '-extra', kind, task, operations])
}

const runChild = (command: string, args: readonly string[]): Measurement => {
  const child = spawnSync(command, args, { encoding: 'utf8', timeout: timeoutMs, maxBuffer: 1 << 24 })
  if (child.error !== undefined) return { ok: false, reason: child.error.message }
  if (child.status !== 0) {
    const output = child.stderr.trim() || child.stdout.trim()
    const ending = child.signal === null ? `exit ${child.status}` : `signal ${child.signal}`
    return { ok: false, reason: `${ending}: ${firstTellingLine(output)}` }
  }
  return readMeasurement(child.stdout)
}

// Node prints where it threw before what it threw.
const firstTellingLine = (output: string): string => {
  const lines = output.split('\n')
  return (lines.find((line) => /error|wrong/i.test(line)) ?? lines[0] ?? '').trim().slice(0, 300)
}

/** Reads a child's last line, which is `{"operations": n, "value": x}`. */
export const readMeasurement = (stdout: string): Measurement => {
  const line = stdout.trim().split('\n').at(-1) ?? ''
  try {
    const parsed: unknown = JSON.parse(line)
    if (typeof parsed === 'object' && parsed !== null && 'value' in parsed) {
      const value = parsed.value
      if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return { ok: true, value }
    }
  } catch {
    // Reported below with the line itself.
  }
  return { ok: false, reason: `no measurement in the output: ${line.slice(0, 200)}` }
}

/** Compiles the Erlang peer; says why when that is not possible here. */
export const prepareErlang = (): { readonly ok: true } | { readonly ok: false; readonly reason: string } => {
  const probe = spawnSync('erl', ['-noshell', '-eval', 'halt(0).'], { encoding: 'utf8', timeout: timeoutMs })
  if (probe.error !== undefined || probe.status !== 0) return { ok: false, reason: 'erl is not on the PATH' }
  mkdirSync(erlangFolder, { recursive: true })
  const compiled = spawnSync('erlc', ['-o', erlangFolder, erlangSource], { encoding: 'utf8', timeout: timeoutMs })
  if (compiled.error === undefined && compiled.status === 0) return { ok: true }
  return { ok: false, reason: `erlc failed: ${compiled.error?.message ?? (compiled.stderr || compiled.stdout).trim()}` }
}
