import { launch, type RunResult, StreamError } from 'holdfast/stream'
import type { World } from 'holdfast/world'
import { type FaultPlan, planFaults, poisonAfter } from './faults.js'
import type { Options } from './options.js'
import { FileError, type FlightFile } from './parquet.js'
import { type Findings, flightsPipeline, honestHandlers } from './pipeline.js'
import { Progress } from './progress.js'
import { sabotagedHandlers, sabotagedSource, slippedIn } from './saboteur.js'
import { flightSource } from './source.js'
import { Tally } from './tally.js'

/** What became of the pipeline. */
export interface Outcome {
  readonly status: 'completed' | 'stopped' | 'escalated'
  /** Why it escalated. */
  readonly reason: string | undefined
  /** Flights read and committed. */
  readonly flights: number
  /** Corrupt records read and committed. */
  readonly slipped: number
  readonly tally: Tally
  readonly result: RunResult
  readonly findings: Findings
}

/** How long a record may take. No honest handler waits for anything, so one that is not done by then hangs. */
const deadlineMs = 25

/** What a run has to do with its surroundings. */
export interface Surroundings {
  readonly world: World
  /** Where progress is shown; absent where none is. */
  readonly stream?: NodeJS.WriteStream | undefined
  /** Once aborted, nothing more is read, and what was read is brought to its end. */
  readonly interrupt: AbortSignal
}

/** Runs the pipeline under sabotage. @throws FileError (as rejection) when the file turns out to be damaged */
export async function runJob(
  file: FlightFile,
  options: Pick<Options, 'flights' | 'crashes' | 'intensity'>,
  { world, stream, interrupt }: Surroundings,
): Promise<Outcome> {
  const flights = Math.min(options.flights, file.flights)
  const plan = planFaults(world.random, options.crashes, flights)
  const findings: Findings = { airports: new Map(), days: new Map() }
  const source = sabotagedSource(flightSource(file, flights), plan)
  const pipeline = flightsPipeline(source, sabotagedHandlers(honestHandlers(findings), plan))
  const tally = new Tally()
  let damage: FileError | undefined

  const running = await launch(pipeline, {
    world,
    poisonAfter,
    deadline: deadlineMs,
    intensity: { restarts: options.intensity.restarts, within: `${options.intensity.seconds}s` },
    onCreate(system) {
      tally.watch(system)
      system.events.on('crashed', ({ error }) => {
        // To read it again would not mend it.
        if (error instanceof FileError) {
          damage = error
          void system.stop()
        }
      })
    },
  })
  const progress =
    stream &&
    new Progress(stream, flights, () => {
      const result = running.report()
      return { flights: readBy(result, plan).flights, crashes: tally.total, recovered: result.crashes.length }
    })
  const stop = (): void => void running.stop().catch(() => undefined)
  if (interrupt.aborted) stop()
  else interrupt.addEventListener('abort', stop)
  try {
    const result = await running.done
    const status = result.status === 'stopped' ? 'stopped' : 'completed'
    return { status, reason: undefined, ...readBy(result, plan), tally, result, findings }
  } catch (error) {
    if (damage !== undefined) throw damage
    if (!(error instanceof StreamError) || error.code !== 'escalated') throw error
    const result = running.report()
    return { status: 'escalated', reason: error.message, ...readBy(result, plan), tally, result, findings }
  } finally {
    progress?.end()
  }
}

function readBy({ operators }: RunResult, plan: FaultPlan): { readonly flights: number; readonly slipped: number } {
  const read = operators.find(({ id }) => id === 'source')?.recordsIn ?? 0
  const slipped = slippedIn(plan, read)
  return { flights: read - slipped, slipped }
}
