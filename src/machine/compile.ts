import type { CompiledMachine, MachineDelay } from './compiled.js'
import { type Definition, type DefinitionTransition, doneEvent, isInert, lineage, nodeAt } from './definition.js'
import { MachineError } from './error.js'
import { initialMicrostep, isDone, type Microstep, microstep, type Operation } from './microstep.js'
import type { EventName, StateName } from './names.js'
import { readDefinition } from './read.js'
import { alwaysCandidates, candidates, internalEvents, publicEvents } from './select.js'
import type { MachineSource } from './source.js'
import { type MachineTables, operationKind, TableMachine } from './table.js'

const cellsMax = 1 << 22

/**
 * Compiles an xstate v5 machine into integer tables.
 *
 * In scope: nested and final states, `onDone` of a nested state, named guards and actions, entry, exit, initial and
 * transition actions, `always`, `after` (ms, or a named delay that is a number), targetless and `reenter` transitions,
 * the wildcard `*`, forbidden transitions, tags, `description`, `meta`. Names are implemented by the
 * {@link MachineHost}; implementations given to xstate's `setup` are not called. Everything else is refused by name.
 *
 * A step is what xstate's own interpreter does with the same event: same state, same guards asked, same actions, in
 * the same order.
 *
 * @throws MachineError `not-a-machine`, `unsupported`, `invalid`, `limit`
 *
 * ```ts
 * const door = compile(createMachine({
 *   id: 'door', initial: 'shut',
 *   states: { shut: { on: { OPEN: 'open' } }, open: { on: { SHUT: 'shut' } } },
 * }))
 * door.step(door.state('shut'), door.event('OPEN')) === door.state('open')
 * ```
 */
export function compile<Machine extends MachineSource>(
  machine: Machine,
): CompiledMachine<StateName<Machine>, EventName<Machine>> {
  const tables = new Compiler(readDefinition(machine)).tables()
  return new TableMachine(tables) as CompiledMachine as CompiledMachine<StateName<Machine>, EventName<Machine>>
}

class Compiler {
  readonly #definition: Definition
  /** Node index of each state. */
  readonly #leaves: readonly number[]
  readonly #events: readonly string[]
  readonly #columns: readonly string[]
  readonly #actions: readonly string[]
  readonly #guards: readonly string[]
  readonly #delays: readonly MachineDelay[]
  readonly #hasAlways: boolean
  readonly #next: Int32Array
  readonly #handling: Uint8Array
  readonly #rowStart = [0]
  readonly #candidateGuard: number[] = []
  readonly #candidateStep: number[] = []
  readonly #stepTarget: number[] = []
  readonly #stepStart = [0]
  readonly #operations: number[] = []

