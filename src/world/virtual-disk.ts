import { type Disk, type DiskAccess, DiskError, type DiskErrorCode, type DiskFile, type DiskStat } from './disk.js'
import { Kept } from './kept.js'
import type { RandomStream } from './random.js'
import type { Turn } from './turn.js'

/**
 * A disk in memory that keeps what is visible apart from what is durable. Each operation takes effect in a
 * `turn.later`, as completions of real I/O come, in the order of the calls.
 */
export interface VirtualDisk extends Disk {
  /**
   * Loses power now: open handles are dead, operations under way reject with `closed`, and of what was not synced is
   * lost `'all'` (the default) or `'some'`: of each file and each folder, a drawn number of its first unsynced changes
   * survives. Then the disk is there again.
   */
  crash(loss?: 'all' | 'some'): void
}

export function virtualDisk(turn: Turn, random: RandomStream): VirtualDisk {
  return new MemoryDisk(turn, random)
}

class MemoryDisk implements VirtualDisk {
  private readonly root = new FolderNode()
  private readonly turn: Turn
  private readonly random: RandomStream
  /** How often power was lost; what began under a lower number is dead. */
  private crashes = 0

  constructor(turn: Turn, random: RandomStream) {
    this.turn = turn
    this.random = random
  }

  open(path: string, access: DiskAccess): Promise<DiskFile> {
    return this.perform('open', path, (fail) => {
      const { folder, name } = this.parent(path, fail)
      let node = name === '' ? folder : folder.live.get(name)
      if (node instanceof FolderNode) throw fail(access === 'create' ? 'exists' : 'not-a-file')
      if (node !== undefined && access === 'create') throw fail('exists')
      if (node === undefined) {
        if (access === 'read') throw fail('not-found')
        const file = new FileNode()
        folder.change((names) => names.set(name, file))
        node = file
      }
      return new MemoryFile(path, access, node, this.session(path))
    })
  }

  stat(path: string): Promise<DiskStat | undefined> {
    return this.perform('stat', path, (fail) => {
      const node = this.find(path, fail)
      if (node === undefined) return undefined
      return node instanceof FolderNode ? { kind: 'folder', sizeBytes: 0 } : { kind: 'file', sizeBytes: node.live.size }
    })
  }

  list(folder: string): Promise<readonly string[]> {
    return this.perform('list', folder, (fail) => [...this.folder(folder, fail).live.keys()].sort())
  }

  makeFolder(path: string): Promise<void> {
    return this.perform('makeFolder', path, (fail) => {
      let folder = this.root
      for (const name of parts(path)) {
        let next = folder.live.get(name)
        if (next instanceof FileNode) throw fail(name === parts(path).at(-1) ? 'exists' : 'not-a-folder')
        if (next === undefined) {
          const made = new FolderNode()
          folder.change((names) => names.set(name, made))
          next = made
        }
        folder = next
      }
    })
  }

  rename(from: string, to: string): Promise<void> {
    return this.perform('rename', from, (fail) => {
      const source = this.parent(from, fail)
      const target = this.parent(to, fail)
      const node = source.folder.live.get(source.name)
      const replaced = target.folder.live.get(target.name)
      if (node === undefined) throw fail('not-found')
      if (node === replaced) return
      if (node instanceof FolderNode) this.mayReplaceWithFolder(from, to, replaced, fail)
      else if (replaced instanceof FolderNode) throw fail('not-a-file')
      if (source.folder === target.folder) {
        source.folder.change((names) => {
          names.delete(source.name)
          names.set(target.name, node)
        })
      } else {
        // Two folders are synced apart: after a crash the name may be in both or in neither, as on real disks.
        target.folder.change((names) => names.set(target.name, node))
        source.folder.change((names) => names.delete(source.name))
      }
    })
  }

  remove(path: string): Promise<void> {
    return this.perform('remove', path, (fail) => {
      const { folder, name } = this.parent(path, fail)
      if (name === '') throw fail('no-access')
      const node = folder.live.get(name)
      if (node === undefined) throw fail('not-found')
      if (node instanceof FolderNode && node.live.size > 0) throw fail('not-empty')
      folder.change((names) => names.delete(name))
    })
  }

  syncFolder(path: string): Promise<void> {
    return this.perform('syncFolder', path, (fail) => this.folder(path, fail).sync())
  }

  crash(loss: 'all' | 'some' = 'all'): void {
    this.crashes++
    this.crashNode(this.root, loss, new Set())
  }

  private crashNode(node: Node, loss: 'all' | 'some', seen: Set<Node>): void {
    // After a crash between two folders of a rename, one node can have two names.
    if (seen.has(node)) return
    seen.add(node)
    node.crash(loss === 'all' ? 0 : this.random.below(node.unsynced + 1))
    if (node instanceof FolderNode) for (const inner of node.live.values()) this.crashNode(inner, loss, seen)
  }

