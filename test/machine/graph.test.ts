import { expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { compile, graph } from '../../src/machine/index.js'

const drawn = graph(
  compile(
    createMachine({
      id: 'job',
      initial: 'work',
      states: {
        work: {
          description: 'Doing it.',
          meta: { colour: 'green' },
          tags: ['busy'],
          entry: 'begin',
          exit: 'end',
          initial: 'first',
          onDone: 'over',
          after: { 500: { guard: 'slow', target: 'over', actions: 'complain' } },
          on: { NOTE: { actions: 'note', description: 'Write it down.' }, AGAIN: { target: 'work', reenter: true } },
          states: { first: { always: { guard: 'quick', target: 'last' } }, last: { type: 'final' } },
        },
        over: { type: 'final' },
      },
    }),
  ),
)

test('nodes stand in document order and name their parent, kind and what they carry', () => {
  expect(drawn.nodes.map(({ id, parent, kind, initial }) => [id, parent, kind, initial])).toEqual([
    ['job', null, 'compound', false],
    ['job.work', 'job', 'compound', true],
    ['job.work.first', 'job.work', 'atomic', true],
    ['job.work.last', 'job.work', 'final', false],
    ['job.over', 'job', 'final', false],
  ])
  expect(drawn.nodes[1]).toEqual({
    id: 'job.work',
    label: 'work',
    path: 'work',
    parent: 'job',
    kind: 'compound',
    initial: true,
    entry: ['begin'],
    exit: ['end'],
    tags: ['busy'],
    description: 'Doing it.',
    meta: { colour: 'green' },
  })
})

test('edges name source, target, what sets them off, guard and actions', () => {
  const brief = drawn.edges.map(({ source, target, kind, event, guard, actions, delayMs }) => {
    return [source, target, kind, event, guard, actions.join(), delayMs]
  })
  expect(brief).toEqual([
    ['job.work', 'job.work', 'event', 'NOTE', null, 'note', null],
    ['job.work', 'job.work', 'event', 'AGAIN', null, '', null],
    ['job.work', 'job.over', 'done', null, null, '', null],
    ['job.work', 'job.over', 'after', null, 'slow', 'complain', 500],
    ['job.work.first', 'job.work.last', 'always', null, 'quick', '', null],
  ])
  expect(drawn.edges.map((edge) => edge.targetless)).toEqual([true, false, false, false, false])
  expect(drawn.edges.map((edge) => edge.reenter)).toEqual([false, true, false, false, false])
  expect(drawn.edges[0]?.description).toBe('Write it down.')
})

test('the whole is JSON', () => {
  expect(JSON.parse(JSON.stringify(drawn))).toEqual(drawn)
})
