import { readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  compile,
  graph,
  type MachineGraph,
  type MachineGraphEdge,
  type MachineSource,
} from '../../src/machine/index.js'
import { checkout } from '../support/command.js'

/** Where the pictures stand. */
export const page = join(checkout, 'docs/reference/machines.md')

/** The part of the page that shows one machine, from its first line to its last. */
export interface Picture {
  /** Where the machine is declared, such as `src/actor/actor.machine.ts`. */
  readonly path: string
  readonly text: string
}

/** A picture of every machine below `src/`, in the order of their paths. */
export async function pictures(): Promise<Picture[]> {
  const files = readdirSync(join(checkout, 'src'), { recursive: true, encoding: 'utf8' })
  const paths = files.filter((file) => file.endsWith('.machine.ts')).sort()
  return Promise.all(
    paths.map(async (file) => {
      const path = `src/${file.split(sep).join('/')}`
      const exports: Record<string, unknown> = await import(pathToFileURL(join(checkout, path)).href)
      const [name] = Object.keys(exports).filter((key) => key.endsWith('Machine'))
      if (name === undefined) throw new Error(`${path} exports no machine: a name that ends in Machine`)
      return { path, text: drawn(path, graph(compile(exports[name] as MachineSource))) }
    }),
  )
}

/** The page with every picture as it should be; a picture it has no place for is not added. */
export function withPictures(markdown: string, all: readonly Picture[]): string {
  return all.reduce((text, picture) => text.replace(placeOf(picture), () => picture.text), markdown)
}

function placeOf({ path }: Picture): RegExp {
  return new RegExp(`<!-- ${path.replaceAll('.', '\\.')} -->[\\s\\S]*?<!-- / -->`)
}

/** A diagram of states for Mermaid, and a table that says what the states mean. */
export function drawn(path: string, machine: MachineGraph): string {
  const states = machine.nodes.filter(({ kind }) => kind !== 'compound')
  const rows = states.map(({ path: state, description, tags }) => {
    return `| \`${state}\` | ${description ?? ''} | ${tags.map((tag) => `\`${tag}\``).join(', ')} |`
  })
  const diagram = ['```mermaid', 'stateDiagram-v2', ...arrows(machine).map((arrow) => `  ${arrow}`), '```']
  const table = ['| state | meaning | tags |', '| --- | --- | --- |', ...rows]
  return [`<!-- ${path} -->`, '', ...diagram, '', ...table, '', '<!-- / -->'].join('\n')
}

function arrows({ nodes, edges }: MachineGraph): string[] {
  const nameOf = new Map(nodes.map(({ id, path }) => [id, path.replaceAll('.', '_')]))
  const labels = new Map<string, string[]>()
  for (const edge of edges.filter(doesSomething)) {
    const arrow = `${nameOf.get(edge.source)} --> ${nameOf.get(edge.target)}`
    labels.set(arrow, [...(labels.get(arrow) ?? []), labelOf(edge)])
  }
  return [
    ...nodes.filter(({ initial }) => initial).map(({ path }) => `[*] --> ${path.replaceAll('.', '_')}`),
    ...[...labels].map(([arrow, texts]) => `${arrow}: ${texts.join(', ')}`),
    ...nodes.filter(({ kind }) => kind === 'final').map(({ path }) => `${path.replaceAll('.', '_')} --> [*]`),
  ]
}

/** What is ignored on purpose would hide what is not. */
function doesSomething({ targetless, actions }: MachineGraphEdge): boolean {
  return !targetless || actions.length > 0
}

function labelOf({ kind, event, delayMs, guard, actions }: MachineGraphEdge): string {
  const what = event ?? (delayMs === null ? kind : `after ${delayMs} ms`)
  return `${what}${guard === null ? '' : ` [${guard}]`}${actions.length === 0 ? '' : ` / ${actions.join(' ')}`}`
}
