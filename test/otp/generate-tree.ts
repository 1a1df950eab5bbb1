import fc from 'fast-check'
import { poolIds, supervisorIds } from './covered.js'
import type { Node, StartOutcome, Term } from './scenario.js'

/*
 * Random trees. Nodes are made without names and named afterwards, so that a name says what stands there: a.. workers,
 * s.. supervisors, p.. pools (simple_one_for_one).
 */

/** A node as it is made: what is left open is undefined. */
type Draft = { readonly [Key in keyof Node]: Node[Key] | undefined }

/** How something ends. */
export const crash: fc.Arbitrary<Term> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('boom') },
  { weight: 3, arbitrary: fc.constant('normal') },
  { weight: 2, arbitrary: fc.constantFrom<Term[]>('shutdown', ['shutdown', 'x']) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Term[]>(['oops', 7], 'killed', 'kill', 'noproc', ['failed', ['again', 'x']]),
  },
)

const outcome = fc.oneof(
  { weight: 6, arbitrary: fc.constant<StartOutcome>('ok') },
  { weight: 3, arbitrary: fc.constant<StartOutcome>('error') },
  { weight: 1, arbitrary: fc.constantFrom<StartOutcome[]>('ignore', 'extra') },
)

/** The first start of most children succeeds, else most trees would not even boot. */
const plan = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.array(outcome, { maxLength: 4 }).map((rest): StartOutcome[] => ['ok', ...rest]) },
  { weight: 1, arbitrary: fc.array(outcome, { minLength: 1, maxLength: 5 }) },
)

const rest = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom<StartOutcome[]>('error', 'extra', 'ignore') },
)

const restart = fc.constantFrom(undefined, undefined, 'permanent', 'transient', 'transient', 'temporary')

/** A node without a name yet; `significant` is a wish that holds where the supervisor above allows it. */
const worker: fc.Arbitrary<Node> = fc
  .record({
    restart,
    significant: fc.boolean(),
    shutdown: fc.constantFrom(undefined, undefined, 0, 100, 300, 1_000, 5_000, 'infinity', 'brutal_kill'),
    stop: fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant('obey' as const) },
      { weight: 1, arbitrary: fc.constant('ignore' as const) },
      { weight: 1, arbitrary: fc.constantFrom(100, 200, 400).map((slow) => ({ slow })) },
      { weight: 1, arbitrary: crash.map((exit) => ({ exit })) },
    ),
    plan,
    rest,
  })
  .map((draft) => makeStoppable(given(draft)))

const flags = fc.record({
  intensity: fc.constantFrom(undefined, 0, 1, 2, 2, 3, 3, 5, 10, 50),
  period: fc.constantFrom(undefined, 1, 2, 3, 60, 3_600),
})

const asChild = fc.record({
  type: fc.constant('supervisor'),
  restart,
  significant: fc.boolean(),
  shutdown: fc.constantFrom(undefined, undefined, 'infinity', 60_000),
  plan,
  rest,
})

const strategy = fc.constantFrom(undefined, 'one_for_one', 'one_for_all', 'one_for_all', 'rest_for_one', 'rest_for_one')
const autoShutdown = fc.constantFrom(undefined, undefined, 'never', 'any_significant', 'all_significant')

const pool: fc.Arbitrary<Node> = fc
  .tuple(flags, worker)
  .map(([own, node]) => given({ ...own, strategy: 'simple_one_for_one', children: [template(node)] }))

function supervisor(depth: number): fc.Arbitrary<Node> {
  const children = fc.array(depth === 0 ? worker : child(depth), { maxLength: 4 })
  return fc
    .tuple(flags, fc.record({ strategy, auto_shutdown: autoShutdown, children }))
    .map(([limits, own]) => given({ ...limits, ...own }))
}

/** A child, with at most `depth` levels of supervisors. */
export function child(depth: number): fc.Arbitrary<Node> {
  const below = fc.oneof({ weight: 2, arbitrary: supervisor(depth - 1) }, { weight: 1, arbitrary: pool })
  const nested = fc.tuple(asChild, below).map(([spec, own]) => given({ ...spec, ...own }))
  return fc.oneof({ weight: 3, arbitrary: worker }, { weight: 1, arbitrary: nested })
}

