import type { Stage } from './chain.js'

/** One record becomes another. */
export function map(transform: (record: unknown) => unknown): Stage {
  return (next) => (record) => {
    const made = transform(record)
    return made instanceof Promise ? made.then(next) : next(made)
  }
}
