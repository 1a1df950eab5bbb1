import { afterAll, beforeAll, expect, test } from 'vitest'
import { firstDifference, sideBySide } from '../otp/compare.js'
import { Duel } from '../otp/duel.js'
import { draw } from '../otp/generate.js'
import { Oracle } from '../otp/oracle.js'
import { play } from '../otp/play.js'
import { type Recorded, records } from '../otp/records.js'
import type { Node } from '../otp/scenario.js'
import { Search } from '../otp/search.js'

const most = 150
let oracle: Oracle

beforeAll(async () => {
  oracle = await Oracle.start(most)
})

afterAll(() => oracle.close())

test('Erlang gives the recorded traces again', async () => {
  const differences = await Promise.all([...records('traces.jsonl'), ...records('found.jsonl')].map(replayed))
  expect(differences.filter((text) => text !== '')).toEqual([])
})

test('random trees behave as those of Erlang/OTP', async () => {
  const seed = Date.now() % 1_000_000
  const duel = new Duel(oracle)
  const search = new Search(duel, draw(seed), { seconds: 15, most })
  const found = await search.run()
  console.log(`seed ${seed}: ${search}`)
  const smallest = found && (await duel.shrink(found))
  const text = smallest && `seed ${seed}\n${sideBySide(smallest.scenario, smallest.otp, smallest.ours)}`
  expect(text ?? '').toBe('')
  expect(search.played).toBeGreaterThan(0)
})

test.each<{ mistake: string; wrong: Change; commands: number }>([
  { mistake: 'rest_for_one restarts all', wrong: swap('strategy', 'rest_for_one', 'one_for_all'), commands: 1 },
  { mistake: 'transient children are permanent', wrong: swap('restart', 'transient', 'permanent'), commands: 1 },
  { mistake: 'one restart more is allowed', wrong: oneRestartMore, commands: 3 },
  { mistake: 'brutal_kill asks first', wrong: swap('shutdown', 'brutal_kill', 5_000), commands: 2 },
])('that $mistake would be found, and shrunk to $commands command(s)', async ({ wrong, commands }) => {
  const duel = new Duel(oracle, (scenario, onRestart) =>
    play({ ...scenario, root: changed(scenario.root, wrong) }, onRestart),
  )
  const found = await new Search(duel, draw(1), { seconds: 60, most }).run()
  expect(found).toBeDefined()
  const smallest = found && (await duel.shrink(found))
  expect(smallest?.scenario.cmds.length).toBeLessThanOrEqual(commands)
})

type Change = (node: Node) => Node

function changed(node: Node, change: Change): Node {
  const { children } = node
  const next = change(node)
  if (children === undefined) return next
  return { ...next, children: children.map((child) => (typeof child === 'object' ? changed(child, change) : child)) }
}

function swap<Key extends keyof Node>(key: Key, from: Node[Key], to: Node[Key]): Change {
  return (node) => (node[key] === from ? { ...node, [key]: to } : node)
}

function oneRestartMore(node: Node): Node {
  const { type, intensity = 1 } = node
  return type === 'supervisor' && typeof intensity === 'number' ? { ...node, intensity: intensity + 1 } : node
}

/** Erlang plays in real time: what came late is no evidence. */
async function replayed(record: Recorded): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const { trace, late } = await oracle.play(record)
    if (firstDifference(record.trace, trace) === undefined) return ''
    if (late && attempt < 10) continue
    return `${record.id}: recorded on the left, played now on the right\n${sideBySide(record, record.trace, trace)}`
  }
}
