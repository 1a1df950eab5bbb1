import type { Clock } from '../world/clock.js'
import type { CrashReport } from './report.js'

/** The times of one operator's crashes: when it failed, when that was known, when it was recovered. */
export class Outages {
  private unrecovered: { readonly error: Error; readonly detectionMs: number; readonly knownMs: number }[] = []
  private failedMs = 0
  /** Since when a record has been under way in an asynchronous handler. */
  private sinceMs: number | undefined

  constructor(
    private readonly operator: string,
    private readonly clock: Clock,
    private readonly onCrash: (report: CrashReport) => void,
  ) {}

  /** An asynchronous handler begins: if it hangs, it has hung from here on. */
  began(): void {
    this.sinceMs = this.clock.now()
  }

  settled(): void {
    this.sinceMs = undefined
  }

  failed(hung: boolean): void {
    this.failedMs = (hung ? this.sinceMs : undefined) ?? this.clock.now()
    this.sinceMs = undefined
  }

  /** The supervisor has decided on a restart. */
  known(error: Error): void {
    const knownMs = this.clock.now()
    this.unrecovered.push({ error, detectionMs: knownMs - this.failedMs, knownMs })
  }

  /** The operator answers again: its crashes are reported. */
  recovered(): void {
    if (this.unrecovered.length === 0) return
    const nowMs = this.clock.now()
    for (const { error, detectionMs, knownMs } of this.unrecovered) {
      const [atMs, recoveryMs] = [knownMs - detectionMs, nowMs - knownMs]
      this.onCrash({ operator: this.operator, error, atMs, detectionMs, recoveryMs })
    }
    this.unrecovered = []
  }
}
