import type { Disagreement, Duel } from './duel.js'
import type { Played } from './scenario.js'

export interface SearchOptions {
  readonly seconds: number
  /** How many scenarios are under way at once. Nearly all of their time is waiting, on Erlang's side. */
  readonly most: number
  readonly onProgress?: (search: Search) => void
}

/** Plays scenarios on both sides until the time is over, or one is found on which they do not agree. */
export class Search {
  played = 0
  commands = 0
  /** Scenarios that turned out to have more than one right trace. */
  notCovered = 0
  found: Disagreement | undefined
  private readonly sinceMs = performance.now()

  constructor(
    private readonly duel: Duel,
    private readonly scenarios: Iterator<Played, void>,
    private readonly options: SearchOptions,
  ) {}

  /** Answers at once when a difference is found, though others are still being played. */
  run(): Promise<Disagreement | undefined> {
    return new Promise((resolve, reject) => {
      const works = Array.from({ length: this.options.most }, () => this.work(resolve))
      Promise.all(works).then(() => resolve(this.found), reject)
    })
  }

  get seconds(): number {
    return (performance.now() - this.sinceMs) / 1_000
  }

  toString(): string {
    const { played, commands, notCovered, found, seconds } = this
    const outcome = found === undefined ? 'no difference' : 'a difference'
    return `${played} scenarios, ${commands} commands in ${seconds.toFixed()} s (${notCovered} left out): ${outcome}`
  }

  private async work(onFound: (found: Disagreement) => void): Promise<void> {
    while (this.found === undefined && this.seconds < this.options.seconds) {
      const next = this.scenarios.next()
      if (next.done) return
      const verdict = await this.duel.compare(next.value)
      if (verdict === 'not covered') this.notCovered++
      else {
        this.played++
        this.commands += next.value.cmds.length
      }
      if (typeof verdict === 'object') {
        this.found ??= verdict
        onFound(verdict)
      }
      if (this.found === undefined) this.options.onProgress?.(this)
    }
  }
}
