import { createMachine } from 'xstate'

const ignored = {}

/**
 * The life of one actor, from its first start to its removal, restarts included.
 * A restart is `down -> starting`: the actor keeps its path, its ref and (unless closed) its mailbox.
 */
export const actorMachine = createMachine({
  id: 'actor',
  initial: 'stopped',
  states: {
    stopped: {
      description: 'Not running and no restart is due; messages go to dead letters',
      tags: ['closed', 'restartable'],
      on: { START: 'starting', RETIRE: 'retired', READY: ignored, STOP: ignored, END: ignored, CLOSE: ignored },
    },
    starting: {
      description: 'init is running; messages queue',
      tags: ['alive'],
      on: {
        READY: 'running',
        STOP: 'stopping',
        END: 'down',
        START: ignored,
        CLOSE: ignored,
        RETIRE: ignored,
      },
    },
    running: {
      description: 'Handles messages',
      tags: ['alive'],
      on: { STOP: 'stopping', END: 'down', START: ignored, READY: ignored, CLOSE: ignored, RETIRE: ignored },
    },
    stopping: {
      description: 'Stops its children, then runs the stop hook',
      tags: ['alive'],
      on: { END: 'down', START: ignored, READY: ignored, STOP: ignored, CLOSE: ignored, RETIRE: ignored },
    },
    down: {
      description: 'This incarnation has ended; its parent decides what follows. Messages queue',
      tags: ['restartable'],
      on: { START: 'starting', CLOSE: 'stopped', RETIRE: 'retired', READY: ignored, STOP: ignored, END: ignored },
    },
    retired: {
      description: 'Removed for good; the ref never leads anywhere again',
      tags: ['closed'],
      type: 'final',
    },
  },
})
