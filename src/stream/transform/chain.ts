import { type Operator, type Work, whenSettled } from '../operator.js'
import { copyOf } from '../state/copy.js'

/** Hands one record on; a promise where that takes time. */
export type Next = (record: unknown) => undefined | Promise<void>

/** One step of an operator. */
export interface Stage {
  /** Makes its handler, given what comes after it. */
  link(next: Next, work: Work): Next
  /** The hooks of {@link Operator}, for a stage that keeps state. */
  readonly state?: Pick<Operator, 'finish' | 'commit' | 'undo' | 'undoRecord'>
}

/**
 * Neighbours as one operator: each record goes through all stages before the next one begins, so a failure is the
 * failure of one record of the batch. At most one stage keeps state.
 */
export function chain(stages: readonly Stage[]): Operator {
  let work: Work | undefined
  let first: Next | undefined
  return {
    ...stages.find(({ state }) => state !== undefined)?.state,
    step(given) {
      if (first === undefined || work !== given) {
        work = given
        first = link(stages, given)
      }
      const { input, limit } = given
      let index = given.index
      try {
        for (; index < limit; index++) {
          const later = first(copyOf(input[index]))
          if (later !== undefined) return whenSettled(given, later, nothing)
        }
      } finally {
        given.index = index
      }
      return undefined
    },
  }
}

/** Goes on with what an asynchronous handler made, unless its attempt was given up: then it ends here. */
export function goOn(work: Work, promise: Promise<unknown>, next: Next): Promise<void> {
  const { attempt } = work
  return promise.then((made) => (work.attempt === attempt ? next(made) : undefined))
}

function link(stages: readonly Stage[], work: Work): Next {
  let next: Next = (record) => {
    work.out.push(record)
    return undefined
  }
  for (let i = stages.length - 1; i >= 0; i--) next = (stages[i] as Stage).link(next, work)
  return next
}

const nothing = (): void => undefined
