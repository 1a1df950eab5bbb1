import { createMachine } from 'xstate'

const ignored = {}

/**
 * The first two rungs of the recovery ladder, for one operator. R0 handles a record by a declared policy and goes on;
 * R1 restarts the operator alone, with the committed state and the batch it had not answered. What lies above (the
 * region, the pipeline, the machine) begins where this machine says `escalated`.
 */
export const recoveryMachine = createMachine({
  id: 'recovery',
  initial: 'idle',
  states: {
    idle: {
      description: 'Everything taken is committed',
      on: {
        TAKE: 'working',
        CRASH: 'failed',
        END: 'ended',
        ESCALATE: 'escalated',
        COMMIT: ignored,
        DECLARED: ignored,
        RESTART: ignored,
      },
    },
    working: {
      description: 'A batch is taken and not yet answered; nothing of it has been released',
      on: {
        COMMIT: 'idle',
        DECLARED: { actions: 'undoRecord' },
        CRASH: 'failed',
        ESCALATE: 'escalated',
        TAKE: ignored,
        RESTART: ignored,
        END: ignored,
      },
    },
    failed: {
      description: 'R1: the operator is gone, its batch is unanswered; the supervisor decides',
      entry: 'undoBatch',
      on: {
        RESTART: [{ guard: 'unanswered', target: 'replaying' }, { target: 'idle' }],
        ESCALATE: 'escalated',
        TAKE: ignored,
        COMMIT: ignored,
        DECLARED: ignored,
        CRASH: ignored,
        END: ignored,
      },
    },
    replaying: {
      description: 'R1: a fresh instance works on the unanswered batch, the record under suspicion on its own',
      entry: 'isolateSuspect',
      on: {
        COMMIT: 'idle',
        DECLARED: { actions: 'undoRecord' },
        CRASH: 'failed',
        ESCALATE: 'escalated',
        TAKE: ignored,
        RESTART: ignored,
        END: ignored,
      },
    },
    ended: { description: 'The input has ended and all of it is committed', type: 'final' },
    escalated: { description: 'The supervisor gave up: the next rung is the region or the pipeline', type: 'final' },
  },
})
