import {
  afterEvent,
  type Definition,
  type DefinitionDelay,
  type DefinitionHandler,
  type DefinitionNode,
  type DefinitionTransition,
  doneEvent,
  internalPrefix,
} from './definition.js'
import { MachineError } from './error.js'
import {
  isMachineSource,
  isRecord,
  type MachineSource,
  type SourceImplementations,
  type SourceNode,
  type SourceTransition,
} from './source.js'

const depthMax = 16
const nodesMax = 4096
const microstepsDefault = 1000

const nodeKeys = new Set(
  'id key type initial states on always after entry exit tags description meta onDone order'.split(' '),
)
const rootKeys = new Set('version types schemas options context'.split(' '))
const transitionKeys = new Set(
  'target guard actions reenter description meta source eventType toJSON event delay'.split(' '),
)

/**
 * Reads an xstate v5 machine into plain data.
 *
 * @throws MachineError `not-a-machine`; `unsupported` with the feature and the state for everything outside the
 * compiled scope; `invalid` for a definition that contradicts itself; `limit` for one nested deeper than 16 or with
 * more than 4,096 states.
 */
export function readDefinition(machine: MachineSource): Definition {
  if (!isMachineSource(machine)) {
    throw new MachineError(
      'not-a-machine',
      'compile() was given something that is not an xstate v5 machine. Pass what createMachine({...}) or ' +
        'setup({...}).createMachine({...}) of xstate 5 returned.',
      {},
    )
  }
  return new Reader(machine).read()
}

class Reader {
  readonly #machine: MachineSource
  readonly #implementations: SourceImplementations
  readonly #sources: SourceNode[] = []
  readonly #parents: number[] = []
  readonly #indexes = new Map<SourceNode, number>()
  readonly #ids = new Set<string>()

  constructor(machine: MachineSource) {
    this.#machine = machine
    this.#implementations = machine.implementations as SourceImplementations
  }

  read(): Definition {
    const root = this.#machine.root as SourceNode
    this.#collect(root, -1)
    if (root.type !== 'compound') throw this.#unsupported('', 'a machine without states', 'Give it at least one state.')
    this.#refuseContext(root)
    const nodes = this.#sources.map((source, index) => this.#node(source, index))
    return { id: this.#machine.id, nodes, microstepsMax: microstepsMax(root.config.options) }
  }

  /** Numbers the nodes in document order, and refuses what a node as a whole may not be. */
  #collect(source: SourceNode, parent: number): void {
    const path = source.path.join('.')
    if (source.path.length > depthMax) throw this.#limit(path, 'levels of nesting', depthMax)
    if (this.#sources.length >= nodesMax) throw this.#limit(path, 'states', nodesMax)
    if (this.#ids.has(source.id)) throw this.#invalid(path, `the id '${source.id}' is given to two states`)
    if (source.path.length > 0 && (source.key.includes('.') || source.key === '')) {
      throw this.#unsupported(path, 'a state key that is empty or contains a dot', 'Dots join the keys of a path.')
    }
    this.#refuseNode(source, path)
    this.#ids.add(source.id)
    const index = this.#sources.push(source) - 1
    this.#parents.push(parent)
    this.#indexes.set(source, index)
    for (const child of Object.values(source.states)) this.#collect(child, index)
  }

  #refuseNode(source: SourceNode, path: string): void {
    const { config, type } = source
    if (type === 'parallel') throw this.#unsupported(path, 'parallel', 'Use one machine per region.')
    if (type === 'history') throw this.#unsupported(path, 'history', 'Name the state to return to.')
    if (type !== 'compound' && Object.keys(source.states).length > 0) {
      throw this.#unsupported(path, `states inside a state of type '${type}'`, "Drop 'type' or the nested states.")
    }
    for (const [key, value] of Object.entries(config)) {
      if (value === undefined || nodeKeys.has(key) || (path === '' && rootKeys.has(key))) continue
      throw this.#unsupported(path, key, `Remove '${key}' from this state.`)
    }
  }

  #refuseContext(root: SourceNode): void {
    const context = root.config.context
    if (context === undefined || (isRecord(context) && Object.keys(context).length === 0)) return
    throw this.#unsupported('', 'context', 'A compiled machine is its state alone; its owner keeps the data.')
  }

