import { describe, expect, expectTypeOf, test } from 'vitest'
import { createMachine, setup } from 'xstate'
import { type CompiledMachine, compile, MachineError, type MachineHost } from '../../src/machine/index.js'

const door = compile(
  setup({ types: { events: {} as { type: 'OPEN' } | { type: 'SHUT' } | { type: 'LOCK' } } }).createMachine({
    id: 'door',
    initial: 'shut',
    states: {
      shut: {
        tags: ['dark'],
        initial: 'free',
        on: { OPEN: 'open', SHUT: undefined },
        states: { free: { on: { LOCK: 'locked' } }, locked: { tags: ['safe'], on: { OPEN: undefined } } },
      },
      open: { on: { SHUT: 'shut' } },
    },
  }),
)

describe('names and numbers', () => {
  test('states are the leaves as dotted paths, events stand in the order they are written', () => {
    expect(door.states).toEqual(['shut.free', 'shut.locked', 'open'])
    expect(door.events).toEqual(['OPEN', 'SHUT', 'LOCK'])
    expect(door.states.map((name) => door.state(name))).toEqual([0, 1, 2])
    expect(door.initial).toBe(door.state('shut.free'))
  })

  test('names are checked by the compiler where setup declares them', () => {
    expectTypeOf(door).toEqualTypeOf<CompiledMachine<'open' | 'shut.free' | 'shut.locked', 'OPEN' | 'SHUT' | 'LOCK'>>()
    // @ts-expect-error no such state
    expect(() => door.state('closed')).toThrow(MachineError)
    // @ts-expect-error no such event
    expect(() => door.event('KNOCK')).toThrow(MachineError)
    expectTypeOf(door).toExtend<CompiledMachine>()
  })

  test('names are plain strings where the machine does not declare them', () => {
    const loose = compile(createMachine({ initial: 'a', states: { a: { on: { GO: 'a' } } } }))
    expectTypeOf(loose).toEqualTypeOf<CompiledMachine<string, string>>()
  })

  test('an unknown name is refused with the names there are', () => {
    const machine: CompiledMachine = door
    expect(errorOf(() => machine.state('shut'))).toMatchObject({
      code: 'unknown-name',
      message: "Machine 'door' has no leaf state 'shut'. Use one of: shut.free, shut.locked, open.",
      data: { machine: 'door', name: 'shut', known: ['shut.free', 'shut.locked', 'open'] },
    })
    expect(errorOf(() => machine.event('KNOCK')).code).toBe('unknown-name')
    expect(errorOf(() => machine.action('ring')).message).toBe("Machine 'door' has no action 'ring'. It has none.")
    expect(errorOf(() => machine.guard('allowed')).code).toBe('unknown-name')
    expect(errorOf(() => machine.matches(0, 'ajar')).code).toBe('unknown-name')
  })

  test('a state matches itself and what is around it', () => {
    const locked = door.state('shut.locked')
    expect(['', 'shut', 'shut.locked', 'shut.free', 'open'].filter((path) => door.matches(locked, path))).toEqual([
      '',
      'shut',
      'shut.locked',
    ])
  })

  test('tags are those of the state and of the states around it', () => {
    expect(door.hasTag(door.state('shut.locked'), 'safe')).toBe(true)
    expect(door.hasTag(door.state('shut.locked'), 'dark')).toBe(true)
    expect(door.hasTag(door.state('shut.free'), 'safe')).toBe(false)
    expect(door.hasTag(door.state('open'), 'dark')).toBe(false)
  })
})

describe('a step without guards and actions', () => {
  test('leads to the target, entering it by default, and needs no host', () => {
    expect(door.step(door.state('open'), door.event('SHUT'))).toBe(door.state('shut.free'))
    expect(door.start()).toBe(door.initial)
  })

  test('prefers the inner state over the one around it', () => {
    expect(door.step(door.state('shut.free'), door.event('OPEN'))).toBe(door.state('open'))
    expect(door.step(door.state('shut.locked'), door.event('OPEN'))).toBe(door.state('shut.locked'))
  })

  test('stays where the event is ignored or unhandled, and tells the two apart', () => {
    expect(door.handles(door.state('shut.locked'), door.event('OPEN'))).toBe('ignored')
    expect(door.handles(door.state('shut.locked'), door.event('SHUT'))).toBe('ignored')
    expect(door.handles(door.state('open'), door.event('LOCK'))).toBe('unhandled')
    expect(door.handles(door.state('open'), door.event('SHUT'))).toBe('transition')
    expect(door.step(door.state('open'), door.event('LOCK'))).toBe(door.state('open'))
  })

  test('follows an always of the target', () => {
    const machine = compile(
      createMachine({
        initial: 'a',
        states: { a: { on: { GO: 'b' } }, b: { always: 'c' }, c: {} },
      }),
    )
    expect(machine.step(machine.state('a'), machine.event('GO'))).toBe(machine.state('c'))
  })
})

