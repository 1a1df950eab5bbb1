import { nodeWorld } from 'holdfast/world'
import { plainLoop } from './baseline.js'
import { differences } from './compare.js'
import { type Outcome, runJob } from './job.js'
import { help, type Options, parseOptions, UsageError } from './options.js'
import { FileError, type FlightFile, flightsOfVega, openFlights } from './parquet.js'
import { report, summary } from './report.js'
import { corruptRecord } from './saboteur.js'

const differencesShown = 20

// Whoever reads our output may have read enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof UsageError || error instanceof FileError)) throw error
  process.stderr.write(`flights: ${error.message}\n`)
  return 2
})

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args)
  if (options === undefined) {
    print(help)
    return 0
  }
  const file = await openFlights(options.file ?? flightsOfVega())
  const interrupt = new AbortController()
  // Once: a second Ctrl-C ends the process as it always does.
  process.once('SIGINT', () => interrupt.abort(new Error('Ctrl-C')))
  const world = nodeWorld({ seed: options.seed })
  const outcome = await runJob(file, options, { world, stream: progressOf(options), interrupt: interrupt.signal })
  if (!options.json) print(report(outcome, options))
  const differing = outcome.status === 'escalated' ? undefined : await compared(file, outcome)
  conclude(outcome, options, differing)
  if (outcome.status === 'stopped') return 130
  return differing?.length === 0 ? 0 : 1
}

/** Where progress is shown: not among data, and nowhere if there is nobody to see it. */
function progressOf({ json }: Options): NodeJS.WriteStream | undefined {
  if (!json) return process.stdout
  return process.stderr.isTTY ? process.stderr : undefined
}

/** In what the findings differ from those of the plain loop over the same flights. */
async function compared(file: FlightFile, { flights, slipped, findings, result }: Outcome): Promise<string[]> {
  const expected = await plainLoop(file, flights)
  const corrupt = Array.from({ length: slipped }, (_, index) => corruptRecord(index))
  return differences(findings, expected, result.deadLetters, corrupt)
}

function conclude(outcome: Outcome, options: Options, differing: readonly string[] | undefined): void {
  const identical = differing?.length === 0
  if (options.json) {
    if (outcome.reason !== undefined) process.stderr.write(`flights: escalated: ${outcome.reason}\n`)
    print(JSON.stringify(summary(outcome, identical)))
    return
  }
  if (differing === undefined) {
    print(`escalated: ${outcome.reason}`)
    print('identical: no (nothing to compare)')
    return
  }
  for (const line of differing.slice(0, differencesShown)) print(line)
  if (differing.length > differencesShown) print(`and ${differing.length - differencesShown} more differences`)
  const { airports, days } = outcome.findings
  const same = `${airports.size} airports and ${days.size} days, compared with a plain loop`
  print(identical ? `identical: yes (${same})` : `identical: no (${differing.length} differences)`)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