  #node(source: SourceNode, index: number): DefinitionNode {
    const path = source.path.join('.')
    const { config } = source
    const compound = source.type === 'compound'
    return {
      index,
      key: source.key,
      path,
      kind: compound ? 'compound' : source.type === 'final' ? 'final' : 'atomic',
      parent: this.#parents[index] as number,
      initial: compound ? this.#index(source.initial.target?.[0], path) : -1,
      initialActions: compound ? this.#actions(source.initial.actions, path) : [],
      entry: this.#actions(list(config.entry), path),
      exit: this.#actions(list(config.exit), path),
      tags: source.tags,
      description: source.description,
      meta: this.#meta(config.meta, path),
      delays: this.#delays(config.after, path),
      on: this.#handlers(source, path),
      always: (source.always ?? []).map((transition) => this.#transition(transition, path)),
    }
  }

  #index(target: SourceNode | undefined, path: string): number {
    const index = target === undefined ? undefined : this.#indexes.get(target)
    if (index === undefined) throw this.#invalid(path, 'a target is not a state of this machine')
    return index
  }

  #delays(after: unknown, path: string): DefinitionDelay[] {
    if (!isRecord(after)) return []
    const delays = Object.keys(after).map((key): DefinitionDelay => {
      const name = Number.isNaN(Number(key)) ? key : String(Number(key))
      return { event: afterEvent(path, name), name, delayMs: this.#delayMs(name, path) }
    })
    if (new Set(delays.map((delay) => delay.event)).size < delays.length) {
      throw this.#invalid(path, "two keys of 'after' are the same delay")
    }
    return delays
  }

  #delayMs(name: string, path: string): number {
    const delay = Number.isNaN(Number(name)) ? this.#implementations.delays[name] : Number(name)
    if (typeof delay === 'function') {
      throw this.#unsupported(path, `dynamic delay '${name}'`, 'Give the delay as a number of ms.')
    }
    if (delay === undefined) throw this.#invalid(path, `the delay '${name}' is declared nowhere`)
    if (typeof delay !== 'number' || !Number.isFinite(delay) || delay < 0) {
      throw this.#invalid(path, `the delay '${name}' is ${String(delay)}, not a number of ms from 0 up`)
    }
    return delay
  }

  /** xstate names its own events by state id; ours by path, and only those may begin with `xstate.`. */
  #handlers(source: SourceNode, path: string): DefinitionHandler[] {
    const written = Object.keys(isRecord(source.config.on) ? source.config.on : {})
    for (const event of written) {
      if (event.startsWith(internalPrefix)) {
        throw this.#unsupported(path, `a transition on '${event}'`, "Use 'after' or 'onDone' instead.")
      }
      if (event !== '*' && event.endsWith('.*')) {
        throw this.#unsupported(path, `partial wildcard '${event}'`, "List the events, or use '*'.")
      }
    }
    return [...source.transitions].map(([event, transitions]) => ({
      event: written.includes(event) ? event : this.#internalEvent(event, source, path),
      transitions: transitions.map((transition) => this.#transition(transition, path)),
    }))
  }

  #internalEvent(event: string, source: SourceNode, path: string): string {
    if (event === `xstate.done.state.${source.id}`) return doneEvent(path)
    for (const key of Object.keys(isRecord(source.config.after) ? source.config.after : {})) {
      const name = Number.isNaN(Number(key)) ? key : String(Number(key))
      if (event === `xstate.after.${name}.${source.id}`) return afterEvent(path, name)
    }
    throw this.#unsupported(path, `the internal event '${event}'`, 'Remove what raises it.')
  }

  #transition(transition: SourceTransition, path: string): DefinitionTransition {
    for (const [key, value] of Object.entries(transition)) {
      if (value === undefined || transitionKeys.has(key)) continue
      throw this.#unsupported(path, `'${key}' on a transition`, `Remove '${key}'.`)
    }
    const targets = transition.target ?? []
    if (targets.length > 1)
      throw this.#unsupported(path, 'several targets', 'Only parallel states have a use for them.')
    if (targets[0] === this.#machine.root && transition.source !== targets[0] && !transition.reenter) {
      // xstate would enter the root a second time without leaving it, and lose hold of its timers.
      throw this.#unsupported(path, 'a target that is the root, without reenter', "Add 'reenter: true'.")
    }
    return {
      source: this.#index(transition.source, path),
      target: targets.length === 0 ? -1 : this.#index(targets[0], path),
      reenter: transition.reenter,
      guard: this.#guard(transition.guard, path),
      actions: this.#actions(transition.actions, path),
      description: transition.description,
    }
  }

  #actions(actions: readonly unknown[], path: string): string[] {
    return actions.map((action) => {
      if (typeof action === 'function') {
        const builtin = builtinType(action)
        if (builtin !== undefined) throw this.#unsupported(path, `the action ${builtin}`, 'Use a named action.')
        throw this.#unsupported(path, 'an inline action', 'Name it, and let the host implement the name.')
      }
      const type = this.#reference(action, 'action', path)
      const builtin = builtinType(this.#implementations.actions[type])
      if (builtin !== undefined) {
        throw this.#unsupported(path, `the action ${builtin} (named '${type}')`, 'Let the host implement the name.')
      }
      return type
    })
  }

  #guard(guard: unknown, path: string): string | undefined {
    if (guard === undefined) return undefined
    if (typeof guard === 'function') {
      const feature = 'check' in guard ? `the guard ${guard.name}()` : 'an inline guard'
      throw this.#unsupported(path, feature, 'Name it, and let the host implement the name.')
    }
    const type = this.#reference(guard, 'guard', path)
    const implementation = this.#implementations.guards[type]
    if (implementation !== undefined && (typeof implementation !== 'function' || 'check' in implementation)) {
      const made = typeof implementation === 'function' ? `${implementation.name}()` : 'another guard'
      throw this.#unsupported(path, `the guard ${made} (named '${type}')`, 'Let the host implement the name.')
    }
    return type
  }

  /** The name in `'name'` or `{ type: 'name' }`. */
  #reference(value: unknown, what: string, path: string): string {
    if (typeof value === 'string') return value
    if (!isRecord(value) || typeof value.type !== 'string') {
      throw this.#invalid(path, `${article(what)} is neither a name nor { type: name }`)
    }
    if (value.params !== undefined) {
      throw this.#unsupported(path, `params of the ${what} '${value.type}'`, `Name one ${what} per set of params.`)
    }
    return value.type
  }

  #meta(meta: unknown, path: string): unknown {
    if (meta === undefined) return undefined
    try {
      return JSON.parse(JSON.stringify(meta)) as unknown
    } catch (cause) {
      throw this.#invalid(path, "'meta' cannot be written as JSON", cause)
    }
  }

  #unsupported(path: string, feature: string, advice: string): MachineError {
    return new MachineError('unsupported', `${this.#where(path)} uses ${feature}, which is not compiled. ${advice}`, {
      machine: this.#machine.id,
      state: path,
      feature,
    })
  }

  #invalid(path: string, what: string, cause?: unknown): MachineError {
    const data = { machine: this.#machine.id, state: path }
    const options = cause === undefined ? undefined : { cause }
    return new MachineError('invalid', `${this.#where(path)}: ${what}. Correct the definition.`, data, options)
  }

  #limit(path: string, what: string, limit: number): MachineError {
    return new MachineError('limit', `${this.#where(path)}: more than ${limit} ${what}. Split the machine.`, {
      machine: this.#machine.id,
      state: path,
      limit,
    })
  }

  #where(path: string): string {
    return path === '' ? `Machine '${this.#machine.id}'` : `Machine '${this.#machine.id}', state '${path}'`
  }
}

/** The type of an action made by xstate (assign, raise, ...), without its `xstate.` prefix. */
function builtinType(action: unknown): string | undefined {
  if (typeof action !== 'function' || !('resolve' in action)) return undefined
  const type = 'type' in action ? String(action.type) : action.name
  return type.startsWith(internalPrefix) ? type.slice(internalPrefix.length) : type
}

function microstepsMax(options: unknown): number {
  const max = isRecord(options) ? options.maxIterations : undefined
  return typeof max === 'number' && Number.isInteger(max) && max > 0 ? max : microstepsDefault
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`
}
