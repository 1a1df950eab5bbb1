import type { CompiledMachine, MachineDelay, MachineHost } from './compiled.js'
import type { Definition } from './definition.js'
import { MachineError } from './error.js'

/** Kinds of an operation, in its lowest two bits; the rest is the number it acts on. */
export const operationKind = { act: 0, arm: 1, disarm: 2, raise: 3 } as const

/** The arrays behind a compiled machine. States, events and microsteps are numbers; -1 is none. */
export interface MachineTables {
  readonly definition: Definition
  readonly states: readonly string[]
  readonly events: readonly string[]
  readonly actions: readonly string[]
  readonly guards: readonly string[]
  readonly delays: readonly MachineDelay[]
  /** Columns of `next`: the named events, then the internal ones. */
  readonly eventCount: number
  /** At `state * eventCount + event`: the next state, or `~row` where there is more to do. */
  readonly next: Int32Array
  /** At `state * eventCount + event`: an index into `handlings`. */
  readonly handling: Uint8Array
  /** A row's candidates are those from `rowStart[row]` to before `rowStart[row + 1]`. */
  readonly rowStart: Int32Array
  readonly candidateGuard: Int32Array
  readonly candidateStep: Int32Array
  /** The state a microstep leads to. */
  readonly stepTarget: Int32Array
  /** A microstep's operations are those from `stepStart[step]` to before `stepStart[step + 1]`. */
  readonly stepStart: Int32Array
  readonly operations: Int32Array
  /** Row of the `always` transitions of a state; -1 where it has none. */
  readonly alwaysRow: Int32Array
  /** 1 where the machine is done. */
  readonly done: Uint8Array
  /** Whether any microstep raises an internal event. */
  readonly raises: boolean
  /** The microstep of the start. */
  readonly initialStep: number
  /** All tags and paths around a state, its own included. */
  readonly tags: readonly ReadonlySet<string>[]
  readonly paths: readonly ReadonlySet<string>[]
}

export const handlings = ['unhandled', 'ignored', 'transition'] as const

const noEvents: number[] = []

/** Steps the tables. The interface carries the contract. */
export class TableMachine implements CompiledMachine {
  readonly id: string
  readonly states: readonly string[]
  readonly events: readonly string[]
  readonly actions: readonly string[]
  readonly guards: readonly string[]
  readonly delays: readonly MachineDelay[]
  readonly initial: number
  readonly initialActions: readonly number[]
  readonly definition: Definition
  readonly #next: Int32Array
  readonly #eventCount: number
  readonly #tables: MachineTables
  readonly #stateNumbers: ReadonlyMap<string, number>
  readonly #eventNumbers: ReadonlyMap<string, number>
  readonly #allPaths: ReadonlySet<string>

  constructor(tables: MachineTables) {
    this.id = tables.definition.id
    this.states = tables.states
    this.events = tables.events
    this.actions = tables.actions
    this.guards = tables.guards
    this.delays = tables.delays
    this.definition = tables.definition
    this.#next = tables.next
    this.#eventCount = tables.eventCount
    this.#tables = tables
    this.#stateNumbers = numbered(tables.states)
    this.#eventNumbers = numbered(tables.events)
    this.#allPaths = new Set(tables.definition.nodes.map((node) => node.path))
    this.initial = at(tables.stepTarget, tables.initialStep)
    const from = at(tables.stepStart, tables.initialStep)
    const to = at(tables.stepStart, tables.initialStep + 1)
    const operations = [...tables.operations.subarray(from, to)]
    this.initialActions = operations.filter((code) => (code & 3) === operationKind.act).map((code) => code >> 2)
  }

  step(state: number, event: number, host?: MachineHost): number {
    const next = this.#next[state * this.#eventCount + event] as number
    return next >= 0 ? next : this.#take(state, ~next, host)
  }

  start(host?: MachineHost): number {
    const queue = this.#tables.raises ? [] : noEvents
    return this.#settle(this.#perform(this.#tables.initialStep, host, queue), host, queue)
  }

  state(name: string): number {
    return this.#stateNumbers.get(name) ?? this.#unknown('leaf state', name, this.states)
  }

  event(name: string): number {
    return this.#eventNumbers.get(name) ?? this.#unknown('event', name, this.events)
  }

  action(name: string): number {
    const action = this.actions.indexOf(name)
    return action >= 0 ? action : this.#unknown('action', name, this.actions)
  }

  guard(name: string): number {
    const guard = this.guards.indexOf(name)
    return guard >= 0 ? guard : this.#unknown('guard', name, this.guards)
  }

