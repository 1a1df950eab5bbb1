import { VirtualWorldError } from 'holdfast/world'
import { type Difference, firstDifference } from './compare.js'
import { isCovered, isSteady, type Restart } from './covered.js'
import { type Oracle, type Performance, StuckError } from './oracle.js'
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
   * Plays one scenario. A difference counts only when it shows twice while Erlang was on time, or `attemptsMax` times
   * on a machine that never lets it be.
   */
  async compare(scenario: Played): Promise<Verdict> {
    if (!isCovered(scenario)) return 'not covered'
    const restarts: Restart[] = []
    const ours = await this.playOurs(scenario, (supervisor, atMs) => restarts.push({ supervisor, atMs }))
    for (let attempt = 1, onTime = 0; ; attempt++) {
      const { trace, late } = await this.playOtp(scenario)
      if (!isSteady(scenario, trace, restarts)) return 'not covered'
      const difference = firstDifference(trace, ours)
      if (difference === undefined) return 'equal'
      if (!late) onTime++
      if (onTime === 2 || attempt === attemptsMax) return { ...difference, scenario, otp: trace, ours }
    }
  }

  /** The smallest scenario found on which the two still disagree. */
  async shrink(found: Disagreement): Promise<Disagreement> {
    const { scenario, step } = found
    const cut = { ...scenario, cmds: scenario.cmds.slice(0, step) }
    const smaller =
      (cut.cmds.length < scenario.cmds.length ? await this.firstDisagreement([cut].values()) : undefined) ??
      (await this.firstDisagreement(simpler(scenario)))
    return smaller === undefined ? found : this.shrink(smaller)
  }

  /** Most scenarios only wait, so many are played at once. */
  private async firstDisagreement(candidates: Iterator<Played, unknown>): Promise<Disagreement | undefined> {
    const batch: Promise<Verdict>[] = []
    for (let next = candidates.next(); !next.done; next = candidates.next()) {
      if (batch.push(this.compare(next.value)) === batchSize) break
    }
    for (const candidate of batch) {
      const verdict = await candidate
      if (typeof verdict === 'object') return verdict
    }
    return batch.length < batchSize ? undefined : this.firstDisagreement(candidates)
  }

  private async playOurs(scenario: Played, onRestart: OnRestart): Promise<Step[]> {
    try {
      return await this.player(scenario, onRestart)
    } catch (error) {
      if (error instanceof VirtualWorldError && error.code === 'time-limit') return endless
      return [broken(error instanceof Error ? error.message : String(error))]
    }
  }

  private async playOtp(scenario: Played): Promise<Performance> {
    try {
      return await this.oracle.play(scenario)
    } catch (error) {
      if (error instanceof StuckError) return { trace: endless, late: false }
      throw error
    }
  }
}

const attemptsMax = 8
const batchSize = 32

function broken(reply: string): Step {
  return { events: [], reply: { broken: reply }, state: '' }
}

/** Both may restart for ever; how far they come until somebody loses patience is no part of the semantics. */
const endless: Step[] = [broken('endless')]
