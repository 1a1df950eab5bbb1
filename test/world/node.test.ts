import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { nodeWorld } from '../../src/world/index.js'
import { UNIT_BOOTSTRAP } from '../../src/world/unit-bootstrap.js'

const unit = (name: string): string => new URL(`../contract/units/${name}.mjs`, import.meta.url).href

describe('the real world', () => {
  test('draws a seed of its own unless it is given one', () => {
    expect(nodeWorld({ seed: 7 }).random.seed).toBe(7)
    expect(nodeWorld().random.seed).not.toBe(nodeWorld().random.seed)
    const first = (): number => nodeWorld({ seed: 7 }).random.stream('a').next()
    expect(first()).toBe(first())
  })

  test.each(['thread', 'process'] as const)('kills a %s that never gives its thread back', async (kind) => {
    const spinning = await nodeWorld().spawn.start({ kind, entry: unit('spins') })
    expect(await spinning.kill()).toEqual({ kind: 'killed' })
  })

  test('sees that a process was killed from outside', async () => {
    const spinning = await nodeWorld().spawn.start({ kind: 'process', entry: unit('suicide') })
    expect(await spinning.exited).toEqual({ kind: 'killed', signal: 'SIGTERM' })
  })

  test('sees an exit code that nobody explained', async () => {
    const quitter = await nodeWorld().spawn.start({ kind: 'process', entry: unit('quits') })
    expect(await quitter.exited).toMatchObject({ kind: 'failed', error: { code: 'exit-code' } })
  })

  test('leaves no process behind when the one that started it dies', async () => {
    const child = spawn(process.execPath, ['-e', UNIT_BOOTSTRAP], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    child.send({ entry: unit('echo'), data: undefined })
    await once(child, 'message')
    // What the child sees of our death: the channel closes.
    child.disconnect()
    expect(await once(child, 'exit')).toEqual([1, null])
  })
})
