import { parseArgs } from 'node:util'

/** What the command was told. */
export interface Options {
  /** At most this many flights of the file. */
  readonly flights: number
  readonly crashes: number
  readonly seed: number
  /** How many restarts the supervisor allows, within how many seconds. */
  readonly intensity: { readonly restarts: number; readonly seconds: number }
  readonly json: boolean
  /** Absent for the file that comes with vega-datasets. */
  readonly file: string | undefined
}

/** An option that does not exist, or a value that it does not take. */
export class UsageError extends Error {
  constructor(reason: string) {
    super(`${reason}; --help lists the options`)
    this.name = 'UsageError'
  }
}

const flightsMax = 3_000_000
/** A million crashes take hours; more are a slip of the finger. */
const crashesMax = 1_000_000

export const help = `Counts delays in 3,000,000 flights while a saboteur crashes the operators again
and again, and compares the result with that of a plain loop over the same file.

  npm start -- [options]

  --flights N      read the first N flights (1 to 3,000,000; default all)
  --crashes N      crash N times (default 100)
  --seed S         draw other crashes (default 1); a seed always draws the same
  --intensity R/S  allow R restarts within S seconds, with one more the pipeline
                   gives up (default: the planned crashes and 10, within 60)
  --json           the result as one line of JSON on stdout; progress on stderr
                   if that is a terminal
  --file PATH      another parquet file with date, delay, origin, destination
  -h, --help       this text

Ctrl-C reads no further, brings what was read to its end, and compares that.

Exit code: 0 identical; 1 not identical, or the supervisor gave up; 2 bad option
or file; 130 stopped by Ctrl-C.`

/** Reads the command line; nothing when it asks for help. @throws UsageError */
export function parseOptions(args: readonly string[]): Options | undefined {
  const given = parse(args)
  if (given.help) return undefined
  const crashes = whole('crashes', given.crashes ?? '100', 0, crashesMax)
  return {
    flights: whole('flights', given.flights ?? String(flightsMax), 1, flightsMax),
    crashes,
    seed: whole('seed', given.seed ?? '1', 0, Number.MAX_SAFE_INTEGER),
    intensity: given.intensity === undefined ? { restarts: crashes + 10, seconds: 60 } : intensity(given.intensity),
    json: given.json ?? false,
    file: given.file === undefined ? undefined : path(given.file),
  }
}

interface Given {
  flights?: string
  crashes?: string
  seed?: string
  intensity?: string
  json?: boolean
  file?: string
  help?: boolean
}

function parse(args: readonly string[]): Given {
  const value = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: args.reduce(joinNegative, []),
      options: {
        ...{ flights: value, crashes: value, seed: value, intensity: value, file: value },
        ...{ json: flag, help: { ...flag, short: 'h' } },
      },
    }).values
  } catch (error) {
    // The sentences behind the first one are advice on dashes.
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split(/\.?\n|\. /)
    throw new UsageError(first.replace(/\.$/, ''))
  }
}

/** `--seed -5` as `--seed=-5`: the parser takes the former for two options, and says so at length. */
function joinNegative(joined: string[], arg: string): string[] {
  const option = joined.at(-1)
  if (!/^-\d/.test(arg) || option === undefined || !/^--\w+$/.test(option)) return [...joined, arg]
  return [...joined.slice(0, -1), `${option}=${arg}`]
}

function path(text: string): string {
  if (text === '') throw new UsageError('--file is "", and takes the path of a parquet file')
  return text
}

function whole(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most.toLocaleString('en')}`
  throw new UsageError(`--${name} is ${JSON.stringify(text)}, and takes a whole number, ${range}`)
}

function intensity(text: string): Options['intensity'] {
  const parts = /^(\d+)\/(\d+(?:\.\d+)?)s?$/.exec(text)
  const restarts = Number(parts?.[1])
  const seconds = Number(parts?.[2])
  if (Number.isSafeInteger(restarts) && seconds >= 0.001 && seconds <= 1e9) return { restarts, seconds }
  const shape = 'takes restarts/seconds, such as 3/60'
  throw new UsageError(`--intensity is ${JSON.stringify(text)}, and ${shape}`)
}
