import type { Stage } from './chain.js'

/** Records that do not pass are left out. */
export function filter(passes: (record: unknown) => unknown): Stage {
  return (next) => (record) => {
    const answer = passes(record)
    if (answer instanceof Promise) return answer.then((late) => (late ? next(record) : undefined))
    return answer ? next(record) : undefined
  }
}
