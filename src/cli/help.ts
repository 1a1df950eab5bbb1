import type { Command } from './command.js'

/** `holdfast help`: prints what can be called. `commands` is read when it runs, so that it can list itself. */
export function help(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    summary: 'print this list',
    run(_args, terminal) {
      const width = Math.max(...commands().map(({ name }) => name.length))
      terminal.out('Usage: holdfast <command> [arguments]')
      terminal.out('')
      for (const { name, summary } of commands()) terminal.out(`  ${name.padEnd(width)}  ${summary}`)
      return 0
    },
  }
}
