import { VirtualWorldError } from 'holdfast/world'
import { type Difference, firstDifference } from './compare.js'
import { isCovered, isSteady, type Restart } from './covered.js'
import { type Oracle, StuckError } from './oracle.js'
import { type OnRestart, play } from './play.js'
import type { Played, Step } from './scenario.js'
import { simpler } from './shrink.js'

/** One scenario on which the two do not agree. */
export interface Disagreement extends Difference {
  readonly scenario: Played
  /** What Erlang/OTP did. */
  readonly otp: readonly Step[]
  /** What Holdfast did; where it broke, one step with the error as its reply. */
  readonly ours: readonly Step[]
}

export type Verdict = 'equal' | 'not covered' | Disagreement

/** Plays scenarios on both sides and compares. */
export class Duel {
  /** Another `player` than ours shows whether its mistakes would be found. */
  constructor(
    private readonly oracle: Oracle,
    private readonly player: typeof play = play,
  ) {}

  /**
   * Plays one scenario. A difference counts only when it shows three times: Erlang plays in real time, and on a busy
   * machine it can be late.
   */
  async compare(scenario: Played): Promise<Verdict> {
    if (!isCovered(scenario)) return 'not covered'
    const restarts: Restart[] = []
    const ours = await this.playOurs(scenario, (supervisor, atMs) => restarts.push({ supervisor, atMs }))
    for (let attempt = 1; ; attempt++) {
      const otp = await this.playOtp(scenario)
      if (!isSteady(scenario, otp, restarts)) return 'not covered'
      const difference = firstDifference(otp, ours)
      if (difference === undefined) return 'equal'
      if (attempt === attemptsMax) return { ...difference, scenario, otp, ours }
    }
  }

  /** The smallest scenario found on which the two still disagree. Most candidates wait, so many are played at once. */
  async shrink(found: Disagreement): Promise<Disagreement> {
    const smaller = await this.firstDisagreement(simpler(found.scenario))
    return smaller === undefined ? found : this.shrink(smaller)
  }

  private async firstDisagreement(candidates: Iterator<Played, void>): Promise<Disagreement | undefined> {
    const batch: Promise<Verdict>[] = []
    for (let next = candidates.next(); !next.done; next = candidates.next()) {
      if (batch.push(this.compare(next.value)) === batchSize) break
    }
    const smaller = (await Promise.all(batch)).find((verdict) => typeof verdict === 'object')
    if (smaller !== undefined || batch.length < batchSize) return smaller
    return this.firstDisagreement(candidates)
  }

  private async playOurs(scenario: Played, onRestart: OnRestart): Promise<Step[]> {
    try {
      return await this.player(scenario, onRestart)
    } catch (error) {
      if (error instanceof VirtualWorldError && error.code === 'time-limit') return endless
      return [broken(error instanceof Error ? error.message : String(error))]
    }
  }

  private async playOtp(scenario: Played): Promise<Step[]> {
    try {
      return await this.oracle.play(scenario)
    } catch (error) {
      if (error instanceof StuckError) return endless
      throw error
    }
  }
}

const attemptsMax = 3
const batchSize = 32

function broken(reply: string): Step {
  return { events: [], reply: { broken: reply }, state: '' }
}

/** Both may restart for ever; how far they come until somebody loses patience is no part of the semantics. */
const endless: Step[] = [broken('endless')]
