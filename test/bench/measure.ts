/**
 * The child process of one measurement: `node --expose-gc measure.js PEER TASK OPERATIONS`. Two warm-up
 * runs, one measured run, every result checked; prints one line of JSON, or an error and exit 1.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { loadPeer } from './peers/index.js'
import type { Prepare } from './peers/peer.js'
import { type TaskName, taskOf } from './tasks.js'
import { timePerOperation } from './timing.js'

const main = async (peerName: string, taskName: TaskName, operations: number): Promise<void> => {
  const task = taskOf(taskName)
  const prepare = (await loadPeer(peerName))[taskName]
  if (prepare === undefined) throw new Error(`The peer ${peerName} does not implement ${taskName}.`)
  const value =
    task.unit === 'ns' ? await timePerOperation(task, prepare, operations, settle) : await gauge(prepare, operations)
  process.stdout.write(`${JSON.stringify({ operations, value })}\n`)
}

/** Collects what the preparation left behind, so that it is not paid for in the measured run. */
const settle = async (): Promise<void> => {
  globalThis.gc?.()
  await sleep(20)
}

const gauge = async (prepare: Prepare, operations: number): Promise<number> => {
  const job = await prepare(operations)
  return job.run()
}

const [peerName = '', taskName = '', operations = ''] = process.argv.slice(2)
try {
  await main(peerName, taskName as TaskName, Number(operations))
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
}
