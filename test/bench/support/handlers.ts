import type { Gate } from './gate.js'

/** The message of all counting workloads. */
export interface Add {
  readonly type: 'add' | 'report'
  readonly n: number
}

/** The state of all counting workloads. */
export interface Total {
  total: number
}

/**
 * Eight handlers that add in place. They are eight function literals on purpose: eight closures of one
 * literal would be inlined as one by the engine, which no application with eight kinds of actors enjoys.
 */
export const mutatingHandlers = (gate: Gate): readonly ((state: Total, message: Add) => void)[] => [
  (state, message) => {
    state.total += message.n
    gate.hit()
  },
  (state, message) => {
    state.total = state.total + message.n
    gate.hit()
  },
  (state, message) => {
    const held = state
    held.total += message.n
    gate.hit()
  },
  (state, message) => {
    const before = state.total
    state.total = before + message.n
    gate.hit()
  },
  (state, message) => {
    state.total -= -message.n
    gate.hit()
  },
  (state, message) => {
    const n = message.n
    state.total += n
    gate.hit()
  },
  (state, { n }) => {
    state.total += n
    gate.hit()
  },
  (state, message) => {
    gate.hit()
    state.total = message.n + state.total
  },
]

/**
 * Eight state-in-state-out handlers: six build a new state, two return the old one changed. A `report`
 * message adds the state to `sum`, because a reducer's state cannot be looked at from outside.
 */
export const reducingHandlers = (gate: Gate, sum: Total): readonly ((state: Total, message: Add) => Total)[] => {
  const report = (state: Total): Total => {
    sum.total += state.total
    gate.hit()
    return state
  }
  return [
    (state, message) => {
      if (message.type === 'report') return report(state)
      gate.hit()
      return { total: state.total + message.n }
    },
    (state, message) => {
      if (message.type === 'report') return report(state)
      gate.hit()
      state.total += message.n
      return state
    },
    (state, message) => {
      if (message.type === 'report') return report(state)
      gate.hit()
      return { total: message.n + state.total }
    },
    (state, message) => {
      if (message.type === 'report') return report(state)
      gate.hit()
      const before = state.total
      state.total = before + message.n
      return state
    },
    ({ total }, message) => {
      if (message.type === 'report') return report({ total })
      gate.hit()
      return { total: total + message.n }
    },
    (state, message) => {
      if (message.type === 'report') return report(state)
      gate.hit()
      const n = message.n
      return { total: state.total + n }
    },
    (state, { type, n }) => {
      if (type === 'report') return report(state)
      gate.hit()
      return { total: state.total + n }
    },
    (state, message) => {
      if (message.type === 'report') return report(state)
      gate.hit()
      return { ...state, total: state.total + message.n }
    },
  ]
}
