import { Inbox } from './inbox.js'
import { type Spawn, SpawnError, type Unit, type UnitExit, type UnitMain, type UnitPort } from './spawn.js'
import type { Turn } from './turn.js'

/**
 * Units that run in this very thread, from functions that were registered under the address of their module. Messages
 * are copied and arrive by `turn.later`.
 *
 * What this cannot do: such a unit shares memory and the event loop with everyone, so a blocked one blocks all, and
 * `kill` cuts it off from its messages but cannot stop code that waits for a promise or a timer.
 */
export interface VirtualSpawn extends Spawn {
  /** Says what runs for `entry`; the last call for an entry holds. Starting any other entry fails with `entry`. */
  register(entry: string, main: UnitMain): void
}

export function virtualSpawn(turn: Turn): VirtualSpawn {
  const mains = new Map<string, UnitMain>()
  return {
    register: (entry, main) => void mains.set(entry, main),
    async start(spec) {
      const data = copy(spec.data, spec.entry)
      await new Promise<void>((resolve) => turn.later(resolve))
      const main = mains.get(spec.entry)
      if (typeof main !== 'function') {
        throw new SpawnError('entry', spec.entry, { cause: new Error('nothing was registered for it in this world') })
      }
      const unit = new VirtualUnit(spec.entry, turn)
      unit.begin(main, data)
      return unit
    },
  }
}

class VirtualUnit implements Unit {
  readonly exited: Promise<UnitExit>
  private readonly entry: string
  private readonly turn: Turn
  /** Messages to the unit. */
  private readonly inbox = new Inbox()
  /** Messages from the unit. */
  private readonly outbox = new Inbox()
  /** The unit gets no more messages: it closed its port, failed or was killed. */
  private deaf = false
  /** Nothing that the unit says counts any more, not even what is under way. */
  private killed = false
  private resolveExit: (exit: UnitExit) => void = () => undefined

  constructor(entry: string, turn: Turn) {
    this.entry = entry
    this.turn = turn
    this.exited = new Promise((resolve) => {
      this.resolveExit = resolve
    })
  }

  begin(main: UnitMain, data: unknown): void {
    const closed = new Promise<void>((resolve) => {
      const port: UnitPort = {
        data,
        post: (message) => this.postBack(message),
        onMessage: (listener) => this.inbox.listen((message) => this.guard(() => listener(message))),
        close: () => {
          this.deaf = true
          resolve()
        },
      }
      this.guard(async () => {
        await main(port)
        await closed
        this.finish({ kind: 'ended' })
      })
    })
  }

  post(message: unknown): void {
    const own = copy(message, this.entry)
    this.turn.later(() => {
      if (!this.deaf) this.inbox.deliver(own)
    })
  }

  onMessage(listener: (message: unknown) => void): void {
    this.outbox.listen(listener)
  }

  kill(): Promise<UnitExit> {
    this.killed = true
    this.finish({ kind: 'killed' })
    return this.exited
  }

  private postBack(message: unknown): void {
    const own = copy(message, this.entry)
    // After its end, as a closed channel does; what it said before it failed is still delivered.
    if (this.deaf) return
    this.turn.later(() => {
      if (!this.killed) this.outbox.deliver(own)
    })
  }

  /** Code of the unit: what it throws, or rejects with, is its end. */
  private guard(run: () => unknown): void {
    const fail = (error: unknown): void => this.finish({ kind: 'failed', error: copyError(error) })
    try {
      const result = run()
      if (result instanceof Promise) result.catch(fail)
    } catch (error) {
      fail(error)
    }
  }

  /** In a later turn, so that it comes after the messages sent before. The first end holds. */
  private finish(exit: UnitExit): void {
    this.deaf = true
    this.turn.later(() => this.resolveExit(exit))
  }
}

function copy<Value>(message: Value, entry: string): Value {
  try {
    return structuredClone(message)
  } catch (error) {
    throw new SpawnError('not-cloneable', entry, { cause: error })
  }
}

/** An error as it gets through to the other side. */
function copyError(error: unknown): unknown {
  try {
    return structuredClone(error)
  } catch {
    return new Error(String(error))
  }
}