describe('a step with actions', () => {
  const machine = compile(
    createMachine({
      initial: 'a',
      entry: 'enter root',
      states: {
        a: {
          entry: ['enter a', 'enter a again'],
          exit: { type: 'leave a' },
          initial: 'one',
          on: {
            INSIDE: '.two',
            AGAIN: { target: '.two', reenter: true },
            NOTE: { actions: 'note' },
            GO: { target: 'b', actions: 'go' },
          },
          states: { one: { entry: 'enter one', exit: 'leave one' }, two: { entry: 'enter two', exit: 'leave two' } },
        },
        b: { entry: 'enter b', initial: { target: 'one', actions: 'first of b' }, states: { one: {} } },
      },
    }),
  )
  const perform = (event: string): string[] => {
    const log: string[] = []
    machine.step(machine.state('a.one'), machine.event(event), hostOf(machine, log))
    return log
  }

  test('leaves inside out, acts, enters outside in', () => {
    expect(perform('GO')).toEqual(['leave one', 'leave a', 'go', 'enter b', 'first of b'])
  })

  test('stays inside its source, unless it reenters', () => {
    expect(perform('INSIDE')).toEqual(['leave one', 'enter two'])
    expect(perform('AGAIN')).toEqual(['leave one', 'leave a', 'enter a', 'enter a again', 'enter two'])
  })

  test('leaves and enters nothing when it has no target', () => {
    expect(perform('NOTE')).toEqual(['note'])
  })

  test('starts by entering from the root to the initial state', () => {
    const log: string[] = []
    expect(machine.start(hostOf(machine, log))).toBe(machine.initial)
    expect(log).toEqual(['enter root', 'enter a', 'enter a again', 'enter one'])
    expect(machine.initialActions.map((action) => machine.actions[action])).toEqual(log)
  })

  test('is refused without a host, naming what is missing', () => {
    expect(errorOf(() => machine.step(machine.state('a.one'), machine.event('NOTE')))).toMatchObject({
      code: 'missing-host',
      data: { name: 'note' },
    })
  })
})

describe('guards', () => {
  const machine = compile(
    createMachine({
      initial: 'a',
      on: { GO: '.outer' },
      states: {
        a: {
          on: {
            GO: [
              { guard: 'first', target: 'b' },
              { guard: { type: 'second' }, target: 'c' },
            ],
          },
        },
        b: {},
        c: { always: { guard: 'first', target: 'b' } },
        outer: {},
      },
    }),
  )
  const go = (answers: Readonly<Record<string, boolean>>): [string | undefined, string[]] => {
    const asked: string[] = []
    const host = hostOf(machine, [], (guard) => {
      asked.push(guard)
      return answers[guard] === true
    })
    return [machine.states[machine.step(machine.state('a'), machine.event('GO'), host)], asked]
  }

  test('are asked in order until one holds', () => {
    expect(go({ first: true })).toEqual(['b', ['first']])
    expect(go({ second: true })).toEqual(['c', ['first', 'second', 'first']])
  })

  test('let the state around decide when none holds', () => {
    expect(go({})).toEqual(['outer', ['first', 'second']])
  })

  test('of an always are asked after every event, handled or not', () => {
    const host = hostOf(machine, [], () => true)
    const other = compile(
      createMachine({ initial: 'a', states: { a: { on: { B: {} }, always: { guard: 'x', target: 'b' } }, b: {} } }),
    )
    expect(
      other.step(
        other.state('a'),
        other.event('B'),
        hostOf(other, [], () => true),
      ),
    ).toBe(other.state('b'))
    expect(machine.step(machine.state('c'), machine.event('GO'), host)).toBe(machine.state('outer'))
  })
})

