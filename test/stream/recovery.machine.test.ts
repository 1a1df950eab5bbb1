import { describe, expect, test, vi } from 'vitest'
import type { CompiledMachine, MachineHost } from '../../src/machine/compiled.js'
import { graph } from '../../src/machine/graph.js'
import { collect, from, launch, merge, type Pipeline, type RunOptions, run } from '../../src/stream/index.js'
import { virtualWorld } from '../../src/world/index.js'
import { failing, later, never } from './handlers.js'

const { taken, machines } = vi.hoisted(() => ({ taken: new Set<string>(), machines: [] as unknown[] }))

// The operators of this file step the machine that they always step, and what they step is noted.
vi.mock('../../src/machine/compile.js', async (original) => {
  const module = await original<typeof import('../../src/machine/compile.js')>()
  return {
    ...module,
    compile: (source: Parameters<typeof module.compile>[0]) => {
      const machine = module.compile(source)
      if (machine.id !== 'recovery') return machine
      machines.push(machine)
      const { step } = machine
      machine.step = (state: number, event: number, host?: MachineHost): number => {
        const next = step.call(machine, state, event, host)
        if (machine.handles(state, event) === 'transition') {
          taken.add(`${machine.states[state]} ${machine.events[event]} ${machine.states[next]}`)
        }
        return next
      }
      return machine
    },
  }
})

/** The transitions as they are declared, without those that say that an event means nothing. */
function declared(): string[] {
  const name = (id: string): string => id.slice('recovery.'.length)
  const { edges } = graph(machines[0] as CompiledMachine)
  return edges
    .filter(({ targetless, actions }) => !targetless || actions.length > 0)
    .map(({ source, event, target }) => `${name(source)} ${event} ${name(target)}`)
}

const budget = (restarts: number) => ({ restarts, within: '1s' }) as const

describe('the recovery machine', () => {
  test('takes each of its transitions in real runs', async () => {
    const world = virtualWorld()
    const runs = async (pipeline: Pipeline, options: RunOptions = {}): Promise<void> => {
      await world.until(run(pipeline, { world, fuse: false, ...options }).catch(() => undefined))
    }
    const numbers = from([1, 2, 3])
    const slow = (n: number): Promise<number> => later(world, 100, n)

    // Two crashes in a row that are recovered, with a declared failure in the first try and in the second.
    const [fails, crashes] = [failing(0, 3), failing(1, 2)]
    const shaky = numbers.map(
      (n) => {
        fails()
        crashes()
        return n
      },
      { onError: (error) => (['boom 1', 'boom 2'].includes(error.message) ? 'crash' : 'skip') },
    )
    await runs(shaky.to(collect()))

    // Ended from outside while it waits for input.
    const waiting = await launch(numbers.map(slow).to(collect()), { world })
    await world.settle()
    waiting.system.exit('/sink-1', 'kill')
    await world.until(waiting.done)

    // The supervisor gives up on one operator, while another works, or tries again.
    const hangs = numbers.map(never, { deadline: 50 })
    await runs(merge(numbers.map(slow).to(collect()), hangs.to(collect())), { intensity: budget(0) })
    const unlucky = failing(0)
    const again = numbers.map((n) => {
      unlucky()
      return slow(n)
    })
    await runs(merge(again.to(collect()), hangs.to(collect())), { intensity: budget(1) })
    expect([...taken].sort()).toEqual(declared().sort())
  })
})
