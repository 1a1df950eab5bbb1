import type { PeerName } from './peers/index.js'
import type { TaskName } from './tasks.js'

/** One measured row: a task done by a peer. */
export interface Row {
  readonly peer: PeerName
  readonly task: TaskName
}

/** What Holdfast has to reach, as a ratio to the reference or as a value of its own. */
export interface Goal {
  readonly of: 'ratio' | 'value'
  readonly must: number
  readonly aim: number | null
}

/** One workload of the table. */
export interface Workload {
  readonly name: TaskName
  readonly what: string
  /** What one operation is. */
  readonly per: string
  readonly reference: Row | undefined
  readonly goal: Goal
  /** Peers shown beside the reference and Holdfast. */
  readonly peers: readonly PeerName[]
  /** Rows of another task, for comparison. */
  readonly also?: readonly Row[]
}

const ratio = (must: number, aim: number | null): Goal => ({ of: 'ratio', must, aim })
const value = (must: number, aim: number): Goal => ({ of: 'value', must, aim })

const inProcess: readonly PeerName[] = [
  'feasible',
  'eventemitter3',
  'xstate-callback',
  'xstate-transition',
  'effect-takeall',
  'effect-take',
  'nact',
]
const erlang: readonly PeerName[] = ['erlang-1', 'erlang-2']
const otp: readonly PeerName[] = ['otp-1', 'otp-2']
const everyone: readonly PeerName[] = [...inProcess, ...erlang, ...otp]
const ringOf = (task: TaskName): Row => ({ peer: 'ring', task })

/** Every workload, in the order of the report. */
export const workloads: readonly Workload[] = [
  {
    name: 'tell',
    what: 'one sender, 8 actors of 8 behaviours, state mutated, bursts of 1,000',
    per: 'message',
    reference: ringOf('tell'),
    goal: ratio(2.5, 1.6),
    peers: everyone,
  },
  {
    name: 'tell-path',
    what: 'the same with state-in-state-out behaviours, bounded mailboxes, addressed by path',
    per: 'message',
    reference: ringOf('tell-path'),
    goal: ratio(4.5, 3.4),
    peers: ['feasible', 'xstate-transition', 'nact'],
  },
  {
    name: 'fanin',
    what: '100 sender actors to one',
    per: 'message',
    reference: ringOf('fanin'),
    goal: ratio(2.5, 1.5),
    peers: everyone,
  },
  {
    name: 'pingpong',
    what: 'two actors, one message in flight',
    per: 'round trip',
    reference: ringOf('pingpong'),
    goal: ratio(4, 2.2),
    peers: [...inProcess, ...erlang],
  },
  {
    name: 'ring',
    what: 'a token through a ring of 1,000 actors',
    per: 'hop',
    reference: ringOf('ring'),
    goal: ratio(4, 2.2),
    peers: [...inProcess, ...erlang],
  },
  {
    name: 'ask1',
    what: 'request and reply with a deadline, each awaited',
    per: 'ask',
    reference: ringOf('ask1'),
    goal: ratio(2.5, 1.6),
    peers: everyone,
  },
  {
    name: 'ask1000',
    what: 'request and reply with a deadline, 1,000 in flight',
    per: 'ask',
    reference: ringOf('ask1000'),
    goal: ratio(2, 1.25),
    peers: everyone,
  },
  {
    name: 'flood',
    what: 'all messages queued before the first is handled, unbounded',
    per: 'message',
    reference: ringOf('flood'),
    goal: ratio(1.3, 1),
    peers: everyone,
  },
  {
    name: 'flood-credits',
    what: 'a flood into a mailbox of 1,000 places, the sender waiting for credit; against our own tell',
    per: 'message',
    reference: { peer: 'holdfast', task: 'tell' },
    goal: ratio(2, 1.2),
    peers: [],
  },
  {
    name: 'spawn',
    what: 'spawn, one message, stop; all alive at once',
    per: 'actor',
    reference: { peer: 'feasible', task: 'spawn' },
    goal: ratio(3, 1.3),
    peers: ['ring', ...everyone.filter((peer) => peer !== 'feasible')],
  },
  {
    name: 'memory',
    what: 'an idle supervised actor after one message, its id and registry entry included',
    per: 'actor',
    reference: { peer: 'feasible', task: 'memory' },
    goal: value(600, 320),
    peers: ['ring', ...everyone.filter((peer) => peer !== 'feasible')],
  },
  {
    name: 'crash',
    what: 'a fresh Error on every second message, and the supervised restart; against throw and catch',
    per: 'restart',
    reference: ringOf('crash'),
    goal: ratio(2, 1.3),
    peers: ['feasible', 'xstate-callback', 'xstate-transition', 'effect-take', 'nact', ...erlang, ...otp],
  },
  {
    name: 'lifecycle',
    what: 'a machine of six states',
    per: 'step',
    reference: { peer: 'table', task: 'lifecycle' },
    goal: ratio(6, 3),
    peers: ['xstate-machine', 'xstate-pure'],
  },
  {
    name: 'stream',
    what: 'source, map, filter, count by 1,000 keys, sink; recovery on',
    per: 'record',
    reference: { peer: 'loop', task: 'stream' },
    goal: ratio(3.5, 2.5),
    peers: ['rxjs', 'effect-stream', 'node-stream', 'async-generators'],
  },
  {
    name: 'loop-delay',
    what: 'how long the event loop is away while two actors flood each other, 99th percentile',
    per: 'turn',
    reference: undefined,
    goal: value(5, 2),
    peers: ['feasible', 'nact', 'effect-takeall'],
  },
  {
    name: 'scale-1k',
    what: 'tell, round robin over 1,000 actors; against as many rings',
    per: 'message',
    reference: ringOf('scale-1k'),
    goal: ratio(1.5, null),
    peers: ['feasible'],
  },
  {
    name: 'scale-100k',
    what: 'tell, round robin over 100,000 actors; against as many rings',
    per: 'message',
    reference: ringOf('scale-100k'),
    goal: ratio(1.5, null),
    peers: ['feasible'],
  },
  {
    name: 'scale-1m',
    what: 'tell, round robin over 1,000,000 actors; against as many rings',
    per: 'message',
    reference: ringOf('scale-1m'),
    goal: ratio(1.5, null),
    peers: ['feasible'],
  },
  {
    name: 'scale-queued',
    what: 'tell with 1,000,000 messages queued before the first is handled; against a ring as deep',
    per: 'message',
    reference: ringOf('scale-queued'),
    goal: ratio(1.5, null),
    peers: ['feasible'],
  },
  {
    name: 'restart-flat',
    what: '100,000 restarts in one period; against 1,000 in one period, 100 times',
    per: 'restart',
    reference: { peer: 'holdfast', task: 'restart-few' },
    goal: ratio(1.2, null),
    peers: ['otp-1'],
    also: [{ peer: 'otp-1', task: 'restart-few' }],
  },
]

/** The rows of one workload: the reference first, Holdfast second, then the peers. */
export const rowsOf = (workload: Workload, wanted: (peer: PeerName) => boolean): Row[] => {
  const rows: Row[] = workload.reference === undefined ? [] : [workload.reference]
  if (wanted('holdfast')) rows.push({ peer: 'holdfast', task: workload.name })
  for (const peer of workload.peers) if (wanted(peer)) rows.push({ peer, task: workload.name })
  for (const row of workload.also ?? []) if (wanted(row.peer)) rows.push(row)
  return rows
}

/** A row's identity in tables of samples. */
export const rowKey = (row: Row): string => `${row.peer} ${row.task}`

export const isSameRow = (left: Row, right: Row): boolean => rowKey(left) === rowKey(right)
