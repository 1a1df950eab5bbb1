import type { TaskName } from '../tasks.js'
import type { Peer } from './peer.js'

/** One peer as the command knows it; its module is loaded in the child process alone. */
export interface PeerEntry {
  readonly label: string
  /** Operations where the peer is too slow for the full count. Times are per operation, so counts may differ. */
  readonly operations?: { readonly [task in TaskName]?: number }
  readonly load?: () => Promise<Peer>
  /** Flags of the child's node. */
  readonly flags?: readonly string[]
  /** Runs in Erlang instead: plain processes or gen_server with supervisor, on so many schedulers. */
  readonly erlang?: { readonly kind: 'raw' | 'otp'; readonly schedulers: 1 | 2 }
}

const millions = (count: number): { tell: number; fanin: number; flood: number } => ({
  tell: count * 1e6,
  fanin: count * 1e6,
  flood: count * 1e6,
})
// A ring of 1,000 XState actors nests 1,000 sends, because its send is a call.
const deepStack = ['--stack-size=6000']
const xstateOperations = { pingpong: 3e5, ring: 3e5, ask1000: 2e5, spawn: 1e4, memory: 1e4, crash: 2e4 }
const effectOperations = { pingpong: 1e5, ring: 1e5, ask1: 1e5, ask1000: 1e5, spawn: 2e4, crash: 2e4, memory: 2e4 }
const erlangOperations = { pingpong: 3e5, ring: 3e5, ask1: 1e5, ask1000: 1e5, spawn: 5e4, crash: 1e4, memory: 2e4 }

/** All peers, the limits first, ourselves last. */
export const peers = {
  ring: { label: 'bare ring buffer (limit)', load: async () => (await import('./ring.js')).ringPeer },
  table: { label: 'integer table (limit)', load: async () => (await import('./table.js')).tablePeer },
  loop: { label: 'plain loop (limit)', load: async () => (await import('./loop.js')).loopPeer },
  feasible: { label: 'feasible kernel', load: async () => (await import('./feasible.js')).feasiblePeer },
  eventemitter3: {
    label: 'eventemitter3 (a sync call)',
    load: async () => (await import('./eventemitter3.js')).eventEmitterPeer,
  },
  'xstate-callback': {
    label: 'XState callback actor (a sync call)',
    flags: deepStack,
    operations: { ...millions(2), ...xstateOperations },
    load: async () => (await import('./xstate.js')).xstateCallbackPeer,
  },
  'xstate-transition': {
    label: 'XState transition actor (a sync call)',
    flags: deepStack,
    operations: { ...millions(1), 'tell-path': 1e6, ...xstateOperations },
    load: async () => (await import('./xstate.js')).xstateTransitionPeer,
  },
  'xstate-machine': {
    label: 'XState machine actor, send',
    operations: { lifecycle: 1e5 },
    load: async () => (await import('./xstate-machine.js')).xstateMachinePeer,
  },
  'xstate-pure': {
    label: 'XState transition()',
    operations: { lifecycle: 2e4 },
    load: async () => (await import('./xstate-machine.js')).xstatePurePeer,
  },
  nact: {
    label: 'nact',
    operations: {
      tell: 3e5,
      'tell-path': 3e5,
      fanin: 3e5,
      flood: 3e5,
      pingpong: 1e5,
      ring: 1e5,
      ask1: 5e4,
      ask1000: 5e4,
      spawn: 3e4,
      crash: 2e4,
      memory: 2e4,
      'loop-delay': 5e5,
    },
    load: async () => (await import('./nact.js')).nactPeer,
  },
  'effect-take': {
    label: 'Effect Queue + Fiber, take',
    operations: { ...millions(1), ...effectOperations },
    load: async () => (await import('./effect.js')).effectTakePeer,
  },
  'effect-takeall': {
    label: 'Effect Queue + Fiber, takeAll',
    operations: { ...millions(2), ...effectOperations, 'loop-delay': 5e6 },
    load: async () => (await import('./effect.js')).effectTakeAllPeer,
  },
  rxjs: { label: 'RxJS', operations: { stream: 2e6 }, load: async () => (await import('./rxjs.js')).rxjsPeer },
  'effect-stream': {
    label: 'Effect Stream',
    operations: { stream: 2e6 },
    load: async () => (await import('./effect-stream.js')).effectStreamPeer,
  },
  'node-stream': {
    label: 'node:stream',
    operations: { stream: 1e6 },
    load: async () => (await import('./node-stream.js')).nodeStreamPeer,
  },
  'async-generators': {
    label: 'async generators',
    operations: { stream: 5e5 },
    load: async () => (await import('./async-generators.js')).asyncGeneratorsPeer,
  },
  'erlang-1': {
    label: 'Erlang processes, 1 scheduler',
    operations: { ...millions(2), ...erlangOperations },
    erlang: { kind: 'raw', schedulers: 1 },
  },
  'erlang-2': {
    label: 'Erlang processes, 2 schedulers',
    operations: { ...millions(1), ...erlangOperations },
    erlang: { kind: 'raw', schedulers: 2 },
  },
  'otp-1': {
    label: 'OTP gen_server + supervisor, 1 scheduler',
    operations: { ...millions(1), ...erlangOperations, 'restart-few': 1e4, 'restart-flat': 1e4 },
    erlang: { kind: 'otp', schedulers: 1 },
  },
  'otp-2': {
    label: 'OTP gen_server + supervisor, 2 schedulers',
    operations: { ...millions(1), ...erlangOperations },
    erlang: { kind: 'otp', schedulers: 2 },
  },
  holdfast: { label: 'Holdfast', load: async () => (await import('./holdfast.js')).holdfastPeer },
} as const satisfies Record<string, PeerEntry>

export type PeerName = keyof typeof peers

/** The table above with the optional fields in reach. */
export const peerOf = (name: PeerName): PeerEntry => peers[name]

/** Loads the module of one peer. */
export const loadPeer = async (name: string): Promise<Peer> => {
  const entry: PeerEntry | undefined = Object.hasOwn(peers, name) ? peers[name as PeerName] : undefined
  if (entry?.load === undefined) throw new Error(`No peer ${name} runs in node.`)
  return entry.load()
}
