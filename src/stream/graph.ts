import type { Duration } from '../base/duration.js'
import type { ErrorPolicy } from './policy.js'
import type { Sink } from './sink/sink.js'
import type { Source } from './source/source.js'
import type { Aggregate } from './transform/aggregate.js'

/** What every operator can be told. */
export interface OperatorOptions<Record = unknown> {
  /** Its name in the tree, in reports and pictures. Default: its kind and a number. */
  readonly id?: string
  /** R0: what becomes of a record whose handler fails. Default: it is a crash. */
  readonly onError?: ErrorPolicy<Record>
  /**
   * How long one record may take in its asynchronous handler (of a source: one opening or read) before it counts as hung.
   * Default: the run's `deadline`.
   */
  readonly deadline?: Duration
}

/** One step of a pipeline, as plain data; `payload` is what the user gave. */
export type Node =
  | {
      readonly kind: 'source'
      readonly input?: undefined
      readonly source: Source<unknown>
      readonly options: OperatorOptions
    }
  | {
      readonly kind: 'map' | 'filter' | 'flatMap'
      readonly input: Node
      readonly handler: (record: unknown) => unknown
      readonly options: OperatorOptions
    }
  | {
      readonly kind: 'aggregate'
      readonly input: Node
      readonly keyOf: (record: unknown) => unknown
      readonly parts: Aggregate<unknown, unknown, unknown, unknown>
      readonly options: OperatorOptions
    }
  | { readonly kind: 'sink'; readonly input: Node; readonly sink: Sink<never>; readonly options: OperatorOptions }

/** A pipeline before it runs: it can be printed, checked and compared. */
export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

export interface GraphNode {
  readonly id: string
  readonly kind: Node['kind']
  /** Operators fused into one share it. */
  readonly operator: string
}
