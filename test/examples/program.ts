import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout, type Outcome, runCompiler, runNode } from '../support/command.js'
import { stagePackage } from '../support/package.js'

/** The examples, compiled as for `npm start`, against the package as its users get it. */
export interface Program {
  /** Runs it to its end. */
  run(...args: string[]): Promise<Outcome>
  /** Runs it until it prints something, then presses Ctrl-C, and waits for its end. */
  interrupt(...args: string[]): Promise<Outcome>
}

/** Compiles all examples into `.build/NAME`. */
export async function compileExamples(name: string): Promise<(example: string) => Program> {
  const folder = join(checkout, '.build', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const holdfast = join(folder, 'node_modules/holdfast')
  await stagePackage(holdfast)
  // With a package.json of its own the folder is no part of the checkout's package: imports find the staged one.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings(folder, holdfast)))
  const compiled = await runCompiler(['-p', folder])
  if (compiled.code !== 0) throw new Error(`examples/ does not compile:\n${compiled.out}${compiled.err}`)
  return (example) => {
    const main = join(folder, 'out', example, 'main.js')
    return { run: (...args) => runNode([main, ...args]), interrupt: (...args) => interrupted([main, ...args]) }
  }
}

function settings(folder: string, holdfast: string): object {
  const paths = { holdfast: [`${holdfast}/dist/index.d.ts`], 'holdfast/*': [`${holdfast}/dist/*/index.d.ts`] }
  return {
    extends: `${checkout}examples/tsconfig.json`,
    compilerOptions: { rootDir: `${checkout}examples`, outDir: join(folder, 'out'), paths },
    include: [`${checkout}examples`],
  }
}

function interrupted(args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: checkout, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.once('data', () => child.kill('SIGINT'))
    child.stdout.on('data', (chunk) => (out += chunk))
    child.stderr.on('data', (chunk) => (err += chunk))
    child.on('close', (code) => resolve({ code: code ?? undefined, out, err }))
  })
}
