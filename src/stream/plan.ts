import { isName } from '../actor/name.js'
import type { Duration } from '../base/duration.js'
import { describe } from '../base/errors.js'
import type { Pipeline } from './build.js'
import { StreamError } from './errors.js'
import type { Graph, Node } from './graph.js'
import type { Operator } from './operator.js'
import { checkPolicy, type ErrorPolicy } from './policy.js'
import type { Source } from './source/source.js'
import { aggregate, updatesEach } from './transform/aggregate.js'
import { chain, type Stage } from './transform/chain.js'
import { filter } from './transform/filter.js'
import { flatMap } from './transform/flat-map.js'
import { map } from './transform/map.js'

/** An operator as it will run: one actor, one or several steps of the pipeline. */
export interface PlannedOperator {
  readonly id: string
  /** Ids of the steps it is made of, in order. */
  readonly steps: readonly string[]
  readonly kind: Node['kind']
  /** The operator it takes batches from; absent for sources. */
  readonly input: string | undefined
  readonly policy: ErrorPolicy | undefined
  /** Its own deadline; absent where that of the run holds. */
  readonly deadline: Duration | undefined
  readonly source: Source<unknown> | undefined
  /** Makes its program, with empty state. */
  open(): Operator
}

/** A pipeline, checked, named and fused: operators in an order in which each follows what it takes from. */
export interface Plan {
  readonly operators: readonly PlannedOperator[]
  readonly graph: Graph
}

/**
 * Turns a pipeline into operators. Neighbours become one operator (unless `fuse` is false), with at most one that keeps
 * state among them: handing batches from actor to actor costs more than a step does, and they are recovered together
 * just as well. What follows a step with several consumers begins an operator of its own, and so does a step with a policy
 * or with another deadline.
 *
 * @throws StreamError `invalid-graph`
 */
export function plan(pipeline: Pipeline, { fuse = true }: { readonly fuse?: boolean } = {}): Plan {
  const nodes = inOrder(sinksOf(pipeline))
  const ids = nameAll(nodes)
  const consumers = countConsumers(nodes)
  const groups: Node[][] = []
  const groupOf = new Map<Node, Node[]>()
  for (const node of nodes) {
    const before = node.input === undefined ? undefined : groupOf.get(node.input)
    if (fuse && before !== undefined && fusible(before, node, consumers)) {
      before.push(node)
      groupOf.set(node, before)
    } else {
      const group = [node]
      groups.push(group)
      groupOf.set(node, group)
    }
  }
  const nameOf = (group: readonly Node[]): string => group.map((node) => ids.get(node)).join('+')
  refuseTwins(groups.map(nameOf))
  const operators = groups.map((group) => planned(group, nameOf(group), ids, groupOf, nameOf))
  const graph: Graph = {
    nodes: nodes.map((node) => ({
      id: ids.get(node) as string,
      kind: node.kind,
      operator: nameOf(groupOf.get(node) as Node[]),
    })),
    edges: nodes.flatMap((node) =>
      node.input === undefined ? [] : [{ from: ids.get(node.input) as string, to: ids.get(node) as string }],
    ),
  }
  return { operators, graph }
}

/** The graph of a pipeline as plain data. @throws StreamError `invalid-graph` */
export function graphOf(pipeline: Pipeline): Graph {
  return plan(pipeline).graph
}

function planned(
  group: readonly Node[],
  id: string,
  ids: ReadonlyMap<Node, string>,
  groupOf: ReadonlyMap<Node, readonly Node[]>,
  nameOf: (group: readonly Node[]) => string,
): PlannedOperator {
  const first = group[0] as Node
  const before = first.input === undefined ? undefined : groupOf.get(first.input)
  return {
    id,
    steps: group.map((node) => ids.get(node) as string),
    kind: first.kind,
    input: before === undefined ? undefined : nameOf(before),
    policy: first.options.onError,
    deadline: first.options.deadline,
    source: first.kind === 'source' ? first.source : undefined,
    open: () => open(group),
  }
}

function open(group: readonly Node[]): Operator {
  const first = group[0] as Node
  return first.kind === 'sink' ? first.sink.open() : chain(group.flatMap(stage))
}

function stage(node: Node): Stage[] {
  switch (node.kind) {
    case 'map':
      return [map(node.handler)]
    case 'filter':
      return [filter(node.handler)]
    case 'flatMap':
      return [flatMap(node.handler)]
    case 'aggregate':
      return [aggregate(node.keyOf, node.parts, node.options.onError !== undefined)]
    default:
      return []
  }
}

function fusible(group: readonly Node[], node: Node, consumers: ReadonlyMap<Node, number>): boolean {
  const last = group.at(-1) as Node
  return (
    last === node.input &&
    isStep(last) &&
    isStep(node) &&
    consumers.get(last) === 1 &&
    !(node.kind === 'aggregate' && group.some(({ kind }) => kind === 'aggregate')) &&
    !(last.kind === 'aggregate' && !updatesEach(last.parts)) &&
    last.options.onError === undefined &&
    node.options.onError === undefined &&
    last.options.deadline === node.options.deadline
  )
}

function isStep({ kind }: Node): boolean {
  return kind !== 'source' && kind !== 'sink'
}

function sinksOf(pipeline: Pipeline): readonly Node[] {
  if (Array.isArray((pipeline as Pipeline | undefined)?.sinks) && pipeline.sinks.length > 0) return pipeline.sinks
  throw new StreamError('invalid-graph', 'a pipeline needs at least one sink: end it with .to(...)', { pipeline })
}

function inOrder(sinks: readonly Node[]): Node[] {
  const ordered = new Set<Node>()
  for (const sink of sinks) {
    const above: Node[] = []
    for (let node: Node | undefined = sink; node !== undefined && !ordered.has(node); node = node.input)
      above.push(node)
    for (const node of above.reverse()) ordered.add(node)
  }
  return [...ordered]
}

function countConsumers(nodes: readonly Node[]): Map<Node, number> {
  const consumers = new Map<Node, number>()
  for (const { input } of nodes) if (input !== undefined) consumers.set(input, (consumers.get(input) ?? 0) + 1)
  return consumers
}

function nameAll(nodes: readonly Node[]): Map<Node, string> {
  const ids = new Map<Node, string>()
  const taken = new Set<string>()
  for (const node of nodes) {
    const { id } = node.options
    if (id === undefined) continue
    if (!isName(id)) {
      throw new StreamError('invalid-graph', `${node.kind}: id is ${describe(id)}; give a string without /`, { id })
    }
    if (taken.has(id)) throw twins(id)
    taken.add(id)
    ids.set(node, id)
  }
  for (const node of nodes) if (!ids.has(node)) ids.set(node, fresh(node.kind, taken))
  for (const [{ options }, id] of ids) if (options.onError !== undefined) checkPolicy(options.onError, id)
  return ids
}

/** Fused operators are called after their steps, and may meet one that is called so. */
function refuseTwins(names: readonly string[]): void {
  const twin = names.find((name, at) => names.indexOf(name) !== at)
  if (twin !== undefined) throw twins(twin)
}

function twins(id: string): StreamError {
  return new StreamError('invalid-graph', `two operators are called ${id}; give each its own id`, { id })
}

function fresh(kind: string, taken: Set<string>): string {
  for (let number = 1; ; number++) {
    const id = `${kind}-${number}`
    if (taken.has(id)) continue
    taken.add(id)
    return id
  }
}