describe('the end of a machine', () => {
  const machine = compile(
    createMachine({
      initial: 'work',
      exit: 'leave root',
      states: {
        work: {
          initial: 'busy',
          onDone: { target: 'over', actions: 'worked' },
          states: { busy: { on: { DONE: 'ready' } }, ready: { type: 'final', entry: 'enter ready' } },
        },
        over: { type: 'final', exit: 'leave over' },
      },
    }),
  )

  test('a nested final state sets off onDone around it; a final child of the root ends the machine', () => {
    const log: string[] = []
    const end = machine.step(machine.state('work.busy'), machine.event('DONE'), hostOf(machine, log))
    expect(end).toBe(machine.state('over'))
    expect(log).toEqual(['enter ready', 'worked', 'leave over', 'leave root'])
    expect(machine.isFinal(end)).toBe(true)
    expect(machine.isFinal(machine.state('work.ready'))).toBe(false)
  })

  test('ignores every event from then on', () => {
    expect(machine.step(machine.state('over'), machine.event('DONE'))).toBe(machine.state('over'))
    expect(machine.handles(machine.state('over'), machine.event('DONE'))).toBe('ignored')
  })
})

describe('wildcards, delays and cycles', () => {
  test('* is any event without an exact match on the same node, and the last event', () => {
    const machine = compile(
      createMachine({
        initial: 'a',
        states: { a: { on: { '*': 'b', KNOWN: 'c' } }, b: { on: { KNOWN: 'a' } }, c: {} },
      }),
    )
    expect(machine.events).toEqual(['KNOWN', '*'])
    expect(machine.step(machine.state('a'), machine.event('*'))).toBe(machine.state('b'))
    expect(machine.step(machine.state('a'), machine.event('KNOWN'))).toBe(machine.state('c'))
    expect(machine.handles(machine.state('b'), machine.event('*'))).toBe('unhandled')
  })

  test('delays are armed on entry, disarmed on exit, and stepped by their own event', () => {
    const machine = compile(
      setup({ delays: { patience: 250 } }).createMachine({
        initial: 'a',
        after: { 9000: '.c' },
        states: { a: { after: { patience: 'b' } }, b: { after: { 10: 'c' } }, c: {} },
      }),
    )
    expect(machine.delays.map(({ state, name, delayMs }) => [state, name, delayMs])).toEqual([
      ['', '9000', 9000],
      ['a', 'patience', 250],
      ['b', '10', 10],
    ])
    const log: string[] = []
    const state = machine.start(hostOf(machine, log))
    expect(log.splice(0)).toEqual(['arm 9000', 'arm patience'])
    const next = machine.step(state, machine.delays[1]?.event ?? -1, hostOf(machine, log))
    expect(machine.states[next]).toBe('b')
    expect(log).toEqual(['disarm patience', 'arm 10'])
    expect(errorOf(() => machine.start({ guard: () => true, act: () => undefined })).code).toBe('missing-host')
  })

  test('an always cycle ends in an error that names the state', () => {
    const machine = compile(
      createMachine({
        id: 'loop',
        options: { maxIterations: 10 },
        initial: 'rest',
        states: { rest: { on: { GO: 'a' } }, a: { always: 'b' }, b: { always: 'a' } },
      }),
    )
    const error = errorOf(() => machine.step(machine.state('rest'), machine.event('GO')))
    expect(error).toMatchObject({ code: 'endless', data: { machine: 'loop', limit: 10 } })
    expect(error.message).toMatch(/^Machine 'loop', state 'a': no rest after 10 microsteps/)
  })
})

function hostOf(machine: CompiledMachine, log: string[], ask = (_guard: string): boolean => true): MachineHost {
  return {
    guard: (guard) => ask(machine.guards[guard] ?? ''),
    act: (action) => log.push(machine.actions[action] ?? ''),
    arm: (delay) => log.push(`arm ${machine.delays[delay]?.name}`),
    disarm: (delay) => log.push(`disarm ${machine.delays[delay]?.name}`),
  }
}

function errorOf(run: () => unknown): MachineError {
  try {
    run()
  } catch (error) {
    if (error instanceof MachineError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
