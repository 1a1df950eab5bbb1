import { VirtualWorldError } from 'holdfast/world'
import { type Difference, firstDifference } from './compare.js'
import { isCovered, isSteady, type Restart } from './covered.js'
import { type Oracle, StuckError } from './oracle.js'
import { play } from './play.js'
import type { Played, Step } from './scenario.js'
import { simpler } from './shrink.js'

/** One scenario on which the two do not agree. */
export interface Disagreement extends Difference {
  readonly scenario: Played
  /** What Erlang/OTP did. */
  readonly otp: readonly Step[]
  /** What Holdfast did; where it broke, up to that step, with the error as the reply. */
  readonly ours: readonly Step[]
}

export type Verdict = 'equal' | 'not covered' | Disagreement

/**
 * Plays a scenario on both. A difference counts only when it shows three times: Erlang plays in real time, and on a busy
 * machine it can be late.
 */
export async function duel(oracle: Oracle, scenario: Played): Promise<Verdict> {
  if (!isCovered(scenario)) return 'not covered'
  const restarts: Restart[] = []
  const ours = await playOurs(scenario, (supervisor, atMs) => restarts.push({ supervisor, atMs }))
  for (let attempt = 1; ; attempt++) {
    const otp = await playOtp(oracle, scenario)
    if (!isSteady(scenario, otp, restarts)) return 'not covered'
    const difference = firstDifference(otp, ours)
    if (difference === undefined) return 'equal'
    if (attempt === attemptsMax) return { ...difference, scenario, otp, ours }
  }
}

const attemptsMax = 3

/** The smallest scenario found on which the two still disagree. Plays many candidates at once, since most of them wait. */
export async function shrink(oracle: Oracle, found: Disagreement): Promise<Disagreement> {
  let smallest: Disagreement = found
  for (;;) {
    const smaller = await firstDisagreement(oracle, smallest.scenario)
    if (smaller === undefined) return smallest
    smallest = smaller
  }
}

async function firstDisagreement(oracle: Oracle, scenario: Played): Promise<Disagreement | undefined> {
  const candidates = simpler(scenario)
  for (;;) {
    const batch: Promise<Verdict>[] = []
    for (let next = candidates.next(); !next.done; next = candidates.next()) {
      if (batch.push(duel(oracle, next.value)) === batchSize) break
    }
    const smaller = (await Promise.all(batch)).find((verdict) => typeof verdict === 'object')
    if (smaller !== undefined || batch.length < batchSize) return smaller
  }
}

const batchSize = 32

async function playOurs(scenario: Played, onRestart: (supervisor: string, atMs: number) => void): Promise<Step[]> {
  try {
    return await play(scenario, onRestart)
  } catch (error) {
    if (error instanceof VirtualWorldError && error.code === 'time-limit') return endless
    return [broken(error instanceof Error ? error.message : String(error))]
  }
}

async function playOtp(oracle: Oracle, scenario: Played): Promise<Step[]> {
  try {
    return await oracle.play(scenario)
  } catch (error) {
    if (error instanceof StuckError) return endless
    throw error
  }
}

function broken(reply: string): Step {
  return { events: [], reply: { broken: reply }, state: '' }
}

/** Both may restart for ever; how far they come until somebody loses patience is no part of the semantics. */
const endless: Step[] = [broken('endless')]
