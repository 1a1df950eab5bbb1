import type { Node, Played, Step } from './scenario.js'

/*
 * Which scenarios have one right trace. Left out is what would be up to the scheduler or to a clock: two things that
 * come due at the same moment, restarts at the edge of a period, killed supervisors, a key that runs twice, and two
 * cases in which versions of OTP differ (README.md has the list).
 */

/** When a supervisor counted a restart. */
export interface Restart {
  readonly supervisor: string
  readonly atMs: number
}

/** What can be told before a scenario is played. */
export function isCovered({ root, cmds }: Played): boolean {
  if (!isNodeCovered(root)) return false
  return cmds.every((command) => {
    switch (command.op) {
      case 'start_child':
        return command.key !== undefined || isNodeCovered(command.spec)
      case 'signal':
        return command.reason !== 'kill' || !isSupervisorPath(command.path)
      case 'stop':
        return command.reason !== 'kill'
      default:
        return true
    }
  })
}

/** What only shows in the play: `trace` is Erlang's, `restarts` are those of Holdfast. */
export function isSteady(scenario: Played, trace: readonly Step[], restarts: readonly Restart[]): boolean {
  return !startsRunningKey(scenario, trace) && !restartsAtEdge(scenario, restarts)
}

/** Names of supervisors in generated scenarios; the name alone says what stands there, whoever is started. */
export const supervisorIds: readonly string[] = ['s', 't', 'u']
/** Names of simple_one_for_one supervisors. */
export const poolIds: readonly string[] = ['p', 'q']

export function isSupervisorPath(path: string): boolean {
  const id = path.slice(path.lastIndexOf('/') + 1)
  return path === 'r' || supervisorIds.includes(id) || poolIds.includes(id)
}

function isNodeCovered(node: Node | string | undefined): boolean {
  if (typeof node !== 'object') return true
  if (node.type === 'supervisor') return isSupervisorCovered(node)
  const { stop = 'obey', shutdown = 5_000 } = node
  if (stop === 'obey') return true
  if (stop === 'ignore') return shutdown !== 'infinity'
  if ('exit' in stop) return shutdown !== 0
  return shutdown !== 0 && shutdown !== stop.slow
}

function isSupervisorCovered(node: Node): boolean {
  const { shutdown = 'infinity', children = [], strategy, auto_shutdown = 'never' } = node
  // A supervisor that runs out of time is killed, and its children with it or not.
  if (shutdown === 'brutal_kill' || (typeof shutdown === 'number' && shutdown >= 0 && shutdown < 60_000)) return false
  if (!children.every(isNodeCovered)) return false
  return strategy !== 'simple_one_for_one' || (auto_shutdown === 'never' && children.every(isTemplateCovered))
}

/** An instance that has run once must not decline its restart. */
function isTemplateCovered(template: Node | string): boolean {
  if (typeof template !== 'object' || template.plan === undefined) return true
  const { plan, rest = 'ok' } = template
  const run = plan.findIndex((outcome) => outcome === 'ok' || outcome === 'extra')
  if (run === -1) return true
  return !plan.slice(run).includes('ignore') && rest !== 'ignore'
}

/** OTP counts in whole seconds, so close to the end of the period it depends on when the second began. */
function restartsAtEdge(scenario: Played, restarts: readonly Restart[]): boolean {
  const periods = periodsByPath(scenario)
  return restarts.some(({ supervisor, atMs }, at) =>
    restarts.slice(0, at).some((earlier) => {
      if (earlier.supervisor !== supervisor) return false
      const apartMs = Math.abs(atMs - earlier.atMs)
      return (periods.get(supervisor) ?? []).some((seconds) => {
        const periodMs = seconds * 1_000
        return apartMs > periodMs - 150 && apartMs < periodMs + 1_150
      })
    }),
  )
}

function periodsByPath({ root, cmds }: Played): Map<string, number[]> {
  const periods = new Map<string, number[]>()
  const add = (node: Node | string | undefined, path: string): void => {
    if (typeof node !== 'object' || node.type !== 'supervisor') return
    const { period = 5, children = [] } = node
    if (typeof period === 'number') periods.set(path, [...(periods.get(path) ?? []), period])
    for (const child of children) if (typeof child === 'object') add(child, `${path}/${child.id}`)
  }
  add(root, 'r')
  for (const command of cmds) {
    if (command.op === 'start_child' && typeof command.spec === 'object') {
      add(command.spec, `${command.sup}/${command.spec.id}`)
    }
  }
  return periods
}

function startsRunningKey({ cmds }: Played, trace: readonly Step[]): boolean {
  return cmds.some((command, at) => {
    if (command.op !== 'start_child' || command.key === undefined) return false
    return running(trace[at]?.state ?? '-').has(`${command.sup}/${command.key}`)
  })
}

/** The paths of everything that runs, out of the state of a step: `r#1(a#1 s#2(b-))`. */
export function running(state: string): Set<string> {
  const paths = new Set<string>()
  const above: string[] = []
  let last = ''
  for (const [, name = '', mark = ''] of state.matchAll(/([^\s()#-]*)(#|-|\(|\))/g)) {
    if (mark === '#') {
      last = [...above, name].join('/')
      paths.add(last)
    } else if (mark === '(') above.push(last.slice(last.lastIndexOf('/') + 1))
    else if (mark === ')') above.pop()
  }
  return paths
}
