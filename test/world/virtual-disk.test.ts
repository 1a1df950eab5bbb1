import { describe, expect, test } from 'vitest'
import { type VirtualWorld, virtualWorld } from '../../src/world/index.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const contentOf = async ({ disk }: VirtualWorld, path: string): Promise<string | undefined> => {
  if ((await disk.stat(path)) === undefined) return undefined
  const file = await disk.open(path, 'read')
  return new TextDecoder().decode(await file.read(0, await file.size()))
}

/** Runs `body` in a world of its own. */
const inWorld = async (body: (world: VirtualWorld) => Promise<void>, seed = 1): Promise<void> => {
  const world = virtualWorld({ seed })
  await world.until(body(world))
}

describe('after a loss of power', () => {
  test('what was synced is there: content by its file, the name by its folder', () =>
    inWorld(async (world) => {
      const { disk } = world
      const file = await disk.open('/a', 'create')
      await file.append(bytes('synced'))
      await file.sync()
      await file.append(bytes(', not synced'))
      await disk.syncFolder('/')
      expect(await contentOf(world, '/a')).toBe('synced, not synced')
      disk.crash()
      expect(await contentOf(world, '/a')).toBe('synced')
    }))

  test('a file whose name was never synced is gone, however well it was synced itself', () =>
    inWorld(async (world) => {
      const { disk } = world
      const file = await disk.open('/a', 'create')
      await file.append(bytes('synced'))
      await file.sync()
      disk.crash()
      expect(await disk.list('/')).toEqual([])
    }))

  test('an unsynced truncation, removal or rename never happened', () =>
    inWorld(async (world) => {
      const { disk } = world
      for (const path of ['/cut', '/removed', '/renamed']) {
        const file = await disk.open(path, 'create')
        await file.append(bytes(path))
        await file.sync()
      }
      await disk.syncFolder('/')
      const cut = await disk.open('/cut', 'write')
      await cut.truncate(1)
      await disk.remove('/removed')
      await disk.rename('/renamed', '/cut')
      expect(await disk.list('/')).toEqual(['cut'])
      disk.crash()
      expect(await disk.list('/')).toEqual(['cut', 'removed', 'renamed'])
      expect(await contentOf(world, '/cut')).toBe('/cut')
    }))

  test('write, sync, rename, sync the folder replaces a file for good', () =>
    inWorld(async (world) => {
      const { disk } = world
      for (const content of ['one', 'two']) {
        const file = await disk.open('/new', 'create')
        await file.append(bytes(content))
        await file.sync()
        await disk.rename('/new', '/current')
        await disk.syncFolder('/')
      }
      disk.crash()
      expect(await disk.list('/')).toEqual(['current'])
      expect(await contentOf(world, '/current')).toBe('two')
    }))

  test('a handle from before is dead, and so is what was under way', () =>
    inWorld(async ({ disk }) => {
      const file = await disk.open('/a', 'create')
      const underWay = file.append(bytes('a'))
      const opening = disk.open('/b', 'create')
      disk.crash()
      await expect(underWay).rejects.toMatchObject({ code: 'closed' })
      await expect(opening).rejects.toMatchObject({ code: 'closed' })
      await expect(file.size()).rejects.toMatchObject({ code: 'closed' })
      await expect(file.close()).resolves.toBe(undefined)
      expect(await disk.list('/')).toEqual([])
    }))

  test("'some' keeps the first of the unsynced changes of each file: how many, the seed decides", async () => {
    const survived = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      await inWorld(async (world) => {
        const { disk } = world
        const file = await disk.open('/a', 'create')
        await disk.syncFolder('/')
        for (const letter of 'abcd') await file.append(bytes(letter))
        disk.crash('some')
        survived.add(`${await contentOf(world, '/a')}`)
      }, seed)
    }
    expect([...survived].sort()).toEqual(['', 'a', 'ab', 'abc', 'abcd'])
  })

  test('a second loss of power loses nothing more', () =>
    inWorld(async (world) => {
      const { disk } = world
      const file = await disk.open('/a', 'create')
      await disk.syncFolder('/')
      await file.append(bytes('abcd'))
      await file.append(bytes('efgh'))
      disk.crash('some')
      const content = await contentOf(world, '/a')
      disk.crash()
      expect(await contentOf(world, '/a')).toBe(content)
    }))
})
