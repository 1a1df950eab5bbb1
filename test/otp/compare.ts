import { isDeepStrictEqual } from 'node:util'
import type { Command, Played, Step } from './scenario.js'

/** Where two traces of one scenario part: step 0 is the boot. */
export interface Difference {
  readonly step: number
  readonly expected: Step | undefined
  readonly actual: Step | undefined
}

/** The first step in which two traces differ. Both players have sorted the ends of instances already. */
export function firstDifference(expected: readonly Step[], actual: readonly Step[]): Difference | undefined {
  const steps = Math.max(expected.length, actual.length)
  for (let step = 0; step < steps; step++) {
    if (!isDeepStrictEqual(expected[step], actual[step]))
      return { step, expected: expected[step], actual: actual[step] }
  }
  return undefined
}

/** One step as lines for people: `terminated r/a#1 boom`, ..., `reply "ok"`, `state r#1(a#2)`. */
export function stepLines(step: Step | undefined): string[] {
  if (step === undefined) return ['(no step)']
  const { events, reply, state, ms } = step
  const lines = events.map((event) =>
    event.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' '),
  )
  return [...lines, `reply ${JSON.stringify(reply)}`, `state ${state}`, ...(ms === undefined ? [] : [`ms ${ms}`])]
}

/** Both traces beside each other, up to the step in which they differ; lines that differ are marked. */
export function sideBySide(scenario: Played, expected: readonly Step[], actual: readonly Step[]): string {
  const last = firstDifference(expected, actual)?.step ?? expected.length - 1
  const rows = [row('Erlang/OTP', 'Holdfast', ' ')]
  for (let step = 0; step <= last; step++) {
    rows.push(`${step}. ${step === 0 ? 'boot' : describe(scenario.cmds[step - 1])}`)
    const left = stepLines(expected[step])
    const right = stepLines(actual[step])
    for (let at = 0; at < Math.max(left.length, right.length); at++) {
      rows.push(row(left[at] ?? '', right[at] ?? '', left[at] === right[at] ? ' ' : '*'))
    }
  }
  return [`root ${JSON.stringify(scenario.root)}`, ...rows].join('\n')
}

const width = 72

function row(left: string, right: string, mark: string): string {
  return ` ${mark} ${left.padEnd(width)} | ${right}`
}

function describe(command: Command | undefined): string {
  return JSON.stringify(command)
}
