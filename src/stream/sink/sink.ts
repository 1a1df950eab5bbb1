import type { Operator } from '../operator.js'

/** The end of a pipeline: makes its operator. */
export interface Sink<in Record> {
  readonly kind: string
  /** Phantom: keeps `Record` in the type. */
  readonly accepts?: (record: Record) => void
  /** @internal */
  open(): Operator
}
