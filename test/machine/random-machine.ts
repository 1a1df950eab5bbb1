import fc from 'fast-check'
import type { createMachine } from 'xstate'

type Config = Parameters<typeof createMachine>[0]

interface NodeSpec {
  readonly children: readonly NodeSpec[]
  readonly initial: number
  readonly initialAction: boolean
  readonly final: boolean
  readonly tagged: boolean
  readonly entry: number
  readonly exit: number
  readonly on: readonly (readonly [event: string, transitions: readonly TransitionSpec[]])[]
  readonly always: readonly TransitionSpec[]
  readonly after: readonly (readonly [delay: number, transitions: readonly TransitionSpec[]])[]
  readonly onDone: readonly TransitionSpec[]
}

interface TransitionSpec {
  /** Wraps around the nodes of the machine; `null` is targetless. */
  readonly target: number | null
  readonly guard: number | null
  readonly reenter: boolean
  readonly actions: number
}

/**
 * Machines in scope, without regard for sense: nested and final states, guards, entry, exit, initial and transition
 * actions, `always`, `after`, `onDone`, wildcards, forbidden and empty transitions, any node (the root and the source's
 * own ancestors too) as a target, with and without `reenter` (but the root from below only with it, as is required).
 */
export const randomMachines: fc.Arbitrary<Config> = fc
  .tuple(nodeSpecs(0), fc.array(nodeSpecs(2), { minLength: 1, maxLength: 4, size: 'large' }))
  .map(([root, children]) => buildConfig({ ...root, children }))

/** Nodes with up to `depth` levels of nodes inside. */
function nodeSpecs(depth: number): fc.Arbitrary<NodeSpec> {
  // Mostly none: what has no action takes the short way through the table.
  const count = fc.constantFrom(0, 0, 0, 1, 2)
  const transition: fc.Arbitrary<TransitionSpec> = fc.record({
    target: fc.option(fc.nat(20), { freq: 5 }),
    guard: fc.option(fc.nat(3), { freq: 2 }),
    reenter: fc.boolean(),
    actions: count,
  })
  const inert: TransitionSpec = { target: null, guard: null, reenter: false, actions: 0 }
  const transitions = fc.oneof(
    { weight: 6, arbitrary: fc.array(transition, { minLength: 1, maxLength: 3, size: 'large' }) },
    { weight: 1, arbitrary: fc.constantFrom([inert], []) },
  )
  const rarely = fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: transitions })
  return fc.record({
    initial: fc.nat(5),
    initialAction: fc.boolean(),
    final: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    tagged: fc.boolean(),
    entry: count,
    exit: count,
    on: fc.array(fc.tuple(fc.constantFrom('A', 'B', 'C', 'dotted.name', '*'), transitions), {
      minLength: 1,
      maxLength: 5,
      size: 'large',
    }),
    always: rarely,
    after: fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), transitions), { maxLength: 1 }),
    onDone: rarely,
    children:
      depth === 0
        ? fc.constant([])
        : fc.oneof(
            { weight: 1, arbitrary: fc.constant([]) },
            { weight: 1, arbitrary: fc.array(nodeSpecs(depth - 1), { minLength: 1, maxLength: 3, size: 'large' }) },
          ),
  })
}

function buildConfig(root: NodeSpec): Config {
  const count = countNodes(root)
  let number = 0
  const build = (spec: NodeSpec): Record<string, unknown> => {
    const id = number++
    const name = `s${id}`
    const transitions = (specs: readonly TransitionSpec[], event: string): unknown[] =>
      specs.map(({ target, guard, reenter, actions }, index) => ({
        ...(target === null ? {} : { target: `#s${target % count}` }),
        ...(guard === null ? {} : { guard: index % 2 === 0 ? `guard${guard}` : { type: `guard${guard}` } }),
        ...(reenter || (target !== null && target % count === 0 && id !== 0) ? { reenter: true } : {}),
        actions: names(`${event} ${index} of ${name}`, actions),
      }))
    const children = spec.children.map((child, index) => [`k${index}`, build(child)] as const)
    const initial = `k${children.length === 0 ? 0 : spec.initial % children.length}`
    return {
      id: name,
      entry: names(`enter ${name}`, spec.entry),
      exit: names(`leave ${name}`, spec.exit).map((type) => ({ type })),
      ...(spec.tagged ? { tags: [`tag ${name}`] } : {}),
      on: Object.fromEntries(spec.on.map(([event, specs]) => [event, transitions(specs, event)])),
      always: transitions(spec.always, 'always'),
      after: Object.fromEntries(spec.after.map(([delay, specs]) => [delay, transitions(specs, `after ${delay}`)])),
      ...(children.length === 0
        ? spec.final
          ? { type: 'final' }
          : {}
        : {
            initial: spec.initialAction ? { target: initial, actions: [`initial of ${name}`] } : initial,
            states: Object.fromEntries(children),
            onDone: transitions(spec.onDone, 'onDone'),
          }),
    }
  }
  return build(root) as Config
}

function names(base: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? base : `${base} again`))
}

function countNodes(spec: NodeSpec): number {
  return 1 + spec.children.reduce((sum, child) => sum + countNodes(child), 0)
}
