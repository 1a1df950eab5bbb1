import type { Cell } from '../actor/cell.js'
import { type Ignore, ignore } from '../actor/exit.js'
import type { Place, Startable } from '../actor/startable.js'
import type { World } from '../world/world.js'
import { SpecError } from './errors.js'
import { type CheckedSupervisor, checkSupervisor, type SupervisorSpec } from './spec.js'
import { SupervisorCell } from './supervisor-cell.js'

/** What a supervisor's init function can look at and do. */
export interface SupervisorContext {
  readonly path: string
  /** Which start this is, from 1. */
  readonly incarnation: number
  readonly world: World
  /** What the child spec of this supervisor gave as `args`. */
  readonly args: unknown
  /** Hands `info` to whoever started this supervisor, beside the ref. */
  startInfo(info: unknown): void
}

/** Gives the spec of a supervisor each time it is started, as OTP's `init/1`; or declines with `ignore`. */
export type SupervisorInit = (ctx: SupervisorContext) => SupervisorSpec | Ignore

/** A supervisor, ready to be started any number of times. Made by {@link supervisor}. */
export class Supervisor implements Startable {
  readonly kind = 'supervisor'
  /** Phantom: supervisors take no messages. */
  declare readonly accepts: (message: never, args: unknown) => void
  /** What `declaration` says, once it was found to be without fault. */
  private checked: CheckedSupervisor | undefined
  private checking = false

  /** @internal */
  constructor(readonly declaration: SupervisorSpec | SupervisorInit) {}

  /** @internal */
  check(path: string): void {
    if (typeof this.declaration !== 'function') this.declared(this.declaration, path)
  }

  /** @internal The spec of the incarnation that starts now. @throws SpecError */
  specFor(ctx: SupervisorContext): CheckedSupervisor | Ignore {
    const { declaration } = this
    if (typeof declaration !== 'function') return this.declared(declaration, ctx.path)
    const spec = declaration(ctx)
    return spec === ignore ? ignore : checkSupervisor(spec, ctx.path)
  }

  /** Read once, with all that is declared below: each level of a tree would otherwise check everything under it again. */
  private declared(spec: SupervisorSpec, path: string): CheckedSupervisor {
    if (this.checked !== undefined) return this.checked
    if (this.checking) {
      const text = `${path}: start is a supervisor that has itself below it (invalid_start); give a tree that ends`
      throw new SpecError('invalid_start', text, { path, key: 'start', value: this })
    }
    this.checking = true
    try {
      this.checked = checkSupervisor(spec, path)
    } finally {
      this.checking = false
    }
    return this.checked
  }

  /** @internal */
  createCell(place: Place, before?: Cell): Cell {
    if (before instanceof SupervisorCell && !before.alive) {
      before.assume(this, place)
      return before
    }
    return new SupervisorCell(this, place)
  }
}

/**
 * Declares a supervisor: a list of children and what happens when one fails, with the meaning of Erlang/OTP's
 * `supervisor`. Given a function, asks it at every (re)start, as OTP asks `init/1`.
 *
 * A faulty spec is refused by `start()` before anything runs; one that a function gives, when it gives it. A declaration
 * is read once: later changes to it mean nothing.
 *
 * @example
 * const app = supervisor({
 *   strategy: 'rest-for-one',
 *   intensity: { restarts: 3, within: '5s' },
 *   children: [{ id: 'db', start: db }, { id: 'api', start: api }],
 * })
 */
export function supervisor(declaration: SupervisorSpec | SupervisorInit): Supervisor {
  return new Supervisor(declaration)
}
