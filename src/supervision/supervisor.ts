import type { Cell } from '../actor/cell.js'
import { type Ignore, ignore } from '../actor/exit.js'
import type { Place, Startable } from '../actor/startable.js'
import type { World } from '../world/world.js'
import { SpecError } from './errors.js'
import { below, type CheckedSupervisor, checkBelow, checkSupervisor, type SupervisorSpec } from './spec.js'
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
  /** True once all that is declared below was found to be so too. */
  private sound = false

  /** @internal */
  constructor(readonly declaration: SupervisorSpec | SupervisorInit) {}

  /** @internal Checks the whole tree that is declared here; not by recursion, for it may be deeper than the stack. */
  check(path: string): void {
    const open: Step[] = [{ supervisor: this, path }]
    const above = new Set<Supervisor>()
    for (let step = open.at(-1); step !== undefined; step = open.at(-1)) {
      const { supervisor } = step
      if (above.delete(supervisor)) {
        supervisor.sound = true
        open.pop()
        continue
      }
      const next = supervisor.sound ? [] : supervisor.checkOwn(step.path)
      for (const inner of next) {
        if (above.has(inner.supervisor) || inner.supervisor === supervisor) throw endless(inner)
      }
      above.add(supervisor)
      open.push(...next.reverse())
    }
  }

  /** @internal The spec of the incarnation that starts now. @throws SpecError */
  specFor(ctx: SupervisorContext): CheckedSupervisor | Ignore {
    const { declaration } = this
    if (typeof declaration !== 'function') {
      if (!this.sound) this.check(ctx.path)
      return this.read(declaration, ctx.path)
    }
    const spec = declaration(ctx)
    if (spec === ignore) return ignore
    const checked = checkSupervisor(spec, ctx.path)
    checkBelow(checked.children, ctx.path)
    return checked
  }

  /** Checks this supervisor's own spec, and answers with the supervisors declared in it. */
  private checkOwn(path: string): Step[] {
    if (typeof this.declaration === 'function') return []
    const next: Step[] = []
    for (const { id, start } of this.read(this.declaration, path).children) {
      if (start instanceof Supervisor) next.push({ supervisor: start, path: below(path, id) })
      else start.check?.(below(path, id))
    }
    return next
  }

  /** Read once, so that a restart need not check again what cannot have changed. */
  private read(spec: SupervisorSpec, path: string): CheckedSupervisor {
    this.checked ??= checkSupervisor(spec, path)
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

/** One supervisor of a declared tree, and where it stands. */
interface Step {
  readonly supervisor: Supervisor
  readonly path: string
}

function endless({ supervisor, path }: Step): SpecError {
  const text = `${path}: start is a supervisor that has itself below it (invalid_start); give a tree that ends`
  return new SpecError('invalid_start', text, { path, key: 'start', value: supervisor })
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
