import type { Timer, Timers } from '../world/timers.js'
import type { CompiledMachine, MachineHost } from './compiled.js'
import { MachineError } from './error.js'

/** What a {@link MachineRunner} runs, and with what. */
export interface MachineRunnerOptions<State extends string, Event extends string> {
  readonly machine: CompiledMachine<State, Event>
  /** Where `after` delays are armed: `world.timers`. */
  readonly timers: Timers
  /** Every guard of the machine by name; none needed where it has none. */
  readonly guards?: Readonly<Record<string, () => boolean>>
  /** Every action of the machine by name; none needed where it has none. */
  readonly actions?: Readonly<Record<string, () => void>>
}

/**
 * Holds the state of one machine and drives it: events by name, `after` delays on the world's timers, run to
 * completion (an event sent from inside an action is taken after the current one).
 *
 * A guard or action that throws leaves the step half done; the error passes to whoever sent the event (or to the
 * timers, for a delay), and the runner is stopped.
 *
 * ```ts
 * const runner = new MachineRunner({ machine, timers: world.timers, actions: { ring: () => bell.ring() } })
 * runner.start()
 * runner.send('PRESS')
 * runner.state // 'ringing'
 * ```
 */
export class MachineRunner<State extends string = string, Event extends string = string> {
  readonly #machine: CompiledMachine<State, Event>
  readonly #host: MachineHost
  /** By delay number; set exactly while that delay's state is active. */
  readonly #timers: (Timer | undefined)[] = []
  /** Events waiting for the current one to end. */
  readonly #waiting: number[] = []
  #state: number
  #status: 'new' | 'running' | 'stopped' = 'new'
  #busy = false

  /** @throws MachineError `missing-host` when a guard or action of the machine has no implementation. */
  constructor(options: MachineRunnerOptions<State, Event>) {
    const { machine, timers } = options
    this.#machine = machine
    this.#state = machine.initial
    const guards = implementations(machine, 'guard', machine.guards, options.guards ?? {})
    const actions = implementations(machine, 'action', machine.actions, options.actions ?? {})
    this.#host = {
      guard: (guard) => guards[guard]?.() === true,
      act: (action) => actions[action]?.(),
      arm: (delay) => this.#arm(timers, delay),
      disarm: (delay) => this.#disarm(delay),
    }
  }

  /** Name of the current leaf state; the initial one before the start. */
  get state(): State {
    return this.#machine.states[this.#state] as State
  }

  /** Whether the machine reached a final child of its root. */
  get done(): boolean {
    return this.#status !== 'new' && this.#machine.isFinal(this.#state)
  }

  /**
   * Enters the initial state.
   *
   * @throws MachineError `not-running` when started before; `endless`
   */
  start(): void {
    if (this.#status !== 'new') throw this.#notRunning('was started before; make a new runner')
    this.#status = 'running'
    this.#run(() => this.#machine.start(this.#host))
    this.#drain()
  }

  /**
   * Takes an event; returns when it, and what it led to, is done. Once the machine is done or stopped, events are
   * dropped.
   *
   * @throws MachineError `unknown-name`; `not-running` before the start; `endless`
   */
  send(event: Event): void {
    const number = this.#machine.event(event)
    if (this.#status === 'new') throw this.#notRunning('was not started; call start() first')
    this.#dispatch(number)
  }

  /** Cancels all delays; later events are dropped. Runs no exit actions. A no-op when stopped before. */
  stop(): void {
    this.#status = 'stopped'
    this.#waiting.length = 0
    this.#timers.forEach((_, delay) => {
      this.#disarm(delay)
    })
  }

  #dispatch(event: number): void {
    if (this.#status !== 'running') return
    this.#waiting.push(event)
    this.#drain()
  }

  #drain(): void {
    if (this.#busy) return
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) this.#take(event)
  }

  #take(event: number): void {
    this.#run(() => this.#machine.step(this.#state, event, this.#host))
  }

  #run(step: () => number): void {
    this.#busy = true
    try {
      this.#state = step()
    } catch (error) {
      this.stop()
      throw error
    } finally {
      this.#busy = false
    }
  }

  #arm(timers: Timers, delay: number): void {
    const armed = this.#machine.delays[delay]
    if (armed === undefined || this.#status === 'stopped') return
    this.#disarm(delay)
    this.#timers[delay] = timers.after(armed.delayMs, () => {
      this.#timers[delay] = undefined
      this.#dispatch(armed.event)
    })
  }

  #disarm(delay: number): void {
    this.#timers[delay]?.cancel()
    this.#timers[delay] = undefined
  }

  #notRunning(what: string): MachineError {
    const data = { machine: this.#machine.id }
    return new MachineError('not-running', `The runner of machine '${this.#machine.id}' ${what}.`, data)
  }
}

function implementations<Implementation>(
  machine: CompiledMachine,
  what: 'guard' | 'action',
  names: readonly string[],
  given: Readonly<Record<string, Implementation>>,
): Implementation[] {
  return names.map((name) => {
    const implementation = Object.hasOwn(given, name) ? given[name] : undefined
    if (implementation !== undefined) return implementation
    throw new MachineError(
      'missing-host',
      `The runner of machine '${machine.id}' was given no ${what} '${name}'. Add it to '${what}s'.`,
      { machine: machine.id, name },
    )
  })
}
