import { describe, expect, test } from 'vitest'
import { readMeasurement } from '../bench/launch.js'
import { type PeerEntry, type PeerName, peerOf, peers } from '../bench/peers/index.js'
import { type TaskName, taskOf, tasks, warmOperationsOf } from '../bench/tasks.js'
import { rowsOf, workloads } from '../bench/workloads.js'

const taskNames = Object.keys(tasks) as TaskName[]

describe('reading a measurement', () => {
  test('takes the value of the last line and ignores what a peer printed before it', () => {
    expect(readMeasurement('a warning\n{"operations":10,"value":16.5}\n')).toEqual({ ok: true, value: 16.5 })
  })

  test.each(['', 'Segmentation fault', '{"operations":10}', '{"value":"fast"}', '{"value":-1}', 'null', '[1]'])(
    'makes no number of %j',
    (output) => {
      expect(readMeasurement(output)).toMatchObject({ ok: false })
    },
  )
})

describe('the sizes of tasks', () => {
  test('are multiples of 1,000 for every peer, since bursts, senders and clients share them evenly', () => {
    for (const name of taskNames) {
      expect(taskOf(name).operations % 1000).toBe(0)
      for (const peer of Object.keys(peers) as PeerName[]) {
        expect((peerOf(peer).operations?.[name] ?? 1000) % 1000).toBe(0)
      }
    }
  })

  test('warm up with at most a tenth, never with less than 1,000, always with a multiple of it', () => {
    for (const name of taskNames) {
      const task = taskOf(name)
      for (const operations of [1000, 20_000, task.operations]) {
        const warm = warmOperationsOf(task, operations)
        expect(warm % 1000).toBe(0)
        expect(warm).toBeGreaterThanOrEqual(1000)
        expect(warm).toBeLessThanOrEqual(Math.max(1000, operations / 10))
      }
    }
  })
})

describe('the peers', () => {
  const inNode = Object.entries<PeerEntry>(peers).filter(
    ([name, { load }]) => load !== undefined && name !== 'holdfast',
  )

  test.each(inNode)('%s implements every task that a workload asks of it', async (name, { load }) => {
    const peer = await load?.()
    const rows = workloads.flatMap((workload) => rowsOf(workload, () => true)).filter((row) => row.peer === name)
    expect(rows.length).toBeGreaterThan(0)
    for (const { task } of rows) expect(peer).toHaveProperty(task)
  })

  test.each(inNode)('%s gives the right result for a thousand operations', async (_name, { load }) => {
    const peer = (await load?.()) ?? {}
    for (const task of taskNames) {
      const { unit, expected } = taskOf(task)
      // Deep rings need a larger stack than a test has, and gauges measure the process they run in.
      if (unit !== 'ns' || peer[task] === undefined || task === 'ring') continue
      const job = await peer[task](1000)
      expect([task, await job.run()]).toEqual([task, expected?.(1000)])
      await job.close?.()
    }
  })
})
