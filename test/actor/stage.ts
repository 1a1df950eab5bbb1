import {
  type ActorRef,
  actor,
  type Context,
  type Duration,
  describeExit,
  type MailboxOptions,
  type Signal,
  type Startable,
  type System,
  type SystemOptions,
  start,
  supervisor,
} from 'holdfast'
import { type VirtualWorld, type VirtualWorldOptions, virtualWorld } from 'holdfast/world'

/** A system in virtual time, and what its puppets have announced so far. */
export interface Stage {
  readonly world: VirtualWorld
  readonly system: System
  /** The dead letters as one line each: reason, path, message. */
  letters(): string[]
}

export async function stage(root: Startable, options: SystemOptions & VirtualWorldOptions = {}): Promise<Stage> {
  const world = virtualWorld(options)
  const system = await world.until(start(root, { world, ...options }))
  const letters = (): string[] =>
    system.deadLetters.list().map(({ reason, path, message }) => `${reason} ${path} ${String(message)}`)
  return { world, system, letters }
}

/** What a puppet is told to do: anything, in its own turn. What it returns is its next state. */
export type Order = (ctx: Context<Order>, state: unknown) => unknown

export interface Part {
  /** Where it announces its life, as `name#incarnation: what`. */
  readonly log?: string[]
  readonly trapExit?: boolean
  readonly deadline?: Duration
  readonly init?: (ctx: Context<Order>) => unknown
  readonly stop?: (ctx: Context<Order>) => void | Promise<void>
  /** False: it has no stop hook at all. Default true. */
  readonly hook?: boolean
}

/** An actor that does what it is told, and announces its starts, signals and stops. */
export function puppet(part: Part = {}) {
  const { log = [], trapExit = false, hook = true } = part
  const say = (ctx: Context<Order>, what: string): void => {
    log.push(`${ctx.path.slice(1)}#${ctx.incarnation}: ${what}`)
  }
  return actor<unknown, Order>({
    trapExit,
    ...(part.deadline === undefined ? {} : { deadline: part.deadline }),
    init(ctx) {
      say(ctx, 'init')
      return part.init?.(ctx) ?? 0
    },
    receive: (state, order, ctx) => order(ctx, state),
    signal: (_state, signal, ctx) => say(ctx, describeSignal(signal)),
    ...(hook
      ? {
          stop(_state, reason, ctx) {
            say(ctx, `stop ${describeExit(reason)}`)
            return part.stop?.(ctx)
          },
        }
      : {}),
  })
}

function describeSignal(signal: Signal): string {
  const how = signal.type === 'exit' ? (signal.link ? 'exit over link' : 'exit') : 'down'
  return `${how} from ${signal.from?.path ?? 'outside'}: ${describeExit(signal.reason)}`
}

/** A supervisor of puppets that restarts as often as it must. */
export function troupe(
  parts: Readonly<Record<string, Part & { readonly mailbox?: MailboxOptions }>>,
  restarts = 1_000,
) {
  return supervisor({
    intensity: { restarts, within: '1s' },
    children: Object.entries(parts).map(([id, { mailbox, ...part }]) => ({
      id,
      start: puppet(part),
      restart: 'permanent' as const,
      ...(mailbox === undefined ? {} : { mailbox }),
    })),
  })
}

/** Tells a puppet what to do, and waits until everything at this instant is done. */
export async function tell({ world, system }: Stage, path: string, order: Order): Promise<void> {
  system.send<Order>(path, order)
  await world.settle()
}

/** Makes a puppet do something and answers with what came of it. */
export async function within<Value>(on: Stage, path: string, run: (ctx: Context<Order>) => Value): Promise<Value> {
  let result: { readonly value: Value } | undefined
  await tell(on, path, (ctx) => {
    result = { value: run(ctx) }
  })
  if (result === undefined) throw new Error(`${path} did not take its turn`)
  return result.value
}

/** A promise whose fate is in the hands of the test. */
export interface Gate<Value = void> {
  readonly promise: Promise<Value>
  open(value: Value): void
  fail(error: unknown): void
}

export function gate<Value = void>(): Gate<Value> {
  let open!: (value: Value) => void
  let fail!: (error: unknown) => void
  const promise = new Promise<Value>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { promise, open, fail }
}

export const never = new Promise<never>(() => undefined)

export const at = (on: Stage, path: string): ActorRef<Order> => on.system.ref<Order>(path)