  constructor(definition: Definition) {
    this.#definition = definition
    this.#leaves = definition.nodes.filter((node) => node.kind !== 'compound').map((node) => node.index)
    this.#events = publicEvents(definition)
    this.#columns = [...this.#events, ...internalEvents(definition)]
    this.#actions = actionNames(definition)
    this.#guards = guardNames(definition)
    this.#delays = definition.nodes.flatMap((node) =>
      node.delays.map(({ name, delayMs, event }) => ({
        state: node.path,
        name,
        delayMs,
        event: this.#columns.indexOf(event),
      })),
    )
    this.#hasAlways = definition.nodes.some((node) => node.always.length > 0)
    const cells = this.#leaves.length * this.#columns.length
    if (cells > cellsMax) throw tooLarge(definition, cells)
    this.#next = new Int32Array(cells)
    this.#handling = new Uint8Array(cells)
  }

  tables(): MachineTables {
    const initialStep = this.#step(initialMicrostep(this.#definition))
    this.#leaves.forEach((leaf, state) => {
      this.#columns.forEach((event, column) => {
        this.#cell(leaf, state, event, state * this.#columns.length + column)
      })
    })
    const alwaysRow = Int32Array.from(this.#leaves, (leaf) => this.#alwaysRow(leaf))
    const around = this.#leaves.map((leaf) => lineage(this.#definition, leaf).map((at) => nodeAt(this.#definition, at)))
    return {
      definition: this.#definition,
      states: this.#leaves.map((leaf) => nodeAt(this.#definition, leaf).path),
      events: this.#events,
      actions: this.#actions,
      guards: this.#guards,
      delays: this.#delays,
      eventCount: this.#columns.length,
      next: this.#next,
      handling: this.#handling,
      rowStart: Int32Array.from(this.#rowStart),
      candidateGuard: Int32Array.from(this.#candidateGuard),
      candidateStep: Int32Array.from(this.#candidateStep),
      stepTarget: Int32Array.from(this.#stepTarget),
      stepStart: Int32Array.from(this.#stepStart),
      operations: Int32Array.from(this.#operations),
      alwaysRow,
      done: Uint8Array.from(this.#leaves, (leaf) => (isDone(this.#definition, leaf) ? 1 : 0)),
      raises: this.#operations.some((code) => (code & 3) === operationKind.raise),
      initialStep,
      tags: around.map((nodes) => new Set(nodes.flatMap((node) => node.tags))),
      paths: around.map((nodes) => new Set(nodes.map((node) => node.path))),
    }
  }

  #cell(leaf: number, state: number, event: string, cell: number): void {
    if (isDone(this.#definition, leaf)) {
      this.#next[cell] = state
      this.#handling[cell] = 1
      return
    }
    const transitions = candidates(this.#definition, leaf, event)
    this.#handling[cell] = transitions.length === 0 ? 0 : transitions.every(isInert) ? 1 : 2
    this.#next[cell] = this.#direct(leaf, state, transitions) ?? ~this.#row(leaf, transitions)
  }

  /** The next state, where it is all there is to do: no guard, no operation, and at rest before and after. */
  #direct(leaf: number, state: number, transitions: readonly DefinitionTransition[]): number | undefined {
    const [first] = transitions
    if (!this.#rests(leaf)) return undefined
    if (first === undefined) return state
    if (first.guard !== undefined) return undefined
    const { target, operations } = microstep(this.#definition, leaf, first)
    const busy = operations.some((operation) => this.#code(operation) !== undefined)
    return busy || !this.#rests(target) ? undefined : this.#leaves.indexOf(target)
  }

  #rests(leaf: number): boolean {
    return isDone(this.#definition, leaf) || alwaysCandidates(this.#definition, leaf).length === 0
  }

  #alwaysRow(leaf: number): number {
    const transitions = alwaysCandidates(this.#definition, leaf)
    return transitions.length === 0 ? -1 : this.#row(leaf, transitions)
  }

  #row(leaf: number, transitions: readonly DefinitionTransition[]): number {
    for (const transition of transitions) {
      this.#candidateGuard.push(transition.guard === undefined ? -1 : this.#guards.indexOf(transition.guard))
      this.#candidateStep.push(this.#step(microstep(this.#definition, leaf, transition)))
    }
    return this.#rowStart.push(this.#candidateGuard.length) - 2
  }

  #step({ target, operations }: Microstep): number {
    for (const operation of operations) {
      const code = this.#code(operation)
      if (code !== undefined) this.#operations.push(code)
    }
    this.#stepStart.push(this.#operations.length)
    return this.#stepTarget.push(this.#leaves.indexOf(target)) - 1
  }

  #code(operation: Operation): number | undefined {
    switch (operation.type) {
      case 'act':
        return (this.#actions.indexOf(operation.action) << 2) | operationKind.act
      case 'arm':
      case 'disarm': {
        const event = this.#columns.indexOf(operation.event)
        const delay = this.#delays.findIndex((candidate) => candidate.event === event)
        return (delay << 2) | operationKind[operation.type]
      }
      case 'done':
        return this.#raise(operation.node)
    }
  }

  /** A done event nobody can hear is not raised; but where there is `always`, raising it has them tried once more. */
  #raise(node: number): number | undefined {
    const event = doneEvent(nodeAt(this.#definition, node).path)
    const column = this.#columns.indexOf(event)
    if (column < 0) return undefined
    const heard = this.#leaves.some((leaf) => candidates(this.#definition, leaf, event).length > 0)
    return heard || this.#hasAlways ? (column << 2) | operationKind.raise : undefined
  }
}

function actionNames(definition: Definition): string[] {
  return [
    ...new Set(
      definition.nodes.flatMap((node) => [
        ...node.entry,
        ...node.initialActions,
        ...transitionsOf(node).flatMap((transition) => transition.actions),
        ...node.exit,
      ]),
    ),
  ]
}

function guardNames(definition: Definition): string[] {
  const guards = definition.nodes.flatMap((node) => transitionsOf(node).map((transition) => transition.guard))
  return [...new Set(guards)].filter((guard) => guard !== undefined)
}

function transitionsOf(node: Definition['nodes'][number]): DefinitionTransition[] {
  return [...node.on.flatMap((handler) => handler.transitions), ...node.always]
}

function tooLarge(definition: Definition, cells: number): MachineError {
  return new MachineError(
    'limit',
    `Machine '${definition.id}' needs a table of ${cells} cells (states x events); at most ${cellsMax} are allowed. ` +
      'Split the machine.',
    { machine: definition.id, limit: cellsMax },
  )
}
