import { goOn, type Stage } from './chain.js'

/** One record becomes another. */
export function map(transform: (record: unknown) => unknown): Stage {
  return {
    link: (next, work) => (record) => {
      const made = transform(record)
      return made instanceof Promise ? goOn(work, made, next) : next(made)
    },
  }
}
