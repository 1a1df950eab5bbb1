#!/usr/bin/env node
import { runCommandLine } from './commands.js'

// The exit code is left for Node to use when all is written: process.exit would cut off a pipe.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
})
