import fc from 'fast-check'
import { type AnyStateMachine, createActor, createMachine } from 'xstate'
import { type CompiledMachine, compile, MachineError, MachineRunner } from '../../src/machine/index.js'
import type { Timer } from '../../src/world/timers.js'
import { ManualTimers } from './manual-timers.js'

/** What both sides are given: an event by number, or a wait of about one of the machine's delays. Numbers wrap around. */
export type MachineCommand = { readonly send: number } | { readonly wait: number }

/** What both sides report after the start and after every command. */
export interface MachineObservation {
  readonly state: string
  readonly done: boolean
  readonly tags: readonly string[]
  /** Guards asked (with the answer) and actions run, in order. */
  readonly log: readonly string[]
}

export interface MachineRun {
  readonly commands: readonly MachineCommand[]
  /** Answers to guards in the order they are asked, round and round: guards may change their mind within a step. */
  readonly answers: readonly boolean[]
}

const microstepsMax = 200

export const machineRuns: fc.Arbitrary<MachineRun> = fc.record({
  commands: fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ send: fc.nat(50) }) },
      { weight: 1, arbitrary: fc.record({ wait: fc.nat(50) }) },
    ),
    { maxLength: 30, size: 'large' },
  ),
  answers: fc.array(fc.boolean(), { minLength: 1, maxLength: 40, size: 'large' }),
})

/**
 * Drives xstate's own interpreter and the compiled table with the same random events, times and guard answers, and
 * compares states, tags, guards asked and actions run, in order. Throws fast-check's report (seed, path,
 * counterexample) at the first difference.
 */
export function compareWithXstate(machine: AnyStateMachine, options: { readonly runs: number }): void {
  fc.assert(
    fc.property(machineRuns, (run) => {
      const difference = firstDifference(machine, run)
      if (difference !== undefined) throw new Error(`machine '${machine.id}': ${difference}`)
    }),
    { numRuns: options.runs },
  )
}

/** The first difference between the two sides as text, or `undefined` when there is none. */
export function firstDifference(machine: AnyStateMachine, run: MachineRun): string | undefined {
  const bounded = boundedMachine(machine)
  const ours = runTable(bounded, run)
  const theirs = runXstate(bounded, run)
  const index = theirs.findIndex((step, at) => JSON.stringify(step) !== JSON.stringify(ours[at]))
  if (index < 0 && ours.length === theirs.length) return undefined
  const command = index <= 0 ? 'the start' : JSON.stringify(run.commands[index - 1])
  return `after ${command}\n  xstate: ${JSON.stringify(theirs[index])}\n  table:  ${JSON.stringify(ours[index])}`
}

/** What the compiled table makes of `run`. */
export function runTable(machine: AnyStateMachine, run: MachineRun): MachineObservation[] {
  const compiled: CompiledMachine = compile(machine)
  const journal = new Journal(run.answers)
  const timers = new ManualTimers()
  const runner = new MachineRunner({
    machine: compiled,
    timers,
    guards: Object.fromEntries(compiled.guards.map((name) => [name, () => journal.ask(name)])),
    actions: Object.fromEntries(compiled.actions.map((name) => [name, () => journal.act(name)])),
  })
  const tags = allTags(compiled)
  const observe = (): MachineObservation => ({
    state: runner.state,
    done: runner.done,
    tags: tags.filter((tag) => compiled.hasTag(compiled.state(runner.state), tag)),
    log: journal.take(),
  })
  return observations(run, compiled, {
    start: () => {
      runner.start()
      return { ...observe(), log: [] }
    },
    send: (event) => runner.send(event),
    wait: (ms) => timers.advance(ms),
    observe,
    failed: () => false,
  })
}

