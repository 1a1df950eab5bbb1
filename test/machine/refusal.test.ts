import { describe, expect, test } from 'vitest'
import {
  and,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  log,
  not,
  or,
  raise,
  sendTo,
  setup,
  spawnChild,
  stateIn,
  stopChild,
} from 'xstate'
import { compile, MachineError, type MachineSource } from '../../src/machine/index.js'

type Config = Parameters<typeof createMachine>[0]

function inState(state: object): Config {
  return { id: 'm', initial: 'a', states: { a: { initial: 'b', states: { b: state } }, c: {} } } as Config
}

function refusal(config: Config, implementations?: Parameters<typeof createMachine>[1]): MachineError {
  return errorOf(() => compile(createMachine(config, implementations)))
}

describe('what is out of scope is refused by name, with the path of its state', () => {
  const states = { x: {} }
  test.each<[feature: string, state: object]>([
    ['parallel', { type: 'parallel', states }],
    ['history', { type: 'history' }],
    ['invoke', { invoke: { src: fromPromise(async () => 1) } }],
    ['output', { type: 'final', output: 1 }],
    ['route', { id: 'b', route: {} }],
    ["states inside a state of type 'final'", { type: 'final', states }],
    ['an inline action', { entry: () => undefined }],
    ['the action assign', { entry: assign({}) }],
    ['the action raise', { exit: raise({ type: 'X' }) }],
    ['the action sendTo', { on: { X: { actions: sendTo('y', { type: 'Z' }) } } }],
    ['the action spawnChild', { entry: spawnChild('x') }],
    ['the action stopChild', { entry: stopChild('x') }],
    ['the action enqueueActions', { entry: enqueueActions(() => undefined) }],
    ['the action emit', { entry: emit({ type: 'x' }) }],
    ['the action log', { entry: log('x') }],
    ['the action cancel', { entry: cancel('x') }],
    ["params of the action 'x'", { entry: { type: 'x', params: { y: 1 } } }],
    ['an inline guard', { on: { X: { guard: () => true } } }],
    ['the guard and()', { on: { X: { guard: and(['x', 'y']) } } }],
    ['the guard or()', { always: { guard: or(['x', 'y']), target: '#m.c' } }],
    ['the guard not()', { after: { 10: { guard: not('x') } } }],
    ['the guard stateIn()', { on: { X: { guard: stateIn('c') } } }],
    ["params of the guard 'x'", { on: { X: { guard: { type: 'x', params: 1 } } } }],
    ['several targets', { on: { X: { target: ['#m.c', '#m.a'] } } }],
    ["partial wildcard 'mouse.*'", { on: { 'mouse.*': '#m.c' } }],
    ["a transition on 'xstate.done.actor.x'", { on: { 'xstate.done.actor.x': '#m.c' } }],
    ['a target that is the root, without reenter', { on: { X: '#m' } }],
  ])('%s', (feature, state) => {
    expect(refusal(inState(state))).toMatchObject({
      code: 'unsupported',
      data: { machine: 'm', state: 'a.b', feature },
    })
  })

  test('the text names machine, state and feature, and what to do instead', () => {
    expect(refusal(inState({ type: 'parallel', states })).message).toBe(
      "Machine 'm', state 'a.b' uses parallel, which is not compiled. Use one machine per region.",
    )
  })

  test('a context', () => {
    const data = { feature: 'context', state: '' }
    expect(refusal({ ...inState({}), context: { count: 0 } } as Config)).toMatchObject({ code: 'unsupported', data })
    expect(refusal({ ...inState({}), context: () => ({}) } as Config)).toMatchObject({ code: 'unsupported', data })
    expect(() => compile(createMachine({ ...inState({}), context: {} } as Config))).not.toThrow()
  })

  test('a machine without states', () => {
    expect(refusal({ id: 'm' })).toMatchObject({ data: { feature: 'a machine without states', state: '' } })
  })

  test('a state key with a dot', () => {
    const config = { id: 'm', initial: 'a.b', states: { 'a.b': {} } }
    expect(refusal(config).data.feature).toMatch('a dot')
  })

  test('a delay that is worked out while running', () => {
    const machine = setup({ delays: { soon: () => 10 } }).createMachine(inState({ after: { soon: '#m.c' } }) as never)
    expect(errorOf(() => compile(machine)).data.feature).toBe("dynamic delay 'soon'")
  })

  test('a named action or guard that setup implements by a built-in', () => {
    const actions = { count: assign({}) }
    expect(refusal(inState({ entry: 'count' }), { actions }).data.feature).toBe("the action assign (named 'count')")
    const guards = { both: and(['x', 'y']) }
    const guarded = inState({ on: { X: { guard: 'both' } } })
    expect(refusal(guarded, { guards }).data.feature).toBe("the guard and() (named 'both')")
  })
})

describe('what contradicts itself or is too large is refused', () => {
  test('something that is not an xstate machine', () => {
    for (const value of [undefined, null, 1, {}, { id: 'm', config: {}, root: {}, implementations: {} }]) {
      expect(errorOf(() => compile(value as unknown as MachineSource)).code).toBe('not-a-machine')
    }
  })

  test.each<[text: string, state: object]>([
    ["the delay 'soon' is declared nowhere", { after: { soon: '#m.c' } }],
    ["the delay '-1' is -1, not a number of ms from 0 up", { after: { '-1': '#m.c' } }],
    ["two keys of 'after' are the same delay", { after: { 1000: '#m.c', '1e3': '#m.c' } }],
    ["the id 'm.c' is given to two states", { id: 'm.c' }],
    ["'meta' cannot be written as JSON", { meta: { big: 1n } }],
    ['an action is neither a name nor { type: name }', { entry: {} }],
  ])('%s', (text, state) => {
    const error = refusal(inState(state))
    expect(error.code).toBe('invalid')
    expect(error.message).toContain(text)
  })

  test('more than 16 levels', () => {
    const nest = (depth: number): object => (depth === 0 ? {} : { initial: 's', states: { s: nest(depth - 1) } })
    expect(() => compile(createMachine(nest(16) as Config))).not.toThrow()
    expect(refusal(nest(17) as Config)).toMatchObject({ code: 'limit', data: { limit: 16 } })
  })

  test('more than 4,096 nodes', () => {
    const states = Object.fromEntries(Array.from({ length: 4096 }, (_, index) => [`s${index}`, {}]))
    expect(refusal({ id: 'm', initial: 's0', states })).toMatchObject({ code: 'limit', data: { limit: 4096 } })
  })
})

function errorOf(run: () => unknown): MachineError {
  try {
    run()
  } catch (error) {
    if (error instanceof MachineError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
