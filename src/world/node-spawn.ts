import { Inbox } from './inbox.js'
import { type Spawn, SpawnError, type Unit, type UnitExit, type UnitSpec } from './spawn.js'
import { UNIT_BOOTSTRAP } from './unit-bootstrap.js'

/** Worker threads and child processes. */
export const nodeSpawn: Spawn = {
  async start(spec) {
    const body = spec.kind === 'thread' ? await startThread() : await startProcess()
    const unit = new NodeUnit(spec, body)
    await unit.ready
    return unit
  },
}

/** What thread and process have in common. */
interface Body {
  send(message: unknown): void
  stop(): void
  onMessage(listener: (answer: Answer) => void): void
  /** Something went wrong; the end is still to come, except when it never began. */
  onError(listener: (error: Error) => void): void
  /** It is gone, and all it sent has been delivered. */
  onEnd(listener: (code: number | null, signal: string | null) => void): void
}

/** What the bootstrap program says. */
type Answer =
  | { readonly type: 'ready' }
  | { readonly type: 'message'; readonly message: unknown }
  | { readonly type: 'failed' | 'unloadable'; readonly error: unknown }

async function startThread(): Promise<Body> {
  const { Worker } = await import('node:worker_threads')
  const worker = new Worker(UNIT_BOOTSTRAP, { eval: true })
  return {
    send: (message) => worker.postMessage(message),
    stop: () => void worker.terminate(),
    onMessage: (listener) => void worker.on('message', listener),
    onError: (listener) => void worker.on('error', listener),
    onEnd: (listener) => void worker.on('exit', (code) => listener(code, null)),
  }
}

async function startProcess(): Promise<Body> {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, [...inheritedFlags(), '-e', UNIT_BOOTSTRAP], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  return {
    send(message) {
      // Not connected: it has exited or is about to, and a message to it is dropped as promised.
      if (child.connected) child.send(message as object, () => undefined)
    },
    stop: () => void child.kill('SIGKILL'),
    onMessage: (listener) => void child.on('message', (answer) => listener(answer as Answer)),
    onError: (listener) => void child.on('error', listener),
    onEnd(listener) {
      // The exit can overtake the last messages; the channel closes after them.
      const drained = new Promise<void>((resolve) => child.once('disconnect', resolve))
      child.once('exit', (code, signal) => void drained.then(() => listener(code, signal)))
    },
  }
}

/** The flags of this process, so that loaders and conditions hold in units too; but not its own program text. */
function inheritedFlags(): readonly string[] {
  const flags = process.execArgv
  const at = flags.findIndex((flag) => /^(-e|-p|-pe|--eval|--print)$/.test(flag))
  return at < 0 ? flags : [...flags.slice(0, at), ...flags.slice(at + 2)]
}

class NodeUnit implements Unit {
  readonly exited: Promise<UnitExit>
  /** Resolves when main is about to run. */
  readonly ready: Promise<void>
  private readonly spec: UnitSpec
  private readonly body: Body
  private readonly inbox = new Inbox()
  /** The first thing that went wrong inside. */
  private failure: { readonly error: unknown } | undefined
  private killed = false

  constructor(spec: UnitSpec, body: Body) {
    this.spec = spec
    this.body = body
    this.exited = new Promise((resolve) => {
      body.onEnd((code, signal) => resolve(this.exitOf(code, signal)))
    })
    this.ready = new Promise((resolve, reject) => {
      body.onMessage((answer) => {
        if (answer.type === 'ready') resolve()
        else if (answer.type === 'message') this.receive(answer.message)
        else {
          this.fail(answer.error)
          if (answer.type === 'unloadable') reject(new SpawnError('entry', spec.entry, { cause: answer.error }))
        }
      })
      body.onError((error) => {
        this.fail(error)
        reject(new SpawnError('start', spec.entry, { cause: error }))
      })
      void this.exited.then((exit) => reject(new SpawnError('start', spec.entry, { cause: exit })))
    })
    this.begin()
  }

  post(message: unknown): void {
    try {
      if (!this.killed) this.body.send(message)
    } catch (error) {
      throw new SpawnError('not-cloneable', this.spec.entry, { cause: error })
    }
  }

  onMessage(listener: (message: unknown) => void): void {
    this.inbox.listen(listener)
  }

  kill(): Promise<UnitExit> {
    this.killed = true
    this.body.stop()
    return this.exited
  }

  /** The first message tells the bootstrap what to load; when even that cannot be sent, nothing may stay behind. */
  private begin(): void {
    try {
      this.post({ entry: this.spec.entry, data: this.spec.data })
    } catch (error) {
      this.ready.catch(() => undefined)
      void this.kill()
      throw error
    }
  }

  private fail(error: unknown): void {
    if (!this.killed) this.failure ??= { error }
  }

  private receive(message: unknown): void {
    if (!this.killed) this.inbox.deliver(message)
  }

  private exitOf(code: number | null, signal: string | null): UnitExit {
    if (this.failure !== undefined) return { kind: 'failed', error: this.failure.error }
    if (this.killed) return { kind: 'killed' }
    if (signal !== null) return { kind: 'killed', signal }
    return code === 0 ? { kind: 'ended' } : { kind: 'failed', error: new SpawnError('exit-code', this.spec.entry) }
  }
}
