import { goOn, type Stage } from './chain.js'

/** Records that do not pass are left out. */
export function filter(passes: (record: unknown) => unknown): Stage {
  return {
    link: (next, work) => (record) => {
      const answer = passes(record)
      if (answer instanceof Promise) return goOn(work, answer, (late) => (late ? next(record) : undefined))
      return answer ? next(record) : undefined
    },
  }
}
