import { describe, expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { compile, verify } from '../../src/machine/index.js'

type Config = Parameters<typeof createMachine>[0]

function findings(config: Config): [code: string, state: string, event: string | null][] {
  return verify(compile(createMachine(config))).map(({ code, state, event }) => [code, state, event])
}

describe('verify', () => {
  test('finds nothing in a machine that is whole', () => {
    const config: Config = {
      initial: 'a',
      states: {
        a: { initial: 'x', onDone: 'b', states: { x: { after: { 10: 'y' } }, y: { type: 'final' } } },
        b: {
          always: [{ guard: 'over', target: 'end' }],
          on: { GO: [{ guard: 'ready', target: 'a' }, { target: 'end' }] },
        },
        end: { type: 'final' },
      },
      on: { GO: undefined },
    }
    expect(findings(config)).toEqual([])
  })

  test('finds states that nothing leads to', () => {
    const config = {
      initial: 'a',
      states: { a: { on: { GO: 'b' } }, b: { on: { GO: 'a' } }, lost: { on: { GO: 'a' } } },
    }
    expect(findings(config)).toEqual([['unreachable-state', 'lost', null]])
  })

  test('finds states that only a state always left at once would lead to', () => {
    const config = {
      initial: 'a',
      states: { a: { always: 'b', on: { GO: 'lost' } }, b: { on: { GO: 'a' } }, lost: { on: { GO: 'a' } } },
    }
    expect(findings(config)).toEqual([['unreachable-state', 'lost', null]])
  })

  test('finds states that are not final and cannot be left', () => {
    const config = {
      initial: 'a',
      states: { a: { on: { GO: 'b' } }, b: { on: { GO: { actions: 'note' } } } },
    }
    expect(findings(config)).toEqual([['dead-end', 'b', null]])
  })

  test('finds nested final states that nobody hears', () => {
    const config: Config = {
      initial: 'a',
      states: { a: { initial: 'x', states: { x: { on: { GO: 'y' } }, y: { type: 'final', on: { GO: undefined } } } } },
    }
    expect(findings(config)).toEqual([['dead-end', 'a.y', null]])
  })

  test('finds events that a state neither handles nor ignores', () => {
    const config: Config = {
      initial: 'a',
      states: {
        a: { on: { GO: 'b', NEVER: undefined } },
        b: { on: { BACK: 'a', '*': { actions: 'note' } } },
        c: {},
      },
      on: { TO_C: '.c', TO_A: '.a' },
    }
    expect(findings(config)).toEqual([
      ['unhandled-event', 'a', 'BACK'],
      ['unhandled-event', 'c', 'GO'],
      ['unhandled-event', 'c', 'NEVER'],
      ['unhandled-event', 'c', 'BACK'],
    ])
  })

  test('finds transitions that an earlier one always wins against', () => {
    const config: Config = {
      initial: 'a',
      states: {
        a: {
          on: {
            GO: [
              { guard: 'x', target: 'b' },
              { guard: 'x', target: 'a' },
              { target: 'b' },
              { guard: 'y', target: 'a' },
            ],
          },
          after: { 5: [{ target: 'b' }, { target: 'a' }] },
        },
        b: { on: { GO: 'a' }, always: [{ actions: 'note' }, { guard: 'x', target: 'a' }] },
      },
    }
    expect(findings(config)).toEqual([
      ['unreachable-transition', 'a', 'GO'],
      ['unreachable-transition', 'a', 'GO'],
      ['unreachable-transition', 'a', 'after 5'],
      ['unreachable-transition', 'b', 'always'],
    ])
  })

  test('finds always cycles without a guard, each once', () => {
    const config = {
      initial: 'a',
      states: { a: { on: { GO: 'c' } }, b: { always: 'c' }, c: { always: 'd' }, d: { always: 'b' } },
    }
    expect(findings(config)).toEqual([['endless-always', 'b', 'always']])
  })

  test('says what to do', () => {
    const machine = compile(createMachine({ initial: 'a', states: { a: {}, b: { on: { GO: 'a' } } } }))
    expect(verify(machine).map(({ text }) => text)).toEqual([
      "No event ever leads to 'b'. Add a transition to it, or remove it.",
      "Nothing leads out of 'a', and the machine is not done there. Add a transition, or make it final.",
      "'a' neither handles nor ignores 'GO'. Add a transition, or 'GO: undefined' to ignore it.",
    ])
  })
})
