import fc from 'fast-check'
import type { System } from '../../src/actor/system.js'
import type { VirtualWorld } from '../../src/world/index.js'
import type { Item, Strike } from './random-pipeline.js'

/**
 * - `throw`, `reject`: the handler fails.
 * - `hang`: it never settles; `late`: it settles after its deadline, and does its work then.
 * - `exit`: an operator, any one, is ended from outside while the handler runs, or some promise jobs later.
 */
export type Fault =
  | { readonly cause: 'throw' | 'reject' | 'hang' | 'late'; readonly atCall: number }
  | {
      readonly cause: 'exit'
      readonly atCall: number
      readonly jobsLater: number
      readonly victim: number
      readonly reason: 'kill' | 'shutdown'
    }

export const fault = (callsMax: number): fc.Arbitrary<Fault> =>
  fc.oneof(
    fc.record({
      cause: fc.constantFrom('throw', 'throw', 'reject', 'hang', 'late'),
      atCall: fc.nat(callsMax),
    }),
    fc.record({
      cause: fc.constant('exit'),
      atCall: fc.nat(callsMax),
      jobsLater: fc.nat(12),
      victim: fc.nat(),
      reason: fc.constantFrom('kill', 'kill', 'shutdown'),
    }),
  )

/** Fails handlers by a plan: each fault once, when as many handlers have been called in all. */
export class Saboteur implements Strike {
  /** Faults that had their call. */
  struck = 0
  private calls = 0
  private system: System | undefined
  private operators: readonly string[] = []

  constructor(
    private readonly world: VirtualWorld,
    private readonly faults: readonly Fault[],
    private readonly lateMs: number,
    /** Records that fail each time, in these steps, by ids. */
    private readonly poison: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
  ) {}

  attend(system: System, operators: readonly string[]): void {
    this.system = system
    this.operators = operators
  }

  handler(step: string, item: Item): undefined | Promise<void> {
    const at = this.calls++
    if (this.poison.get(step)?.has(item.id)) return this.kill(item.n % 2 === 0 ? 'throw' : 'reject')
    for (const fault of this.faults) {
      if (fault.atCall !== at) continue
      this.struck++
      if (fault.cause !== 'exit') return this.kill(fault.cause)
      this.exit(fault.victim, fault.jobsLater, fault.reason)
    }
    return undefined
  }

  sink(step: string, item: Item): void {
    const at = this.calls++
    if (this.poison.get(step)?.has(item.id)) throw new Error('poison')
    for (const fault of this.faults) {
      if (fault.atCall !== at) continue
      if (fault.cause === 'throw' || fault.cause === 'reject') {
        this.struck++
        throw new Error('sink')
      }
      if (fault.cause === 'exit') {
        this.struck++
        this.exit(fault.victim, fault.jobsLater, fault.reason)
      }
    }
  }

  /** Ends an operator after some promise jobs. */
  exit(victim: number, jobsLater: number, reason: 'kill' | 'shutdown'): void {
    if (jobsLater > 0) {
      void Promise.resolve().then(() => this.exit(victim, jobsLater - 1, reason))
      return
    }
    const { system, operators } = this
    if (system?.running) system.exit(`/${operators[victim % operators.length]}`, reason)
  }

  private kill(cause: 'throw' | 'reject' | 'hang' | 'late'): Promise<void> {
    switch (cause) {
      case 'throw':
        throw new Error('thrown')
      case 'reject':
        return Promise.reject(new Error('rejected'))
      case 'hang':
        return new Promise(() => undefined)
      case 'late':
        return new Promise((resolve) => void this.world.timers.after(this.lateMs, resolve))
    }
  }
}