/** Something that is wrong with a supervisor. */
const flagFaults: readonly Node[] = [
  { strategy: 'none_for_one' },
  { intensity: -1 },
  { intensity: 'many' },
  { period: 0 },
  { period: 'long' },
  { auto_shutdown: 'sometimes' },
  { children: [{ id: 'a' }, { id: 'a' }] },
  { children: [{ id: 'a' }, { id: 'b', restart: 'forever' }] },
  { children: [{ id: 'a', no_start: true }, { restart: 'transient' }] },
  { children: ['child'] },
]

/** Something that is wrong with a spec. */
export const fault = fc.constantFrom<Node[]>(
  { restart: 'forever' },
  { shutdown: -1 },
  { shutdown: 'soon' },
  { significant: 'maybe' },
  { significant: true },
  { significant: true, restart: 'transient' },
  { no_start: true },
  { type: 'wrker' },
  ...flagFaults,
)

/** A root; few are faulty, since those do not even boot. */
export const root: fc.Arbitrary<Node> = fc
  .tuple(
    fc.oneof({ weight: 7, arbitrary: supervisor(2) }, { weight: 1, arbitrary: pool }),
    fc.oneof({ weight: 30, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constantFrom(...flagFaults) }),
  )
  .map(([node, faults]) => named({ id: 'r', type: 'supervisor', ...node, ...faults }))

/** Names everything below a node. */
function named(node: Node): Node {
  if (node.strategy === 'simple_one_for_one' || node.children === undefined) return given(node)
  const taken = new Set<string>()
  const { auto_shutdown = 'never' } = node
  const children = node.children.flatMap((one) => {
    if (typeof one !== 'object' || one.id !== undefined) return [one]
    if (one.type === 'supervisor' && free(one, taken).length === 0) return []
    const { restart: type = 'permanent', significant } = one
    const allowed = significant === true && auto_shutdown !== 'never' && type !== 'permanent'
    return [name({ ...one, significant: allowed }, taken, 0)]
  })
  return given({ ...node, children })
}

/** Names a node with one of the names that no sibling has. */
export function name(node: Node, taken: Set<string>, at: number): Node {
  const id = pick(free(node, taken), at) ?? 'a'
  taken.add(id)
  return named({ id, ...node })
}

function free({ type, strategy: kind }: Node, taken: ReadonlySet<string>): string[] {
  const ids = type !== 'supervisor' ? workerIds : kind === 'simple_one_for_one' ? poolIds : supervisorIds
  return ids.filter((id) => !taken.has(id))
}

const workerIds = ['a', 'b', 'c', 'd', 'e']

/** A worker that would stop never, late, or at the very moment it is killed, gets other values. */
function makeStoppable(node: Node): Node {
  const { stop = 'obey', shutdown = 5_000 } = node
  const slowMs = typeof stop === 'object' && 'slow' in stop ? stop.slow : undefined
  const late = stop === 'ignore' && (shutdown === 'infinity' || Number(shutdown) > 1_000)
  const tie = typeof stop === 'object' && (shutdown === 0 || shutdown === slowMs)
  return late || tie ? { ...node, shutdown: 300 } : node
}

/** An instance that has run once must not decline its restart. */
function template({ significant, plan: outcomes, rest: others, ...node }: Node): Node {
  return given({
    id: 'x',
    ...node,
    plan: outcomes?.map((one, at) => (at > 0 && one === 'ignore' ? 'error' : one)),
    rest: others === 'ignore' ? undefined : others,
  })
}

/** Without what was left open; an insignificant child need not say so. */
function given(node: Draft): Node {
  return Object.fromEntries(
    Object.entries(node).filter(([key, value]) => value !== undefined && !(key === 'significant' && value === false)),
  )
}

export function pick<Value>(from: readonly Value[], at: number): Value | undefined {
  return from.length === 0 ? undefined : from[at % from.length]
}
