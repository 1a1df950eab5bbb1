import { parseArgs } from 'node:util'
import { sideBySide } from './compare.js'
import { type Disagreement, duel, shrink } from './duel.js'
import { draw } from './generate.js'
import { Oracle } from './oracle.js'
import type { Played } from './scenario.js'

/*
 * npm run otp:fuzz -- --minutes M --seed S
 *
 * Plays random scenarios on Erlang's own supervisor and on Holdfast until the time is over. Ends with 1 at the first
 * difference, after shrinking it: prints both traces side by side, and the record for found.jsonl.
 */

/** How many scenarios are under way at once: nearly all of their time is waiting, on Erlang's side. */
const most = 150

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } } })
  const minutes = Number(values.minutes)
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
    process.stderr.write('otp:fuzz: give --minutes above 0 and a whole number as --seed\n')
    return 2
  }
  console.log(`seed ${seed}, ${minutes} min`)
  await using oracle = await Oracle.start(most)
  const fuzz = new Fuzz(oracle, seed, performance.now() + minutes * 60_000)
  const found = await fuzz.run()
  console.log(fuzz.summary())
  if (found === undefined) return 0
  const smallest = await shrink(oracle, found)
  console.log(`\n${sideBySide(smallest.scenario, smallest.otp, smallest.ours)}\n`)
  console.log(JSON.stringify({ id: `found-${seed}`, ...smallest.scenario, trace: smallest.otp }))
  return 1
}

class Fuzz {
  private readonly scenarios: Generator<Played>
  private played = 0
  private commands = 0
  private left = 0
  private found: Disagreement | undefined
  private readonly sinceMs = performance.now()
  private reportedMs = this.sinceMs

  constructor(
    private readonly oracle: Oracle,
    seed: number,
    private readonly untilMs: number,
  ) {
    this.scenarios = draw(seed)
  }

  async run(): Promise<Disagreement | undefined> {
    await Promise.all(Array.from({ length: most }, () => this.work()))
    return this.found
  }

  summary(): string {
    const seconds = Math.round((performance.now() - this.sinceMs) / 1_000)
    return `${this.played} scenarios, ${this.commands} commands in ${seconds} s; ${this.left} left out as not covered; ${this.found === undefined ? 'no difference' : 'a difference'}`
  }

  private async work(): Promise<void> {
    while (this.found === undefined && performance.now() < this.untilMs) {
      const scenario = this.scenarios.next().value as Played
      const verdict = await duel(this.oracle, scenario)
      if (verdict === 'not covered') this.left++
      else {
        this.played++
        this.commands += scenario.cmds.length
      }
      if (typeof verdict === 'object') this.found ??= verdict
      this.report()
    }
  }

  private report(): void {
    const nowMs = performance.now()
    if (nowMs - this.reportedMs < 15_000 || nowMs > this.untilMs) return
    this.reportedMs = nowMs
    console.log(this.summary())
  }
}

process.exitCode = await main()
