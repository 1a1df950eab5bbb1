import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { play } from './play.js'
import type { Scenario } from './scenario.js'

/*
 * npm run -s otp:replay -- FILE.jsonl
 *
 * Plays every scenario of a file on Holdfast and prints one line {"id", "trace"} each, in the format in which the
 * traces of Erlang's own supervisor were recorded. A `trace` in the file is not looked at.
 */

async function main(file: string | undefined): Promise<number> {
  if (file === undefined) return fail('give a file of scenarios: npm run -s otp:replay -- test/otp/traces.jsonl')
  let number = 0
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      number++
      if (line.trim() === '') continue
      const { id, root, cmds } = JSON.parse(line) as Scenario
      process.stdout.write(`${JSON.stringify({ id, trace: await play({ root, cmds }) })}\n`)
    }
    return 0
  } catch (error) {
    return fail(
      `${file}${number > 0 ? `, line ${number}` : ''}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function fail(text: string): number {
  process.stderr.write(`otp:replay: ${text}\n`)
  return 2
}

process.exitCode = await main(process.argv[2])
