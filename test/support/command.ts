import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout. */
export const checkout: string = fileURLToPath(new URL('../../', import.meta.url))

/** How a program ended. */
export interface Outcome {
  /** Exit code; `undefined` when a signal ended it, as when it ran out of time. */
  readonly code: number | undefined
  readonly out: string
  readonly err: string
}

/**
 * Runs a program to its end, without a shell and without input.
 * `timeoutMs` (default 60 s) after its start it is killed.
 */
export function runCommand(
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly timeoutMs?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  const { cwd = checkout, timeoutMs = 60_000, env = process.env } = options
  return new Promise((resolve) => {
    const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 } as const
    const child = execFile(file, args, { cwd, env, ...limits }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined
      // A program that never started has said nothing; its reason is in the error alone.
      resolve({ code, out, err: err === '' && error !== null && code === undefined ? error.message : err })
    })
    child.stdin?.end()
  })
}

/** Runs a JavaScript file on the Node that runs the tests. */
export const runNode = (
  args: readonly string[],
  options: { readonly cwd?: string; readonly timeoutMs?: number } = {},
): Promise<Outcome> => runCommand(process.execPath, args, { ...options, env: plainEnvironment() })

/** Runs the TypeScript compiler of the checkout. */
export const runCompiler = (args: readonly string[], cwd: string = checkout): Promise<Outcome> =>
  runNode([`${checkout}node_modules/typescript/bin/tsc`, '--pretty', 'false', ...args], { cwd })

/** Runs npm: the one that started the tests, else the one on the path. */
export const runNpm = (args: readonly string[], cwd: string, timeoutMs = 120_000): Promise<Outcome> => {
  // Before the arguments: after a `--` they would reach the program.
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  const started = process.env['npm_execpath']
  const options = { cwd, timeoutMs, env: plainEnvironment() }
  return started?.endsWith('npm-cli.js')
    ? runCommand(process.execPath, [started, ...quiet, ...args], options)
    : runCommand('npm', [...quiet, ...args], options)
}

/** The environment without what a test runner, npm and npx add to it for their own child, and without colours. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, NODE_ENV, VITEST, FORCE_COLOR, npm_config_package, npm_config_call, ...rest } = process.env
  return { ...rest, NO_COLOR: '1' }
}
