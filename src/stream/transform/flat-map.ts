import type { Next, Stage } from './chain.js'

/** One record becomes any number of records. */
export function flatMap(expand: (record: unknown) => unknown): Stage {
  return (next) => (record) => {
    const made = expand(record)
    return made instanceof Promise ? made.then((late) => all(late as Iterable<unknown>, next)) : all(made as Iterable<unknown>, next)
  }
}

function all(records: Iterable<unknown>, next: Next): undefined | Promise<void> {
  const rest = records[Symbol.iterator]()
  for (let item = rest.next(); !item.done; item = rest.next()) {
    const later = next(item.value)
    if (later !== undefined) return later.then(() => all({ [Symbol.iterator]: () => rest }, next))
  }
  return undefined
}
