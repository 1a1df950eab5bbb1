import fc from 'fast-check'
import { isCovered, isSupervisorPath } from './covered.js'
import { child, crash, fault, name, pick, root } from './generate-tree.js'
import type { Command, Node, Played } from './scenario.js'

/**
 * Random scenarios: a tree, and commands that mostly name what stands in it. Only those that have one right trace.
 */
export function scenarios(): fc.Arbitrary<Played> {
  return fc
    .tuple(root, fc.array(wish, { minLength: 1, maxLength: 16, size: 'max' }))
    .map(([tree, wishes]) => ({ root: tree, cmds: commands(tree, wishes) }))
    .filter(isCovered)
}

/** One scenario after the other, without end; the same ones for the same seed. */
export function* draw(seed: number): Generator<Played, void> {
  for (let batch = 0; ; batch++) yield* fc.sample(scenarios(), { seed: (seed * 1_000_003 + batch) | 0, numRuns: 100 })
}

const spec = fc
  .tuple(
    child(1),
    fc.oneof({ weight: 8, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fault, { maxLength: 2 }) }),
  )
  .map(([node, faults]) => Object.assign({ ...node }, ...faults) as Node)

const wish = fc.record({
  what: fc.oneof(
    { weight: 10, arbitrary: fc.constant('exit' as const) },
    { weight: 4, arbitrary: fc.constantFrom('again' as const, 'again' as const, 'signal' as const) },
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        'start_child' as const,
        'start_child' as const,
        'restart_child' as const,
        'terminate_child' as const,
      ),
    },
    { weight: 3, arbitrary: fc.constantFrom('delete_child' as const, 'wait' as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('get_childspec' as const, 'which_children' as const, 'count_children' as const),
    },
    { weight: 1, arbitrary: fc.constantFrom('check_childspecs' as const, 'stop' as const) },
  ),
  where: fc.nat({ max: 1_000 }),
  which: fc.nat({ max: 1_000 }),
  reason: crash,
  sent: fc.constantFrom('kill', 'kill', 'boom', 'shutdown', 'normal', 'killed'),
  spec,
  specs: fc.array(spec, { maxLength: 3 }),
  when: fc.constantFrom(undefined, 'never', 'any_significant', 'all_significant', 'sometimes'),
  ms: fc.constantFrom(100, 300, 700, 1_600, 2_200, 3_300),
})

type Wish = typeof wish extends fc.Arbitrary<infer Value> ? Value : never

/** What has been put into a supervisor so far, alive or not. */
type Known = Map<string, { readonly simple: boolean; readonly ids: Set<string> }>

/** A child that was told to stop: nothing but restart_child and delete_child is likely to say more of it than an error. */
interface Stopped {
  readonly sup: string
  readonly id: string
}

function commands(tree: Node, wishes: readonly Wish[]): Command[] {
  const known: Known = new Map()
  learn(known, 'r', tree)
  const made: Command[] = []
  for (const one of wishes) {
    const command = one.what === 'again' ? again(made) : (afterStop(made, one) ?? commandOf(known, one.what, one))
    if (command !== undefined) made.push(command)
  }
  return made
}

/** The last command but waits, once more: the same failure before and after the end of a period. */
function again(made: readonly Command[]): Command | undefined {
  const last = made.findLast((command) => command.op !== 'wait')
  return last?.op === 'start_child' && last.key !== undefined ? undefined : last
}

function afterStop(made: readonly Command[], { what, which }: Wish): Command | undefined {
  if ((what !== 'restart_child' && what !== 'delete_child') || which % 4 === 0) return undefined
  const stopped = made.findLast((command) => command.op === 'terminate_child' && command.id !== undefined)
  if (stopped === undefined) return undefined
  const { sup, id } = stopped as Stopped
  return { op: what, sup, id }
}

function commandOf(
  known: Known,
  op: Exclude<Wish['what'], 'again'>,
  { where, which, ...wish }: Wish,
): Command | undefined {
  const sup = pick([...known.keys()], where) as string
  const { simple, ids } = known.get(sup) ?? { simple: false, ids: new Set<string>() }
  const path = pick(op === 'exit' ? workers(known) : actors(known), which)
  switch (op) {
    case 'exit':
      return path === undefined ? undefined : { op, path, reason: wish.reason }
    case 'signal':
      if (path === undefined) return undefined
      return { op, path, reason: isSupervisorPath(path) && wish.sent === 'kill' ? 'boom' : wish.sent }
    case 'stop':
      return { op, reason: wish.reason === 'kill' ? 'killed' : wish.reason }
    case 'wait':
      return { op, ms: wish.ms }
    case 'start_child': {
      if (simple) {
        const key = `k${(which % 3) + 1}`
        ids.add(key)
        return { op, sup, key }
      }
      const named = name(wish.spec, new Set(), which)
      if (which % 40 === 0) return { op, sup, spec: 'child' }
      ids.add(String(named.id))
      learn(known, `${sup}/${named.id}`, named)
      const { id, ...nameless } = named
      return { op, sup, spec: which % 41 === 0 ? nameless : named }
    }
    case 'check_childspecs': {
      const taken = new Set<string>()
      const specs = wish.specs.map((node, at) => name(node, at === 2 ? new Set() : taken, 0))
      return wish.when === undefined ? { op, specs } : { op, specs, auto_shutdown: wish.when }
    }
    case 'which_children':
    case 'count_children':
      return { op, sup }
    case 'terminate_child':
    case 'get_childspec': {
      const byPid = simple ? which % 8 !== 0 : which % 8 === 0
      const pid = simple && which % 8 < 6 ? pick(inside(sup, ids), which) : path
      return byPid && pid !== undefined ? { op, sup, pid } : { op, sup, id: pick([...ids, 'z'], which) ?? 'z' }
    }
    case 'restart_child':
    case 'delete_child':
      return { op, sup, id: pick([...ids, ...ids, ...ids, 'z'], which) ?? 'z' }
  }
}

function learn(known: Known, path: string, node: Node): void {
  if (node.type !== 'supervisor') return
  const simple = node.strategy === 'simple_one_for_one'
  const ids = known.get(path)?.ids ?? new Set<string>()
  known.set(path, { simple, ids })
  if (simple) return
  for (const one of node.children ?? []) {
    if (typeof one !== 'object') continue
    ids.add(String(one.id))
    learn(known, `${path}/${one.id}`, one)
  }
}

function actors(known: Known): string[] {
  return [...known].flatMap(([sup, { ids }]) => inside(sup, ids))
}

function workers(known: Known): string[] {
  return actors(known).filter((path) => !known.has(path))
}

function inside(sup: string, ids: ReadonlySet<string>): string[] {
  return [...ids].map((id) => `${sup}/${id}`)
}
