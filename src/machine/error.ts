import { HoldfastError } from '../base/errors.js'

/** Why a machine was refused or could not go on. The set is closed. */
export type MachineErrorCode =
  /** The value given to `compile` is not an xstate v5 machine. */
  | 'not-a-machine'
  /** The definition uses a feature outside the compiled scope; `data.feature` names it. */
  | 'unsupported'
  /** The definition contradicts itself (an unknown delay, two states with one id, ...). */
  | 'invalid'
  /** The definition is larger than the tables allow. */
  | 'limit'
  /** No state, event, action, guard or node of that name or number. */
  | 'unknown-name'
  /** A step needs guards, actions or timers, and the host does not provide them. */
  | 'missing-host'
  /** `always` transitions and internal events did not come to rest. */
  | 'endless'
  /** A runner was used before its start, or started twice. */
  | 'not-running'

/** What a {@link MachineError} knows, as plain data. Absent keys do not apply. */
export interface MachineErrorData {
  /** Id of the machine. */
  readonly machine?: string
  /** Dotted path of the state; empty for the root. */
  readonly state?: string
  /** The refused feature, by its xstate name. */
  readonly feature?: string
  /** The name that was not found, or whose implementation is missing. */
  readonly name?: string
  /** The names that would have been found. */
  readonly known?: readonly string[]
  /** The limit that was passed. */
  readonly limit?: number
}

/** A fault in a machine's definition or in how it is driven. The text says where, why and what to do next. */
export class MachineError extends HoldfastError<MachineErrorCode, MachineErrorData> {
  static {
    MachineError.prototype.name = 'MachineError'
  }
}