/** What xstate's interpreter makes of `run`. */
export function runXstate(machine: AnyStateMachine, run: MachineRun): MachineObservation[] {
  const compiled: CompiledMachine = compile(machine)
  const journal = new Journal(run.answers)
  const timers = new ManualTimers()
  const provided = machine.provide({
    guards: Object.fromEntries(compiled.guards.map((name) => [name, () => journal.ask(name)])),
    actions: Object.fromEntries(compiled.actions.map((name) => [name, () => journal.act(name)])),
  } as Parameters<AnyStateMachine['provide']>[0])
  const actor = createActor(provided, { clock: xstateClock(timers) })
  // Without an observer xstate rethrows what fails in a timer of its own.
  actor.subscribe({ error: () => undefined })
  const tags = allTags(compiled)
  const observe = (): MachineObservation => {
    const snapshot = actor.getSnapshot()
    return {
      state: dotted(snapshot.value),
      done: snapshot.status === 'done',
      tags: tags.filter((tag) => snapshot.hasTag(tag)),
      log: journal.take(),
    }
  }
  return observations(run, compiled, {
    start: () => {
      actor.start()
      return { ...observe(), log: [] }
    },
    send: (event) => {
      if (actor.getSnapshot().status === 'active') actor.send({ type: event === '*' ? 'event.of.no.name' : event })
    },
    wait: (ms) => timers.advance(ms),
    observe,
    failed: () => actor.getSnapshot().status === 'error',
  })
}

interface Side {
  start(): MachineObservation
  send(event: string): void
  wait(ms: number): void
  observe(): MachineObservation
  failed(): boolean
}

const endless: MachineObservation = { state: 'endless', done: false, tags: [], log: [] }

function observations(run: MachineRun, machine: CompiledMachine, side: Side): MachineObservation[] {
  const seen: MachineObservation[] = []
  const waitsMs = machine.delays.flatMap(({ delayMs }) => [delayMs, Math.max(0, delayMs - 1), Math.ceil(delayMs / 3)])
  try {
    seen.push(side.start())
    for (const command of run.commands) {
      if (side.failed()) break
      if ('wait' in command) side.wait(waitsMs[command.wait % waitsMs.length] ?? 0)
      else if (machine.events.length > 0) side.send(machine.events[command.send % machine.events.length] as string)
      seen.push(side.observe())
    }
  } catch (error) {
    if (!(error instanceof MachineError && error.code === 'endless')) throw error
    return [...seen, endless]
  }
  return side.failed() ? [...seen.slice(0, -1), endless] : seen
}

function xstateClock(timers: ManualTimers): Pick<typeof globalThis, 'setTimeout' | 'clearTimeout'> {
  return {
    setTimeout: (run: () => void, delayMs: number) => timers.after(delayMs, run),
    clearTimeout: (timer: Timer | undefined) => timer?.cancel(),
  } as never
}

/** Answers guards from the script and writes down what happens. */
class Journal {
  readonly #answers: readonly boolean[]
  #asked = 0
  #log: string[] = []

  constructor(answers: readonly boolean[]) {
    this.#answers = answers
  }

  ask(guard: string): boolean {
    const answer = this.#answers[this.#asked++ % this.#answers.length] === true
    this.#log.push(`${guard}? ${answer}`)
    return answer
  }

  act(action: string): void {
    this.#log.push(action)
  }

  take(): string[] {
    const log = this.#log
    this.#log = []
    return log
  }
}

/** The same machine with an end to endless `always` cycles, which xstate does not have by default. */
function boundedMachine(machine: AnyStateMachine): AnyStateMachine {
  const options = { maxIterations: microstepsMax, ...machine.config.options }
  const config = { ...machine.config, options } as Parameters<typeof createMachine>[0]
  return createMachine(config, machine.implementations as Parameters<typeof createMachine>[1])
}

function allTags(machine: CompiledMachine): string[] {
  return [...new Set(machine.definition.nodes.flatMap((node) => node.tags))]
}

/** `{ a: { b: 'c' } }` as `a.b.c`. */
function dotted(value: unknown): string {
  if (typeof value === 'string') return value
  return Object.entries(value as Record<string, unknown>)
    .map(([key, inner]) => `${key}.${dotted(inner)}`)
    .join(' ')
}
