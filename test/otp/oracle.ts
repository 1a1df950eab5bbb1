import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { checkout, runCommand } from '../support/command.js'
import type { Played, Step } from './scenario.js'

/** What Erlang's supervisor did. */
export interface Performance {
  readonly trace: readonly Step[]
  /** The machine was busy elsewhere meanwhile: the times may be wrong, and what follows from them. */
  readonly late: boolean
}

interface Answer extends Partial<Performance> {
  readonly id: string
  readonly error?: string
}

interface Asked {
  readonly resolve: (performance: Performance) => void
  readonly reject: (error: Error) => void
}

/** A step did not end in time. */
export class StuckError extends Error {}

/** Erlang's own supervisor, in one node of its own, behind a pipe. */
export class Oracle {
  private readonly asked = new Map<string, Asked>()
  private number = 0
  private said = ''
  /** Why nothing can be played any more. */
  private broken: Error | undefined
  private readonly ended: Promise<void>

  /** Compiles the Erlang program and starts a node that plays at most `most` scenarios at once. Needs `erl` and `erlc`. */
  static async start(most = 200): Promise<Oracle> {
    const folder = `${checkout}.build/otp-oracle`
    mkdirSync(folder, { recursive: true })
    const sources = ['json', 'oracle', 'player', 'pulse', 'recorder', 'terms', 'tree'].map((name) =>
      source(`otp_${name}.erl`),
    )
    const { code, out, err } = await runCommand('erlc', ['-Werror', '-o', folder, ...sources])
    if (code !== 0) throw new Error(`Erlang is needed here: "bash .ci/tools" installs it. erlc: ${out}${err}`)
    const emulator = ['-noshell', '-noinput', '-pa', folder, '-s', 'otp_oracle', 'main', '-extra', String(most)]
    return new Oracle(spawn('erl', emulator, { stdio: ['pipe', 'pipe', 'pipe'] }))
  }

  private constructor(private readonly node: ChildProcess) {
    if (node.stdout === null || node.stderr === null) throw new Error('a node without pipes')
    createInterface({ input: node.stdout }).on('line', (line) => this.take(JSON.parse(line) as Answer))
    node.stderr.on('data', (text: Buffer) => {
      this.said = `${this.said}${text.toString()}`.slice(-2_000)
    })
    this.ended = new Promise((resolve) => {
      node.on('error', (error) => this.fail(error))
      node.on('close', (code) => {
        this.fail(new Error(`the Erlang node ended with ${code}: ${this.said}`))
        resolve()
      })
    })
  }

  /** Plays a scenario in real time. */
  play({ root, cmds }: Played): Promise<Performance> {
    if (this.broken !== undefined) return Promise.reject(this.broken)
    const id = String(++this.number)
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject })
      this.node.stdin?.write(`${JSON.stringify({ id, root, cmds })}\n`)
    })
  }

  /** Ends the node once it has answered everything. */
  async close(): Promise<void> {
    this.node.stdin?.end()
    await this.ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  private take({ id, trace, late = false, error }: Answer): void {
    const asked = this.asked.get(id)
    this.asked.delete(id)
    if (trace !== undefined) asked?.resolve({ trace, late })
    else if (error === 'stuck') asked?.reject(new StuckError('a step did not end'))
    else asked?.reject(new Error(`Erlang could not play the scenario: ${error}`))
  }

  private fail(error: Error): void {
    this.broken = error
    for (const asked of this.asked.values()) asked.reject(error)
    this.asked.clear()
  }
}

function source(name: string): string {
  return fileURLToPath(new URL(`oracle/${name}`, import.meta.url))
}
