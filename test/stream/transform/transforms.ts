import { collect, type RunOptions, run, type Stream } from '../../../src/stream/index.js'
import { type VirtualWorld, virtualWorld } from '../../../src/world/index.js'

/** What comes out of a stream, run in virtual time. */
export async function out<Record>(
  make: (world: VirtualWorld) => Stream<Record>,
  options: RunOptions = {},
): Promise<readonly Record[]> {
  const world = virtualWorld()
  const sink = collect<Record>()
  await world.until(run(make(world).to(sink), { world, ...options }))
  return sink.records
}

/** What a handler makes, given in the ways in which it may be given. */
export const ways: [string, <Made>(world: VirtualWorld, made: Made) => Made | Promise<Made>][] = [
  ['at once', (_, made) => made],
  ['as a promise', (_, made) => Promise.resolve(made)],
  ['after a while', (world, made) => new Promise((resolve) => void world.timers.after(5, () => resolve(made)))],
]
