import { createMachine } from 'xstate'

const ignored = {}

/** What a supervisor holds of one child, in the words of OTP's `which_children`. */
export const childMachine = createMachine({
  id: 'child',
  initial: 'stopped',
  states: {
    stopped: {
      description: 'Its spec is kept; nothing runs and nothing is due (OTP: undefined)',
      on: { STARTED: 'running', FAILED: 'restarting', DELAY: 'waiting', ENDED: ignored, CANCEL: ignored },
    },
    running: {
      description: 'An incarnation is up (OTP: its pid)',
      on: { ENDED: 'stopped', STARTED: ignored, FAILED: ignored, DELAY: ignored, CANCEL: ignored },
    },
    restarting: {
      description: 'A restart failed; the next attempt is in the mailbox (OTP: restarting)',
      tags: ['restarting'],
      on: { STARTED: 'running', DELAY: 'waiting', CANCEL: 'stopped', FAILED: ignored, ENDED: ignored },
    },
    waiting: {
      description: 'The next attempt comes after a backoff delay (OTP has none; shown as restarting)',
      tags: ['restarting'],
      on: { STARTED: 'running', FAILED: 'restarting', CANCEL: 'stopped', DELAY: ignored, ENDED: ignored },
    },
  },
})
