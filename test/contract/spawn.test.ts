import { expect } from 'vitest'
import { SpawnError, type Unit, type UnitExit, type UnitSpec } from '../../src/world/index.js'
import { codeOf, contract } from './backends.js'

/** The next `count` messages of a unit that has no listener yet. */
const messages = (unit: Unit, count: number): Promise<unknown[]> =>
  new Promise((resolve) => {
    const seen: unknown[] = []
    unit.onMessage((message) => {
      seen.push(message)
      if (seen.length === count) resolve(seen)
    })
  })

const kinds: readonly UnitSpec['kind'][] = ['thread', 'process']

for (const kind of kinds) {
  contract(`a ${kind}`, (check) => {
    check('gets its data and answers messages in order, by value', async ({ world: { spawn }, unit }) => {
      const echo = await spawn.start({ kind, entry: await unit('echo'), data: { at: new Date(5) } })
      const message = { list: [1] }
      echo.post(message)
      message.list.push(2)
      echo.post('b')
      expect(await messages(echo, 3)).toEqual([{ data: { at: new Date(5) } }, { echo: { list: [1] } }, { echo: 'b' }])
      expect(() => echo.post(() => undefined)).toThrow(SpawnError)
      echo.post('close')
      expect(await echo.exited).toEqual({ kind: 'ended' })
      echo.post('into the void')
    })

    check('delivers what it said before it left, and nothing after', async ({ world: { spawn }, unit }) => {
      const farewell = await spawn.start({ kind, entry: await unit('farewell') })
      const seen: unknown[] = []
      farewell.onMessage((message) => seen.push(message))
      expect(await farewell.exited).toEqual({ kind: 'ended' })
      expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i))
    })

    check('fails with what its main function throws or rejects with', async ({ world: { spawn }, unit }) => {
      const [throws, rejects] = await Promise.all([
        spawn.start({ kind, entry: await unit('throws') }),
        spawn.start({ kind, entry: await unit('rejects') }),
      ])
      const words = messages(rejects, 1)
      expect(await throws.exited).toMatchObject({ kind: 'failed', error: { message: 'on the first day' } })
      expect(await rejects.exited).toMatchObject({ kind: 'failed', error: { message: 'a little later' } })
      expect(await words).toEqual(['last words'])
    })

    check('fails with what its listener throws', async ({ world: { spawn }, unit }) => {
      const echo = await spawn.start({ kind, entry: await unit('echo') })
      echo.post('throw')
      expect(await echo.exited).toMatchObject({ kind: 'failed', error: { name: 'TypeError', message: 'told to' } })
    })

    check('can be killed, once, and is silent from then on', async ({ world: { spawn }, unit }) => {
      const echo = await spawn.start({ kind, entry: await unit('echo') })
      await messages(echo, 1)
      const seen: unknown[] = []
      const exit = new Promise<UnitExit>((resolve) => {
        echo.onMessage((message) => {
          seen.push(message)
          resolve(echo.kill())
        })
      })
      for (let i = 0; i < 10; i++) echo.post(i)
      expect(await exit).toEqual({ kind: 'killed' })
      expect(seen).toEqual([{ echo: 0 }])
      expect(await echo.kill()).toEqual({ kind: 'killed' })
      expect(await echo.exited).toEqual({ kind: 'killed' })
    })

    check('does not start without a main function, or with data that cannot be copied', async ({ world, unit }) => {
      const { spawn } = world
      const nowhere = spawn.start({ kind, entry: 'file:///nowhere/unit.mjs' })
      const mainless = spawn.start({ kind, entry: await unit('no-main') })
      const uncopied = spawn.start({ kind, entry: await unit('echo'), data: () => undefined })
      expect(await Promise.all([nowhere, mainless, uncopied].map(codeOf))).toEqual(['entry', 'entry', 'not-cloneable'])
    })
  })
}
