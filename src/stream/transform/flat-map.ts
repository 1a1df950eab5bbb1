import type { Work } from '../operator.js'
import { goOn, type Next, type Stage } from './chain.js'

/** One record becomes any number of records. */
export function flatMap(expand: (record: unknown) => unknown): Stage {
  return {
    link: (next, work) => (record) => {
      const made = expand(record)
      if (made instanceof Promise) return goOn(work, made, (late) => all(late as Iterable<unknown>, next, work))
      return all(made as Iterable<unknown>, next, work)
    },
  }
}

function all(records: Iterable<unknown>, next: Next, work: Work): undefined | Promise<void> {
  const rest = records[Symbol.iterator]()
  for (let item = rest.next(); !item.done; item = rest.next()) {
    const later = next(item.value)
    if (later !== undefined) return goOn(work, later, () => all({ [Symbol.iterator]: () => rest }, next, work))
  }
  return undefined
}
