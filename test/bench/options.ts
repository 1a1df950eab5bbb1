import { type PeerName, peers } from './peers/index.js'
import { type Workload, workloads } from './workloads.js'

/** What the command line asks for. */
export interface Options {
  readonly workloads: readonly Workload[]
  readonly repetitions: number
  /** Absent: all peers. The reference of a workload always runs. */
  readonly peers: ReadonlySet<PeerName> | undefined
  readonly json: boolean
  readonly help: boolean
}

/** A command line that cannot be followed; the message is one line for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = [
  'usage: npm run -s bench -- [NAME ...] [--json] [--reps N] [--peers NAME,NAME] [--quick]',
  '',
  '  NAME           a workload or the first word of several (scale, restart); all unless given',
  '  --json         print one JSON object as the last line of stdout instead of tables',
  '  --reps N       repetitions, each row once in each (5)',
  '  --peers A,B    these peers only, by name or first word (erlang, xstate); the reference always runs',
  '  --quick        3 repetitions of Holdfast and the reference',
  '',
  `  workloads: ${workloads.map((workload) => workload.name).join(' ')}`,
  `  peers:     ${Object.keys(peers).join(' ')}`,
].join('\n')

/** Reads the arguments after the command. Throws {@link UsageError}. */
export const parseOptions = (args: readonly string[]): Options => {
  const names: string[] = []
  let json = false
  let help = false
  let quick = false
  let repetitions: number | undefined
  let wantedPeers: ReadonlySet<PeerName> | undefined
  for (let index = 0; index < args.length; index += 1) {
    const [flag, inline] = splitFlag(args[index] as string)
    const value = (): string => {
      if (inline !== undefined) return inline
      index += 1
      const next = args[index]
      if (next === undefined) throw new UsageError(`${flag} needs a value, for example ${flag} ${examples[flag]}.`)
      return next
    }
    if (inline !== undefined && !Object.hasOwn(examples, flag) && flag.startsWith('--')) {
      throw new UsageError(`${flag} takes no value. ${existing}`)
    }
    switch (flag) {
      case '--json':
        json = true
        break
      case '--help':
      case '-h':
        help = true
        break
      case '--quick':
        quick = true
        break
      case '--reps':
        repetitions = parseRepetitions(value())
        break
      case '--peers':
        wantedPeers = parsePeers(value())
        break
      default:
        if (flag.startsWith('-')) {
          throw new UsageError(`No option ${flag}. ${existing}`)
        }
        names.push(flag)
    }
  }
  return {
    workloads: chooseWorkloads(names),
    repetitions: repetitions ?? (quick ? 3 : 5),
    peers: wantedPeers ?? (quick ? new Set<PeerName>(['holdfast']) : undefined),
    json,
    help,
  }
}

const existing = 'There are --json, --reps N, --peers A,B, --quick and --help.'

/** The options that take a value, with one for the text of an error. */
const examples: { readonly [flag: string]: string } = { '--reps': '5', '--peers': 'holdfast,xstate' }

const splitFlag = (argument: string): readonly [string, string | undefined] => {
  const at = argument.indexOf('=')
  return argument.startsWith('--') && at > 0 ? [argument.slice(0, at), argument.slice(at + 1)] : [argument, undefined]
}

const parseRepetitions = (text: string): number => {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 99) return count
  throw new UsageError(`--reps is a whole number from 1 to 99, not ${text}.`)
}

const parsePeers = (text: string): ReadonlySet<PeerName> => {
  const all = Object.keys(peers) as PeerName[]
  const chosen = new Set<PeerName>()
  for (const name of text.split(',')) {
    const found = byNameOrFirstWord(all, (peer) => peer, name)
    if (found.length === 0) throw new UsageError(`No peer ${name}. There are ${all.join(', ')}.`)
    for (const peer of found) chosen.add(peer)
  }
  return chosen
}

const chooseWorkloads = (names: readonly string[]): readonly Workload[] => {
  if (names.length === 0) return workloads
  const chosen = new Set<Workload>()
  for (const name of names) {
    const found = byNameOrFirstWord(workloads, (workload) => workload.name, name)
    if (found.length === 0) {
      throw new UsageError(`No workload ${name}. There are ${workloads.map((workload) => workload.name).join(', ')}.`)
    }
    for (const workload of found) chosen.add(workload)
  }
  return workloads.filter((workload) => chosen.has(workload))
}

// `tell` is itself and not also tell-path; `scale` is all that begin with it.
const byNameOrFirstWord = <T>(all: readonly T[], nameOf: (item: T) => string, name: string): readonly T[] => {
  const exact = all.filter((item) => nameOf(item) === name)
  return exact.length > 0 ? exact : all.filter((item) => nameOf(item).startsWith(`${name}-`))
}