  handles(state: number, event: number): (typeof handlings)[number] {
    return handlings[at(this.#tables.handling, state * this.#eventCount + event)] as (typeof handlings)[number]
  }

  hasTag(state: number, tag: string): boolean {
    return this.#tables.tags[state]?.has(tag) ?? false
  }

  isFinal(state: number): boolean {
    return this.#tables.done[state] === 1
  }

  matches(state: number, path: string): boolean {
    if (!this.#allPaths.has(path)) this.#unknown('state', path, [...this.#allPaths].slice(1))
    return this.#tables.paths[state]?.has(path) ?? false
  }

  #take(state: number, row: number, host: MachineHost | undefined): number {
    const queue = this.#tables.raises ? [] : noEvents
    const step = this.#select(row, host)
    return this.#settle(step < 0 ? state : this.#perform(step, host, queue), host, queue)
  }

  /**
   * Follows `always` transitions, then internal events, until neither is left. An `always` that leads back to the same
   * state is not tried again before the next internal event, as in xstate: targetless ones run once.
   */
  #settle(state: number, host: MachineHost | undefined, queue: number[]): number {
    const { alwaysRow, done, definition } = this.#tables
    let current = state
    let eventless = true
    for (let microsteps = 1; done[current] === 0; microsteps++) {
      if (microsteps > definition.microstepsMax) throw this.#endless(current)
      const row = at(alwaysRow, current)
      const step = eventless && row >= 0 ? this.#select(row, host) : -1
      if (step >= 0) {
        const before = current
        current = this.#perform(step, host, queue)
        eventless = current !== before
      } else {
        const event = queue.shift()
        if (event === undefined) break
        current = this.#answer(current, event, host, queue)
        eventless = true
      }
    }
    return current
  }

  /** One microstep for an internal event. */
  #answer(state: number, event: number, host: MachineHost | undefined, queue: number[]): number {
    const next = at(this.#next, state * this.#eventCount + event)
    if (next >= 0) return next
    const step = this.#select(~next, host)
    return step < 0 ? state : this.#perform(step, host, queue)
  }

  /** The microstep of the first candidate whose guard holds; -1 when there is none. */
  #select(row: number, host: MachineHost | undefined): number {
    const { rowStart, candidateGuard, candidateStep } = this.#tables
    const end = at(rowStart, row + 1)
    for (let candidate = at(rowStart, row); candidate < end; candidate++) {
      const guard = at(candidateGuard, candidate)
      if (guard < 0) return at(candidateStep, candidate)
      if (host === undefined) throw this.#missing('guard', this.guards[guard])
      if (host.guard(guard)) return at(candidateStep, candidate)
    }
    return -1
  }

  #perform(step: number, host: MachineHost | undefined, queue: number[]): number {
    const { stepStart, stepTarget, operations } = this.#tables
    const end = at(stepStart, step + 1)
    for (let index = at(stepStart, step); index < end; index++) {
      const code = at(operations, index)
      const kind = code & 3
      if (kind === operationKind.raise) queue.push(code >> 2)
      else if (host === undefined) throw this.#missing('action', this.#operationName(code))
      else if (kind === operationKind.act) host.act(code >> 2)
      else this.#time(kind, code >> 2, host)
    }
    return at(stepTarget, step)
  }

  #time(kind: number, delay: number, host: MachineHost): void {
    if (host.arm === undefined || host.disarm === undefined) throw this.#missing('delay', this.delays[delay]?.name)
    if (kind === operationKind.arm) host.arm(delay)
    else host.disarm(delay)
  }

  #operationName(code: number): string | undefined {
    const number = code >> 2
    return (code & 3) === operationKind.act ? this.actions[number] : this.delays[number]?.name
  }

  #unknown(what: string, name: string, known: readonly string[]): never {
    const list = known.length === 0 ? 'It has none.' : `Use one of: ${known.join(', ')}.`
    const data = { machine: this.id, name, known }
    throw new MachineError('unknown-name', `Machine '${this.id}' has no ${what} '${name}'. ${list}`, data)
  }

  #missing(what: string, name: string | undefined): MachineError {
    const needs = what === 'delay' ? "'arm' and 'disarm'" : 'a host'
    return new MachineError(
      'missing-host',
      `Machine '${this.id}' met the ${what} '${name}', and nothing was given to do it. Pass ${needs} to start and step.`,
      { machine: this.id, ...(name === undefined ? {} : { name }) },
    )
  }

  #endless(state: number): MachineError {
    const limit = this.definition.microstepsMax
    return new MachineError(
      'endless',
      `Machine '${this.id}', state '${this.states[state]}': no rest after ${limit} microsteps. Its 'always' ` +
        "transitions form a cycle; add a guard that ends it, or raise 'options.maxIterations'.",
      { machine: this.id, state: this.states[state] ?? '', limit },
    )
  }
}

function numbered(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, index) => [name, index]))
}

/** Reads a typed array where the index is known to be inside. */
function at(array: Int32Array | Uint8Array, index: number): number {
  return array[index] as number
}
