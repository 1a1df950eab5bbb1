/** A record that was given up, with its error. */
export interface RecordLetter {
  readonly operator: string
  readonly record: unknown
  readonly error: Error
  /** How often it was tried. */
  readonly attempts: number
  readonly atMs: number
}

/** One end of an operator that was not in order, and was recovered. The two times are always apart: knowing, and repairing. */
export interface CrashReport {
  readonly operator: string
  readonly error: Error
  readonly atMs: number
  /** From the failure (of a hang: when the record that hangs was begun) to the supervisor's decision. */
  readonly detectionMs: number
  /** From that decision to the operator's next committed batch, or to its next wait where nothing was unanswered. */
  readonly recoveryMs: number
}

/** How one operator has fared so far. */
export interface OperatorReport {
  readonly id: string
  /** Records taken and committed, skipped ones included. */
  readonly recordsIn: number
  /** Records released. */
  readonly recordsOut: number
  readonly restarts: number
}

/** How a run ended, or how it stands. */
export interface RunResult {
  /**
   * `completed`: the input ended. `stopped`: `stop()` was called; what had been read was still brought to the sinks.
   * `failed`: in the report of the error that ended it. `running`: it goes on.
   */
  readonly status: 'completed' | 'stopped' | 'failed' | 'running'
  readonly elapsedMs: number
  readonly operators: readonly OperatorReport[]
  readonly crashes: readonly CrashReport[]
  readonly restarts: number
  readonly deadLetters: readonly RecordLetter[]
}
