import { HoldfastError } from './errors.js'

/** Something that must hold did not: a bug in code, never a fault of the world, so nothing should recover from it. */
export class AssertionFailure extends HoldfastError<'assertion-failed', undefined> {
  static {
    AssertionFailure.prototype.name = 'AssertionFailure'
  }

  constructor(text: string) {
    super(
      'assertion-failed',
      `Assertion failed: ${text}. This is a bug in the code that called, not a fault.`,
      undefined,
    )
  }
}

/** Throws {@link AssertionFailure} unless `condition` holds. `text` says what must hold, with the values. */
export function assert(condition: boolean, text: string): asserts condition {
  if (!condition) throw new AssertionFailure(text)
}
