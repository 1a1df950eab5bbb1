import { readFileSync } from 'node:fs'
import type { Scenario, Step } from './scenario.js'

/** A scenario with the trace that Erlang's own supervisor gave. */
export type Recorded = Scenario & { readonly trace: readonly Step[] }

/** The records of a file of this folder. */
export function records(file: 'traces.jsonl' | 'found.jsonl'): Recorded[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => JSON.parse(line) as Recorded)
}
