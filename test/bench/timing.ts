import type { Prepare } from './peers/peer.js'
import { type Task, warmOperationsOf } from './tasks.js'

/**
 * Ns per operation after two warm-up runs. `settle` runs between preparation and measurement. Throws when any
 * run, warm-up included, gives another result than the task expects: a wrong result is never a number.
 */
export const timePerOperation = async (
  task: Task,
  prepare: Prepare,
  operations: number,
  settle: () => Promise<void>,
): Promise<number> => {
  const warmOperations = warmOperationsOf(task, operations)
  await checkedRunNs(task, prepare, warmOperations, settle)
  await checkedRunNs(task, prepare, warmOperations, settle)
  return (await checkedRunNs(task, prepare, operations, settle)) / operations
}

const checkedRunNs = async (
  task: Task,
  prepare: Prepare,
  operations: number,
  settle: () => Promise<void>,
): Promise<number> => {
  const job = await prepare(operations)
  await settle()
  const startedNs = process.hrtime.bigint()
  const result = await job.run()
  const elapsedNs = Number(process.hrtime.bigint() - startedNs)
  const expected = task.expected?.(operations)
  if (result !== expected)
    throw new Error(`Wrong result for ${operations} operations: ${result}, expected ${expected}.`)
  await job.close?.()
  return elapsedNs
}
