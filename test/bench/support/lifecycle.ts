/** The lifecycle that the machine workload steps: six states, no context, as an XState configuration. */
export const lifecycle = {
  id: 'lifecycle',
  initial: 'idle',
  states: {
    idle: { on: { START: 'starting' } },
    starting: { on: { READY: 'running', FAIL: 'restarting' } },
    running: { on: { SUSPEND: 'suspended', FAIL: 'restarting', STOP: 'stopping' } },
    suspended: { on: { RESUME: 'running', STOP: 'stopping' } },
    restarting: { on: { READY: 'running', GIVE_UP: 'stopping' } },
    stopping: { on: { DONE: 'idle' } },
  },
} as const

/** One round through the lifecycle. Three of its eight steps end in `running`; that count is the checked result. */
export const lifecycleScript = ['START', 'READY', 'SUSPEND', 'RESUME', 'FAIL', 'READY', 'STOP', 'DONE'] as const
