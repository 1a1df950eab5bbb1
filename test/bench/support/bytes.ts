import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Bytes that each of `count` things keeps alive: heap and external memory after repeated collections,
 * before and after `make`. `make` puts what must stay alive into `keep`, whose own size is not counted.
 */
export const bytesPerItem = async (
  count: number,
  make: (count: number, keep: unknown[]) => Promise<void> | void,
): Promise<number> => {
  await make(2000, [])
  const keep: unknown[] = new Array<unknown>(count).fill(undefined)
  const before = await settledBytes()
  await make(count, keep)
  const after = await settledBytes()
  if (keep[count - 1] === undefined) throw new Error('The memory workload kept nothing alive.')
  return (after - before) / count
}

const settledBytes = async (): Promise<number> => {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.()
    await sleep(20)
  }
  const usage = process.memoryUsage()
  return usage.heapUsed + usage.external
}
