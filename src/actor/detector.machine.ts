import { createMachine } from 'xstate'

const ignored = {}

/**
 * Watches one asynchronous handler against its deadline. An expired handler can not be stopped
 * (JavaScript has no means to), so it is abandoned: its actor ends as crashed, and what it still
 * does is fenced off.
 */
export const detectorMachine = createMachine({
  id: 'detector',
  initial: 'watching',
  states: {
    watching: {
      description: 'The handler runs and its deadline lies ahead',
      on: { SETTLE: 'settled', EXPIRE: 'hung', RELEASE: 'released' },
    },
    hung: {
      description: 'The deadline has passed: reported as a crash, handler abandoned',
      on: { SETTLE: 'late', EXPIRE: ignored, RELEASE: ignored },
    },
    settled: { description: 'The handler settled in time', type: 'final' },
    released: { description: 'The actor ended for another reason first', type: 'final' },
    late: { description: 'The abandoned handler settled after all; its result is dropped', type: 'final' },
  },
})
