import { parseArgs } from 'node:util'
import { sideBySide } from './compare.js'
import { Duel } from './duel.js'
import { draw } from './generate.js'
import { Oracle } from './oracle.js'
import { Search } from './search.js'

/*
 * npm run otp:fuzz -- --minutes M --seed S
 *
 * Plays random scenarios on Erlang's own supervisor and on Holdfast until the time is over. Ends with 1 at the first
 * difference, after shrinking it: prints both traces side by side, and the record for found.jsonl.
 */

const most = 150
const reportEverySeconds = 15

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } } })
  const minutes = Number(values.minutes)
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
    process.stderr.write('otp:fuzz: give --minutes above 0 and a whole number as --seed\n')
    return 2
  }
  console.log(`seed ${seed}, ${minutes} min`)
  await using oracle = await Oracle.start(most)
  const duel = new Duel(oracle)
  const search = new Search(duel, draw(seed), { seconds: minutes * 60, most, onProgress: progress() })
  const found = await search.run()
  console.log(String(search))
  if (found === undefined) return 0
  const { scenario, otp, ours } = await duel.shrink(found)
  console.log(`\n${sideBySide(scenario, otp, ours)}\n`)
  console.log(JSON.stringify({ id: `found-${seed}`, ...scenario, trace: otp }))
  return 1
}

function progress(): (search: Search) => void {
  let due = reportEverySeconds
  return (search) => {
    if (search.seconds < due) return
    due += reportEverySeconds
    console.log(String(search))
  }
}

process.exitCode = await main()
