import type { TaskName } from '../tasks.js'

/** A prepared run. Only `run` is measured. */
export interface Job {
  /** Does the work and gives the result that is checked; for a gauge, the measured value itself. */
  run(): Promise<number> | number
  /** Frees what the run kept alive. */
  close?(): Promise<void> | void
}

/** One workload as one peer does it: gets ready for `operations` operations. */
export type Prepare = (operations: number) => Promise<Job> | Job

/** What a peer module exports: the workloads it takes part in. */
export type Peer = { readonly [task in TaskName]?: Prepare }

/** A workload whose preparation is too small to matter. */
export const whole =
  (work: (operations: number) => Promise<number> | number): Prepare =>
  (operations) => ({ run: () => work(operations) })
