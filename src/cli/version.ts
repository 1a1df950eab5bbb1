import { readFileSync } from 'node:fs'
import type { Command } from './command.js'

/** `holdfast version`: prints the version of the installed package. */
export const version: Command = {
  name: 'version',
  summary: 'print the version',
  run(_args, terminal) {
    // The package file lies two folders up from here in the sources and in the built package alike.
    const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
    terminal.out((JSON.parse(file) as { version: string }).version)
    return 0
  },
}
