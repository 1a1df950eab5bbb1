import type { Command, Node, Played } from './scenario.js'

/**
 * Scenarios that are a little simpler than one, the boldest cuts first. Whoever looks for the smallest one that still
 * shows a difference takes the first that does, and asks again, until none does.
 */
export function* simpler({ root, cmds }: Played): Generator<Played, void> {
  for (let size = cmds.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < cmds.length; from += size) {
      yield { root, cmds: [...cmds.slice(0, from), ...cmds.slice(from + size)] }
    }
  }
  yield* lifted(root, 'r', (node) => node, cmds)
  for (const node of simplerNodes(root)) yield { root: node, cmds }
  for (const [at, command] of cmds.entries()) {
    for (const other of simplerCommands(command)) yield { root, cmds: cmds.with(at, other) }
  }
}

/** Each supervisor below `node`, in the place of the one above it. */
function* lifted(
  node: Node,
  path: string,
  put: (node: Node) => Node,
  cmds: readonly Command[],
): Generator<Played, void> {
  const { children = [] } = node
  for (const [at, child] of children.entries()) {
    if (typeof child !== 'object' || child.type !== 'supervisor') continue
    const below = `${path}/${child.id}`
    const { restart, shutdown, significant, plan, rest, ...own } = child
    yield { root: put({ ...own, id: node.id ?? '' }), cmds: cmds.map((command) => moved(command, below, path)) }
    yield* lifted(child, below, (other) => put({ ...node, children: children.with(at, other) }), cmds)
  }
}

function moved(command: Command, from: string, to: string): Command {
  const entries = Object.entries(command).map(([key, value]): [string, unknown] =>
    (key === 'path' || key === 'sup' || key === 'pid') && `${value}/`.startsWith(`${from}/`)
      ? [key, `${to}${String(value).slice(from.length)}`]
      : [key, value],
  )
  return Object.fromEntries(entries) as Command
}

function* simplerNodes(node: Node): Generator<Node> {
  const { children = [] } = node
  for (const at of children.keys()) yield { ...node, children: children.toSpliced(at, 1) }
  for (const key of Object.keys(node)) {
    if (isSpare(node, key)) yield Object.fromEntries(Object.entries(node).filter(([other]) => other !== key))
  }
  if (node.plan !== undefined && node.plan.length > 0) yield { ...node, plan: node.plan.slice(0, -1) }
  for (const [at, outcome] of (node.plan ?? []).entries()) {
    if (outcome !== 'ok') yield { ...node, plan: (node.plan ?? []).with(at, 'ok') }
  }
  for (const [at, child] of children.entries()) {
    if (typeof child !== 'object') continue
    for (const other of simplerNodes(child)) yield { ...node, children: children.with(at, other) }
  }
}

/** What says what a node is stays: without it, commands would mean something else. */
function isSpare(node: Node, key: string): boolean {
  if (key === 'strategy') return node.strategy !== 'simple_one_for_one'
  return key !== 'id' && key !== 'type' && key !== 'children'
}

function* simplerCommands(command: Command): Generator<Command> {
  if ('reason' in command && command.reason !== 'boom') yield { ...command, reason: 'boom' }
  if (command.op === 'start_child' && typeof command.spec === 'object') {
    for (const spec of simplerNodes(command.spec)) yield { ...command, spec }
  }
  if (command.op !== 'check_childspecs') return
  const { specs } = command
  for (const at of specs.keys()) yield { ...command, specs: specs.toSpliced(at, 1) }
  for (const [at, spec] of specs.entries()) {
    if (typeof spec !== 'object') continue
    for (const other of simplerNodes(spec)) yield { ...command, specs: specs.with(at, other) }
  }
}
