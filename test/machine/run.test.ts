import { describe, expect, test } from 'vitest'
import { createMachine, setup } from 'xstate'
import { compile, MachineError, MachineRunner } from '../../src/machine/index.js'
import { virtualWorld } from '../../src/world/virtual.js'
import { ManualTimers } from '../support/manual-timers.js'

const fail = (name: string): never => {
  throw new Error(`xstate's own '${name}' was called`)
}

const lamp = compile(
  setup({
    types: { events: {} as { type: 'PRESS' } | { type: 'BREAK' } },
    delays: { patience: 100 },
    // Declared for the types; the runner's own are called.
    actions: { light: () => fail('light'), dim: () => fail('dim') },
    guards: { saving: () => fail('saving') },
  }).createMachine({
    id: 'lamp',
    initial: 'off',
    on: { BREAK: '.broken' },
    states: {
      off: { on: { PRESS: 'on' } },
      on: {
        initial: 'bright',
        entry: 'light',
        exit: 'dim',
        after: { patience: 'off' },
        on: { PRESS: { target: 'on', reenter: true } },
        states: { bright: { after: { 30: { guard: 'saving', target: 'low' } } }, low: {} },
      },
      broken: { type: 'final' },
    },
  }),
)

function runLamp(saving = false): { runner: MachineRunner<LampState, LampEvent>; timers: ManualTimers; log: string[] } {
  const timers = new ManualTimers()
  const log: string[] = []
  const runner = new MachineRunner({
    machine: lamp,
    timers,
    guards: { saving: () => saving },
    actions: { light: () => log.push('light'), dim: () => log.push('dim') },
  })
  return { runner, timers, log }
}

type LampState = Parameters<typeof lamp.state>[0]
type LampEvent = Parameters<typeof lamp.event>[0]

describe('a runner', () => {
  test('takes events by name and performs actions by name', () => {
    const { runner, log } = runLamp()
    runner.start()
    expect(runner.state).toBe('off')
    runner.send('PRESS')
    expect(runner.state).toBe('on.bright')
    expect(log).toEqual(['light'])
  })

  test('fires a delay when its time has come, and not before', () => {
    const { runner, timers } = runLamp()
    runner.start()
    runner.send('PRESS')
    timers.advance(99)
    expect(runner.state).toBe('on.bright')
    timers.advance(1)
    expect(runner.state).toBe('off')
    expect(timers.pending).toBe(0)
  })

  test('asks the guard of a delay once, when it fires', () => {
    const { runner, timers } = runLamp(true)
    runner.start()
    runner.send('PRESS')
    timers.advance(30)
    expect(runner.state).toBe('on.low')
  })

  test('keeps the delay of an outer state running while inner states change', () => {
    const { runner, timers } = runLamp(true)
    runner.start()
    runner.send('PRESS')
    timers.advance(30)
    timers.advance(69)
    expect(runner.state).toBe('on.low')
    timers.advance(1)
    expect(runner.state).toBe('off')
  })

  test('starts a delay anew when its state is entered again', () => {
    const { runner, timers, log } = runLamp()
    runner.start()
    runner.send('PRESS')
    timers.advance(80)
    runner.send('PRESS')
    timers.advance(80)
    expect(runner.state).toBe('on.bright')
    timers.advance(20)
    expect(runner.state).toBe('off')
    expect(log).toEqual(['light', 'dim', 'light', 'dim'])
  })

  test('holds no timer once the machine is done, and drops what is sent then', () => {
    const { runner, timers } = runLamp()
    runner.start()
    runner.send('PRESS')
    runner.send('BREAK')
    expect([runner.state, runner.done, timers.pending]).toEqual(['broken', true, 0])
    runner.send('PRESS')
    expect(runner.state).toBe('broken')
  })

  test('holds no timer once it is stopped, and drops what is sent then', () => {
    const { runner, timers, log } = runLamp()
    runner.start()
    runner.send('PRESS')
    runner.stop()
    runner.stop()
    expect(timers.pending).toBe(0)
    runner.send('PRESS')
    timers.advance(1000)
    expect([runner.state, runner.done, log]).toEqual(['on.bright', false, ['light']])
  })

  test('runs on the timers of a world', async () => {
    const world = virtualWorld()
    const machine = compile(
      createMachine({ initial: 'a', states: { a: { after: { 0: 'b' } }, b: { after: { 5: 'a' } } } }),
    )
    const runner = new MachineRunner({ machine, timers: world.timers })
    runner.start()
    expect(runner.state).toBe('a')
    await world.advance('4ms')
    expect(runner.state).toBe('b')
    runner.stop()
  })
})

describe('an event sent from inside an action', () => {
  const machine = compile(
    createMachine({
      initial: 'a',
      states: {
        a: { entry: 'again', on: { GO: { target: 'b', actions: 'again' } } },
        b: { entry: 'arrived', on: { GO: 'c' } },
        c: {},
      },
    }),
  )

  test('is taken after the event at hand is done', () => {
    const log: string[] = []
    const runner = new MachineRunner({
      machine,
      timers: new ManualTimers(),
      actions: {
        again: () => {
          runner.send('GO')
          log.push(`sent in ${runner.state}`)
        },
        arrived: () => log.push('arrived'),
      },
    })
    runner.start()
    expect(runner.state).toBe('c')
    expect(log).toEqual(['sent in a', 'sent in a', 'arrived'])
  })
})

describe('a runner that cannot go on', () => {
  const machine = compile(
    createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { after: { 10: 'b' }, on: { GO: 'b' } }, b: { entry: 'fail' } },
    }),
  )
  const fault = new Error('boom')
  const failing = (timers: ManualTimers): MachineRunner =>
    new MachineRunner({
      machine,
      timers,
      actions: {
        fail: () => {
          throw fault
        },
      },
    })

  test('passes on what an action throws, and is stopped', () => {
    const timers = new ManualTimers()
    const runner = failing(timers)
    runner.start()
    expect(() => runner.send('GO')).toThrow(fault)
    expect(timers.pending).toBe(0)
    expect(() => runner.send('GO')).not.toThrow()
  })

  test('passes it to the timers when a delay led to it', () => {
    const timers = new ManualTimers()
    failing(timers).start()
    expect(() => timers.advance(10)).toThrow(fault)
  })

  test('is refused without an implementation for every name', () => {
    const make = (): unknown => new MachineRunner({ machine, timers: new ManualTimers() })
    expect(make).toThrow("The runner of machine 'm' was given no action 'fail'. Add it to 'actions'.")
    expect(make).toThrow(MachineError)
  })

  test('is refused events before its start, unknown events, and a second start', () => {
    const runner = failing(new ManualTimers())
    expect(() => runner.send('GO')).toThrow("The runner of machine 'm' was not started; call start() first.")
    runner.start()
    expect(() => runner.send('NO')).toThrow("Machine 'm' has no event 'NO'. Use one of: GO.")
    expect(() => runner.start()).toThrow("The runner of machine 'm' was started before; make a new runner.")
  })
})
