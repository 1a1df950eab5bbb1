import { describe, expect, test } from 'vitest'
import type { Prepare } from '../bench/peers/peer.js'
import type { Task } from '../bench/tasks.js'
import { timePerOperation } from '../bench/timing.js'

const task: Task = { unit: 'ns', operations: 20_000, expected: (operations) => operations * 2 }
const settle = (): Promise<void> => Promise.resolve()
const doubling: Prepare = (operations) => ({ run: () => operations * 2 })

describe('timing a task', () => {
  test('warms up twice with a tenth, then measures once in full, each run freshly prepared and closed', async () => {
    const log: string[] = []
    const prepare: Prepare = (operations) => {
      log.push(`prepare ${operations}`)
      return {
        run: () => {
          log.push(`run ${operations}`)
          return operations * 2
        },
        close: () => {
          log.push(`close ${operations}`)
        },
      }
    }
    const settling = (): Promise<void> => {
      log.push('settle')
      return Promise.resolve()
    }
    await timePerOperation(task, prepare, 20_000, settling)
    const round = (operations: number): string[] => [
      `prepare ${operations}`,
      'settle',
      `run ${operations}`,
      `close ${operations}`,
    ]
    expect(log).toEqual([...round(2000), ...round(2000), ...round(20_000)])
  })

  test('gives a positive time', async () => {
    expect(await timePerOperation(task, doubling, 20_000, settle)).toBeGreaterThan(0)
  })

  test('refuses a wrong result of the measured run', async () => {
    const skipping: Prepare = (operations) => ({ run: () => (operations === 20_000 ? 39_999 : operations * 2) })
    await expect(timePerOperation(task, skipping, 20_000, settle)).rejects.toThrow(
      'Wrong result for 20000 operations: 39999, expected 40000.',
    )
  })

  test('refuses a wrong result of a warm-up', async () => {
    const skipping: Prepare = (operations) => ({ run: () => (operations === 20_000 ? 40_000 : 0) })
    await expect(timePerOperation(task, skipping, 20_000, settle)).rejects.toThrow('Wrong result for 2000 operations')
  })
})
