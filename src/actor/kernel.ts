import type { Events } from '../trace/emitter.js'
import type { World } from '../world/world.js'
import type { Cell } from './cell.js'
import type { DeadLetterReason, DeadLetters } from './deadletters.js'
import type { Deadlines } from './deadlines.js'
import type { Registry } from './registry.js'
import type { Superior } from './root.js'
import type { Scheduler } from './scheduler.js'

/** What every cell of a system shares. */
export interface Kernel {
  /** Id of the system, part of every address. */
  readonly id: string
  readonly world: World
  readonly events: Events
  readonly scheduler: Scheduler
  readonly deadLetters: DeadLetters
  readonly deadlines: Deadlines
  readonly registry: Registry
  /** Stands above the root. */
  readonly top: Superior
  /** Finds the cell at a path, alive or not. */
  find(path: string): Cell | undefined
  /** Files a message that will not be handled. */
  bury(path: string, message: unknown, reason: DeadLetterReason, error?: Error): void
}
