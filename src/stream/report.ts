/** A record that was given up, with its error. */
export interface RecordLetter {
  readonly operator: string
  readonly record: unknown
  readonly error: Error
  /** How often it was tried. */
  readonly attempts: number
  readonly atMs: number
}

/** One crash of an operator that was recovered. The two times are always apart: knowing, and repairing. */
export interface CrashReport {
  readonly operator: string
  readonly error: Error
  readonly atMs: number
  /** From the failure (of a hang: its beginning) to the supervisor's decision. */
  readonly detectionMs: number
  /** From that decision to the operator's next committed batch. */
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

/** How a run ended. */
export interface RunResult {
  /** `completed`: the input ended. `stopped`: `stop()` was called; what had been read was still brought to the sinks. */
  readonly status: 'completed' | 'stopped'
  readonly elapsedMs: number
  readonly operators: readonly OperatorReport[]
  readonly crashes: readonly CrashReport[]
  readonly restarts: number
  readonly deadLetters: readonly RecordLetter[]
}
