import { expect } from 'vitest'
import type { Disk } from '../../src/world/index.js'
import { type Bench, codeOf, contract } from './backends.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (from: Uint8Array): string => new TextDecoder().decode(from)

const put = async (disk: Disk, path: string, content: string): Promise<void> => {
  const file = await disk.open(path, 'write')
  await file.append(bytes(content))
  await file.close()
}

const get = async (disk: Disk, path: string): Promise<string> => {
  const file = await disk.open(path, 'read')
  const content = await file.read(0, await file.size())
  await file.close()
  return text(content)
}

contract('the disk', (check) => {
  check('reads back what was written, appended and cut', async ({ world: { disk }, folder }) => {
    const file = await disk.open(`${folder}/a`, 'create')
    expect(await file.append(bytes('hello'))).toBe(0)
    expect(await file.append(bytes(' world'))).toBe(5)
    await file.write(0, bytes('J'))
    expect(text(await file.read(0, 100))).toBe('Jello world')
    expect(text(await file.read(6, 3))).toBe('wor')
    expect(await file.read(50, 3)).toHaveLength(0)
    await file.truncate(5)
    expect(await file.size()).toBe(5)
    await file.write(7, bytes('!'))
    expect(text(await file.read(0, 8))).toBe('Jello\0\0!')
    await file.truncate(3)
    await file.truncate(6)
    expect(text(await file.read(0, 9))).toBe('Jel\0\0\0')
    await file.sync()
    await file.close()
    expect(await disk.stat(`${folder}/a`)).toEqual({ kind: 'file', sizeBytes: 6 })
  })

  check('lets operations of one handle take effect in the order of the calls', async ({ world: { disk }, folder }) => {
    const file = await disk.open(`${folder}/log`, 'write')
    const positions = await Promise.all(['a', 'bb', 'ccc', 'dddd'].map((part) => file.append(bytes(part))))
    expect(positions).toEqual([0, 1, 3, 6])
    const [, read] = await Promise.all([file.write(0, bytes('A')), file.read(0, 3), file.truncate(1)])
    expect(text(read)).toBe('Abb')
    await file.close()
  })

  check('opens a file for writing without cutting it', async ({ world: { disk }, folder }) => {
    await put(disk, `${folder}/a`, 'one')
    await put(disk, `${folder}/a`, 'two')
    expect(await get(disk, `${folder}/a`)).toBe('onetwo')
  })

  check('lists the names of a folder in order', async ({ world: { disk }, folder }) => {
    for (const name of ['b', 'B', 'a', 'c']) await put(disk, `${folder}/${name}`, name)
    await disk.makeFolder(`${folder}/d/e`)
    await disk.makeFolder(`${folder}/d`)
    expect(await disk.list(folder)).toEqual(['B', 'a', 'b', 'c', 'd'])
    expect(await disk.list(`${folder}/d`)).toEqual(['e'])
    expect(await disk.stat(`${folder}/d`)).toEqual({ kind: 'folder', sizeBytes: 0 })
  })

  check('renames in one step, replacing what was there, while open handles live on', async ({ world, folder }) => {
    const { disk } = world
    await put(disk, `${folder}/new`, 'new')
    await put(disk, `${folder}/old`, 'old')
    await disk.makeFolder(`${folder}/d`)
    const old = await disk.open(`${folder}/old`, 'read')
    await disk.rename(`${folder}/new`, `${folder}/old`)
    expect(await get(disk, `${folder}/old`)).toBe('new')
    expect(text(await old.read(0, 3))).toBe('old')
    await old.close()
    await disk.rename(`${folder}/old`, `${folder}/d/moved`)
    await disk.syncFolder(`${folder}/d`)
    expect(await disk.list(folder)).toEqual(['d'])
    expect(await get(disk, `${folder}/d/moved`)).toBe('new')
  })

  check('removes files and empty folders', async ({ world: { disk }, folder }) => {
    await disk.makeFolder(`${folder}/d`)
    await put(disk, `${folder}/d/a`, 'a')
    expect(await codeOf(disk.remove(`${folder}/d`))).toBe('not-empty')
    await disk.remove(`${folder}/d/a`)
    await disk.remove(`${folder}/d`)
    expect(await disk.list(folder)).toEqual([])
    expect(await disk.stat(`${folder}/d`)).toBe(undefined)
  })

  check('says what is wrong in a closed set of codes', async ({ world: { disk }, folder }: Bench) => {
    await put(disk, `${folder}/a`, 'a')
    await disk.makeFolder(`${folder}/d/e`)
    const codes = {
      'open what is not there': disk.open(`${folder}/b`, 'read'),
      'open in a folder that is not there': disk.open(`${folder}/b/c`, 'write'),
      'open in a file': disk.open(`${folder}/a/c`, 'write'),
      'open a folder to read': disk.open(`${folder}/d`, 'read'),
      'open a folder to write': disk.open(`${folder}/d`, 'write'),
      'create what is there': disk.open(`${folder}/a`, 'create'),
      'list what is not there': disk.list(`${folder}/b`),
      'list a file': disk.list(`${folder}/a`),
      'make a folder where a file is': disk.makeFolder(`${folder}/a`),
      'make a folder in a file': disk.makeFolder(`${folder}/a/b`),
      'rename what is not there': disk.rename(`${folder}/b`, `${folder}/c`),
      'rename a file to a folder': disk.rename(`${folder}/a`, `${folder}/d`),
      'rename a folder to a file': disk.rename(`${folder}/d`, `${folder}/a`),
      'rename a folder into itself': disk.rename(`${folder}/d`, `${folder}/d/f`),
      'remove what is not there': disk.remove(`${folder}/b`),
      'sync the names in a file': disk.syncFolder(`${folder}/a`),
      'sync a folder that is not there': disk.syncFolder(`${folder}/b`),
    }
    const found = await Promise.all(Object.entries(codes).map(async ([name, work]) => [name, await codeOf(work)]))
    expect(Object.fromEntries(found)).toEqual({
      'open what is not there': 'not-found',
      'open in a folder that is not there': 'not-found',
      'open in a file': 'not-a-folder',
      'open a folder to read': 'not-a-file',
      'open a folder to write': 'not-a-file',
      'create what is there': 'exists',
      'list what is not there': 'not-found',
      'list a file': 'not-a-folder',
      'make a folder where a file is': 'exists',
      'make a folder in a file': 'not-a-folder',
      'rename what is not there': 'not-found',
      'rename a file to a folder': 'not-a-file',
      'rename a folder to a file': 'not-a-folder',
      'rename a folder into itself': 'io',
      'remove what is not there': 'not-found',
      'sync the names in a file': 'not-a-folder',
      'sync a folder that is not there': 'not-found',
    })
  })

  check('refuses a handle that is closed, or not meant for writing', async ({ world: { disk }, folder }) => {
    await put(disk, `${folder}/a`, 'a')
    const file = await disk.open(`${folder}/a`, 'read')
    expect(await codeOf(file.write(0, bytes('b')))).toBe('no-access')
    expect(await codeOf(file.append(bytes('b')))).toBe('no-access')
    expect(await codeOf(file.truncate(0))).toBe('no-access')
    expect(text(await file.read(0, 1))).toBe('a')
    await file.close()
    await file.close()
    expect(await codeOf(file.read(0, 1))).toBe('closed')
    await expect(file.sync()).rejects.toThrow(`Disk: sync "${folder}/a" failed: the file is closed; open it again.`)
  })
})