  private mayReplaceWithFolder(from: string, to: string, replaced: Node | undefined, fail: Fail): void {
    if (replaced instanceof FileNode) throw fail('not-a-folder')
    if (replaced !== undefined && replaced.live.size > 0) throw fail('not-empty')
    const inside = parts(from).every((name, index) => parts(to)[index] === name)
    if (inside) throw fail('io', new Error('a folder cannot be moved into itself'))
  }

  private perform<Value>(operation: string, path: string, work: (fail: Fail) => Value): Promise<Value> {
    const began = this.crashes
    const fail: Fail = (code, cause) => new DiskError(code, operation, path, cause && { cause })
    return new Promise((resolve, reject) => {
      this.turn.later(() => {
        try {
          if (this.crashes !== began) throw fail('closed')
          resolve(work(fail))
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  /** Performs for one handle: nothing any more once power was lost. */
  private session(path: string): Perform {
    const began = this.crashes
    return (operation, work) =>
      this.perform(operation, path, (fail) => {
        if (this.crashes !== began) throw fail('closed')
        return work(fail)
      })
  }

  private find(path: string, fail: Fail): Node | undefined {
    let node: Node | undefined = this.root
    for (const name of parts(path)) {
      if (node instanceof FileNode) throw fail('not-a-folder')
      node = node?.live.get(name)
    }
    return node
  }

  private folder(path: string, fail: Fail): FolderNode {
    const node = this.find(path, fail)
    if (node === undefined) throw fail('not-found')
    if (node instanceof FileNode) throw fail('not-a-folder')
    return node
  }

  /** The folder that `path` is in, and its name there; the root is in itself, with no name. */
  private parent(path: string, fail: Fail): { readonly folder: FolderNode; readonly name: string } {
    const names = parts(path)
    return { folder: this.folder(names.slice(0, -1).join('/'), fail), name: names.at(-1) ?? '' }
  }
}

type Fail = (code: DiskErrorCode, cause?: Error) => DiskError
type Perform = <Value>(operation: string, work: (fail: Fail) => Value) => Promise<Value>
type Node = FileNode | FolderNode

class FolderNode extends Kept<Map<string, Node>> {
  constructor() {
    super(
      () => new Map(),
      (names) => new Map(names),
    )
  }
}

class FileNode extends Kept<Content> {
  constructor() {
    super(
      () => new Content(),
      (content) => content.copy(),
    )
  }
}

/** Bytes that can grow. */
class Content {
  size = 0
  /** At least `size` long; what is past `size` is zero. */
  private bytes = new Uint8Array(64)

  read(position: number, length: number): Uint8Array {
    return this.bytes.slice(Math.min(position, this.size), Math.min(position + length, this.size))
  }

  write(position: number, source: Uint8Array): void {
    if (source.length === 0) return
    this.resize(Math.max(this.size, position + source.length))
    this.bytes.set(source, position)
  }

  resize(size: number): void {
    if (size > this.bytes.length) {
      const grown = new Uint8Array(Math.max(size, this.bytes.length * 2))
      grown.set(this.bytes)
      this.bytes = grown
    }
    this.bytes.fill(0, size, Math.max(size, this.size))
    this.size = size
  }

  copy(): Content {
    const copy = new Content()
    copy.write(0, this.read(0, this.size))
    return copy
  }
}

class MemoryFile implements DiskFile {
  readonly path: string
  private readonly access: DiskAccess
  private readonly node: FileNode
  private readonly perform: Perform
  private closed = false

  constructor(path: string, access: DiskAccess, node: FileNode, perform: Perform) {
    this.path = path
    this.access = access
    this.node = node
    this.perform = perform
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.inTurn('read', () => this.node.live.read(position, length))
  }

  write(position: number, bytes: Uint8Array): Promise<void> {
    return this.inTurn('write', (fail) => this.writeAll(position, bytes, fail))
  }

  append(bytes: Uint8Array): Promise<number> {
    return this.inTurn('append', (fail) => {
      const position = this.node.live.size
      this.writeAll(position, bytes, fail)
      return position
    })
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.inTurn('truncate', (fail) => {
      this.mustWrite(fail)
      this.node.change((content) => content.resize(sizeBytes))
    })
  }

  size(): Promise<number> {
    return this.inTurn('size', () => this.node.live.size)
  }

  sync(): Promise<void> {
    return this.inTurn('sync', () => this.node.sync())
  }

  async close(): Promise<void> {
    this.closed = true
  }

  private writeAll(position: number, bytes: Uint8Array, fail: Fail): void {
    this.mustWrite(fail)
    const own = bytes.slice()
    this.node.change((content) => content.write(position, own))
  }

  private mustWrite(fail: Fail): void {
    if (this.access === 'read') throw fail('no-access')
  }

  private inTurn<Value>(operation: string, work: (fail: Fail) => Value): Promise<Value> {
    if (this.closed) return Promise.reject(new DiskError('closed', operation, this.path))
    return this.perform(operation, work)
  }
}

/** Folder by folder, `.` and `..` resolved; relative paths start at the root. */
function parts(path: string): readonly string[] {
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  return names
}
