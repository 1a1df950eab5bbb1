import {
  actor,
  type Behavior,
  type ChildSpec,
  type Context,
  ignore,
  type Supervisor,
  type SupervisorContext,
  type SupervisorSpec,
  supervisor,
} from 'holdfast'
import type { Node, StartOutcome, Term } from './scenario.js'
import { kebab, TermError, toReason } from './terms.js'

/** What a scripted actor tells and asks while a scenario is played. */
export interface Script {
  /** The start function of the actor at a path is called. */
  started(path: string, node: Node): void
  /** How this call is to end: calls are counted per path over the whole scenario. */
  outcome(path: string, node: Node): StartOutcome
  /** So many starts that they will never end: the next one hangs, which brings the play to a halt. */
  readonly endless: boolean
}

/** The message that makes a worker exit by itself. */
export interface Leave {
  readonly exit: Term
}

/** `/a/b` as scenarios write it, `r/a/b`. */
export function scenarioPath(path: string): string {
  return path === '/' ? 'r' : `r${path}`
}

export function systemPath(path: string): string {
  return path === 'r' ? '/' : path.slice(1)
}

/** A declared tree out of a scenario's node; faulty values go through unchanged. */
export function supervisorOfNode(node: Node, script: Script): Supervisor {
  return supervisor((ctx) => {
    if (script.endless) return { children: [{ id: 'endless', start: hanging }] }
    if (!begin(ctx, node, script)) return ignore
    return specOfNode(node, script)
  })
}

export function childSpecs(nodes: readonly (Node | string)[], script: Script, template = false): ChildSpec[] {
  return nodes.map((node) => childSpec(node, script, template))
}

export function childSpec(node: Node | string, script: Script, template = false): ChildSpec {
  if (typeof node === 'string') return node as unknown as ChildSpec
  const { id, type, restart, shutdown, significant } = node
  return defined({
    id,
    type,
    restart,
    significant,
    shutdown: kebab(shutdown),
    start: node.no_start ? undefined : startable(node, script, template),
  }) as unknown as ChildSpec
}

function startable(node: Node, script: Script, template: boolean): Supervisor | Behavior<Leave> {
  return node.type === 'supervisor' && !template ? supervisorOfNode(node, script) : worker(node, script)
}

function specOfNode(node: Node, script: Script): SupervisorSpec {
  const { strategy, intensity = 1, period = 5, auto_shutdown, children = [] } = node
  return defined({
    strategy: kebab(strategy),
    autoShutdown: kebab(auto_shutdown),
    intensity: { restarts: intensity, within: typeof period === 'number' ? period * 1_000 : period },
    children: childSpecs(children, script, strategy === 'simple_one_for_one'),
  }) as unknown as SupervisorSpec
}

interface Worker {
  /** It has decided to exit by itself: its stop hook has nothing left to do. */
  leaving: boolean
  /** Since when it has been stopping slowly. */
  slowSinceMs: number | undefined
}

/** Takes exits as its node says; see "Workers" in the format. */
function worker(node: Node, script: Script): Behavior<Leave> {
  const { stop = 'obey' } = node
  return actor<Worker, Leave>({
    trapExit: stop !== 'obey',
    init: (ctx) => {
      if (script.endless) return never()
      return begin(ctx, node, script) ? { leaving: false, slowSinceMs: undefined } : ignore
    },
    receive(state, { exit }, ctx) {
      state.leaving = true
      ctx.stop(toReason(exit))
    },
    signal(state, signal, ctx) {
      if (signal.reason !== 'shutdown' || typeof stop === 'string' || state.slowSinceMs !== undefined) return
      if ('slow' in stop) {
        state.slowSinceMs = ctx.world.clock.now()
        ctx.after(stop.slow, { exit: 'shutdown' })
      } else {
        state.leaving = true
        ctx.stop(toReason(stop.exit))
      }
    },
    stop(state, _reason, ctx) {
      if (state.leaving || stop === 'obey') return undefined
      if (stop === 'ignore') return never()
      if ('slow' in stop) return ctx.sleep(remainingMs(state, stop.slow, ctx))
      return ctx.stop(toReason(stop.exit))
    },
  })
}

function remainingMs(state: Worker, slowMs: number, ctx: Context<Leave>): number {
  if (state.slowSinceMs === undefined) return slowMs
  return Math.max(0, state.slowSinceMs + slowMs - ctx.world.clock.now())
}

const hanging = actor<Worker, Leave>({ init: never, receive: () => undefined })

function never(): Promise<never> {
  return new Promise(() => undefined)
}

/** The call of a start function; false for `ignore`. */
function begin(ctx: Context<Leave> | SupervisorContext, node: Node, script: Script): boolean {
  script.started(ctx.path, node)
  switch (script.outcome(ctx.path, node)) {
    case 'ignore':
      return false
    case 'error':
      throw new TermError('no_start')
    case 'extra':
      ctx.startInfo('info')
  }
  return true
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
