import type { Command, Terminal } from './command.js'
import { help } from './help.js'
import { version } from './version.js'

/** Every command, in the order `holdfast --help` lists them. */
export const commands: readonly Command[] = [help(() => commands), version]

const aliases: ReadonlyMap<string, string> = new Map([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-v', 'version'],
])

/**
 * Runs the command that `args` names; without arguments, `help`.
 * Resolves with the exit code: that of the command, or 2 when there is no such command.
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const [word = 'help', ...rest] = args
  const name = aliases.get(word) ?? word
  const command = commands.find((candidate) => candidate.name === name)
  if (command !== undefined) return command.run(rest, terminal)
  const noun = word.startsWith('-') ? 'option' : 'command'
  terminal.err(`holdfast: unknown ${noun} ${JSON.stringify(word)}; run "holdfast --help" to see what there is`)
  return 2
}
