import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout, type Outcome, runCompiler, runNode } from './command.js'
import { asPromised, type Program, promise } from './markdown.js'

/** A program of a document, written down and compiled. */
export interface Snippet {
  readonly document: string
  readonly program: Program
  /** Messages of the compiler, with the lines of the document. */
  readonly errors: readonly string[]
  /** Runs it on Node, as a reader would. */
  run(): Promise<Outcome>
}

/** How long a snippet may run before it is killed. */
const runMaxMs = 30_000

/** Compiles the programs of documents in `folder`, all at once; what they import is looked up from there. */
export async function compileSnippets(
  folder: string,
  documents: readonly { readonly path: string; readonly programs: readonly Program[] }[],
): Promise<Snippet[]> {
  for (const part of ['source', 'out', 'run']) rmSync(join(folder, part), { recursive: true, force: true })
  mkdirSync(join(folder, 'source'), { recursive: true })
  const named = documents.flatMap(({ path, programs }) =>
    programs.map((program) => ({ document: path, program, name: nameOf(path, program) })),
  )
  for (const { name, program } of named) {
    // Without an import it would be a script, and all of them would share one global scope.
    writeFileSync(join(folder, 'source', `${name}.ts`), `${program.code}export {}\n`)
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(compilerSettings))
  const messages = named.length === 0 ? [] : messagesIn((await runCompiler(['-p', '.'], folder)).out)
  return named.map(({ document, program, name }) => ({
    document,
    program,
    errors: messages.filter(({ file }) => file === name).map(({ line, text }) => `${document}:${line}: ${text}`),
    run: () => runIn(folder, name),
  }))
}

/** What is wrong with a snippet after compiling and running it; empty when it does what its document says. */
export async function faultsOf({ document, program, errors, run }: Snippet): Promise<string[]> {
  if (errors.length > 0) return [...errors]
  const { code, out, err } = await run()
  const place = `${document}:${program.line}`
  if (code === undefined) return [`${place}: still running after ${runMaxMs} ms; it printed ${JSON.stringify(out)}`]
  if (code !== 0) return [`${place}: ended with exit code ${code}:\n${err}`]
  if (program.expected === undefined) return []
  const printed = asPromised(out, program.expected)
  return printed === promise(program.expected) ? [] : [`${place}: printed\n${printed}\ninstead of\n${program.expected}`]
}

const compilerSettings = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable'],
    module: 'NodeNext',
    strict: true,
    types: ['node'],
    typeRoots: [`${checkout}node_modules/@types`],
    skipLibCheck: true,
    rootDir: 'source',
    outDir: 'out',
  },
  include: ['source'],
}

async function runIn(folder: string, name: string): Promise<Outcome> {
  const cwd = join(folder, 'run', name)
  mkdirSync(cwd, { recursive: true })
  return runNode([join(folder, 'out', `${name}.js`)], { cwd, timeoutMs: runMaxMs })
}

/** `docs/how-to/stop.md`, line 12, becomes `docs-how-to-stop-12`. */
const nameOf = (document: string, { line }: Program): string =>
  `${document.replace(/\.md$/, '').replace(/[^a-zA-Z0-9]+/g, '-')}-${line}`

/** The compiler's messages about snippets. A message about anything else means that nothing was checked, and throws. */
function messagesIn(output: string): { file: string; line: string; text: string }[] {
  return output.split(/\n(?! )/).flatMap((message) => {
    if (message.trim() === '') return []
    const [, file, line, text] = /^source\/(.+)\.ts\((\d+),\d+\): ([\s\S]*)$/.exec(message) ?? []
    if (file === undefined || line === undefined || text === undefined) throw new Error(`tsc: ${message}`)
    return [{ file, line, text }]
  })
}
