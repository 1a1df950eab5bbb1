import type { VirtualWorld } from '../../src/world/index.js'

/** A promise that never settles. */
export const never = (): Promise<never> => new Promise(() => undefined)

/** A promise that gives `value` after a while. */
export function later<Value>(world: VirtualWorld, delayMs: number, value: Value): Promise<Value> {
  return new Promise((resolve) => void world.timers.after(delayMs, () => resolve(value)))
}

/** Throws in these of its calls, counted from 0; else does nothing. */
export function failing(...calls: readonly number[]): () => void {
  let call = 0
  return () => {
    if (calls.includes(call++)) throw new Error(`boom ${call - 1}`)
  }
}

/** What a promise rejects with. */
export async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (thrown) {
    return thrown
  }
  throw new Error('it did not reject')
}
