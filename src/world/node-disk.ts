import type { FileHandle } from 'node:fs/promises'
import { type Disk, type DiskAccess, DiskError, type DiskErrorCode, type DiskFile } from './disk.js'

/** The disk of this machine. */
export const nodeDisk: Disk = {
  open: (path, access) =>
    attempt('open', path, async ({ constants, open }) => {
      const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR } = constants
      const flags = { read: O_RDONLY, write: O_RDWR | O_CREAT, create: O_RDWR | O_CREAT | O_EXCL }[access]
      const handle = await open(path, flags)
      // Opening a folder to read succeeds and only reading it fails: say so at once.
      if (access === 'read' && (await handle.stat()).isDirectory()) {
        await handle.close()
        throw new DiskError('not-a-file', 'open', path)
      }
      return new NodeFile(path, access, handle)
    }),

  stat: (path) =>
    attempt('stat', path, async ({ stat }) => {
      const found = await stat(path)
      return found.isDirectory()
        ? ({ kind: 'folder', sizeBytes: 0 } as const)
        : ({ kind: 'file', sizeBytes: found.size } as const)
    }).catch((error: unknown) => {
      if (error instanceof DiskError && error.code === 'not-found') return undefined
      throw error
    }),

  list: (folder) => attempt('list', folder, async ({ readdir }) => (await readdir(folder)).sort()),

  makeFolder: (path) =>
    attempt('makeFolder', path, async ({ mkdir }) => {
      await mkdir(path, { recursive: true })
    }),

  rename: (from, to) => attempt('rename', from, ({ rename }) => rename(from, to)),

  remove: (path) =>
    attempt('remove', path, async ({ lstat, rmdir, unlink }) =>
      (await lstat(path)).isDirectory() ? rmdir(path) : unlink(path),
    ),

  syncFolder: (path) =>
    attempt('syncFolder', path, async ({ open, stat }) => {
      if (!(await stat(path)).isDirectory()) throw new DiskError('not-a-folder', 'syncFolder', path)
      // Windows has no such call: its file system keeps a journal of names.
      if (process.platform === 'win32') return
      const handle = await open(path)
      await handle.sync().finally(() => handle.close())
    }),
}

class NodeFile implements DiskFile {
  readonly path: string
  private readonly access: DiskAccess
  private readonly handle: FileHandle
  /** The last operation, which the next one waits for. Never rejects. */
  private last: Promise<unknown> = Promise.resolve()
  private closed = false

  constructor(path: string, access: DiskAccess, handle: FileHandle) {
    this.path = path
    this.access = access
    this.handle = handle
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.inTurn('read', async () => {
      const bytes = new Uint8Array(length)
      let filled = 0
      while (filled < length) {
        const { bytesRead } = await this.handle.read(bytes, filled, length - filled, position + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return bytes.subarray(0, filled)
    })
  }

  write(position: number, bytes: Uint8Array): Promise<void> {
    return this.inTurn('write', () => this.writeAll(position, bytes))
  }

  append(bytes: Uint8Array): Promise<number> {
    return this.inTurn('append', async () => {
      const { size } = await this.handle.stat()
      await this.writeAll(size, bytes)
      return size
    })
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.inTurn('truncate', () => {
      this.mustWrite('truncate')
      return this.handle.truncate(sizeBytes)
    })
  }

  size(): Promise<number> {
    return this.inTurn('size', async () => (await this.handle.stat()).size)
  }

  sync(): Promise<void> {
    return this.inTurn('sync', () => this.handle.datasync())
  }

  async close(): Promise<void> {
    if (this.closed) return
    const closing = this.inTurn('close', () => this.handle.close())
    this.closed = true
    await closing
  }

  private async writeAll(position: number, bytes: Uint8Array): Promise<void> {
    this.mustWrite('write')
    let written = 0
    while (written < bytes.length) {
      const part = await this.handle.write(bytes, written, bytes.length - written, position + written)
      written += part.bytesWritten
    }
  }

  private mustWrite(operation: string): void {
    if (this.access === 'read') throw new DiskError('no-access', operation, this.path)
  }

  private inTurn<Value>(operation: string, work: () => Promise<Value>): Promise<Value> {
    if (this.closed) return Promise.reject(new DiskError('closed', operation, this.path))
    const done = this.last.then(work).catch((error: unknown) => {
      throw toDiskError(error, operation, this.path)
    })
    this.last = done.catch(() => undefined)
    return done
  }
}

type FileSystem = typeof import('node:fs/promises')

async function attempt<Value>(
  operation: string,
  path: string,
  work: (fileSystem: FileSystem) => Promise<Value>,
): Promise<Value> {
  try {
    return await work(await import('node:fs/promises'))
  } catch (error) {
    throw toDiskError(error, operation, path)
  }
}

const CODES: Readonly<Record<string, DiskErrorCode>> = {
  ENOENT: 'not-found',
  EEXIST: 'exists',
  EISDIR: 'not-a-file',
  ENOTDIR: 'not-a-folder',
  ENOTEMPTY: 'not-empty',
  EACCES: 'no-access',
  EPERM: 'no-access',
  EROFS: 'no-access',
  ENOSPC: 'full',
  EDQUOT: 'full',
}

function toDiskError(error: unknown, operation: string, path: string): DiskError {
  if (error instanceof DiskError) return error
  const code = error instanceof Error && 'code' in error ? CODES[String(error.code)] : undefined
  return new DiskError(code ?? 'io', operation, path, { cause: error })
}
