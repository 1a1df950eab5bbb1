import { HoldfastError } from '../base/errors.js'

/**
 * Files. A change is *visible* when its promise resolves and *durable*, that is still there after a loss of power, only
 * after a later sync: {@link DiskFile.sync} for what is in a file, {@link Disk.syncFolder} for which names are in a
 * folder (creating, renaming and removing). Unsynced changes may survive in part and in any order between files.
 * Every method rejects with {@link DiskError}.
 */
export interface Disk {
  /**
   * Opens a file. `'read'`: it must be there. `'write'`: to read and write, made when missing. `'create'`: the same, but
   * `exists` when there is one. The folder must be there. One writer per file at a time is the caller's duty.
   */
  open(path: string, access: DiskAccess): Promise<DiskFile>
  /** What is at `path`, or `undefined` when nothing is. */
  stat(path: string): Promise<DiskStat | undefined>
  /** The names in a folder, sorted by code unit. */
  list(folder: string): Promise<readonly string[]>
  /** Makes a folder and the missing ones above it; a no-op when it is there. */
  makeFolder(path: string): Promise<void>
  /** Gives a file another name, replacing what had that name in one step: at no time is there neither or half of one. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file or an empty folder. */
  remove(path: string): Promise<void>
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>
}

export type DiskAccess = 'read' | 'write' | 'create'

export interface DiskStat {
  readonly kind: 'file' | 'folder'
  /** 0 for a folder. */
  readonly sizeBytes: number
}

/** An open file. Positions and lengths are in bytes. Operations of one handle take effect in the order of the calls. */
export interface DiskFile {
  readonly path: string
  /** Up to `length` bytes from `position`; fewer only where the file ends. */
  read(position: number, length: number): Promise<Uint8Array>
  /** Writes all of `bytes`; a gap past the end reads as zeros. After a rejection any part may have been written. */
  write(position: number, bytes: Uint8Array): Promise<void>
  /** Writes all of `bytes` at the end and returns the position where they begin. */
  append(bytes: Uint8Array): Promise<number>
  /** Cuts the file, or extends it with zeros. */
  truncate(sizeBytes: number): Promise<void>
  size(): Promise<number>
  /** Makes the content durable. When it rejects, what was unsynced may be lost even if a later sync succeeds. */
  sync(): Promise<void>
  /** Gives the handle back; does not sync. A no-op when it is closed. */
  close(): Promise<void>
}

/**
 * - `not-found`, `exists`: nothing, or something, has that name.
 * - `not-a-file`, `not-a-folder`, `not-empty`: the wrong kind of thing has it.
 * - `no-access`: the operating system or the way it was opened forbids it.
 * - `full`: no room left.
 * - `closed`: the handle was closed, or died with its machine.
 * - `io`: anything else; see `cause`.
 */
export type DiskErrorCode =
  | 'not-found'
  | 'exists'
  | 'not-a-file'
  | 'not-a-folder'
  | 'not-empty'
  | 'no-access'
  | 'full'
  | 'closed'
  | 'io'

/** A file operation failed. */
export class DiskError extends HoldfastError<DiskErrorCode, { readonly operation: string; readonly path: string }> {
  static {
    DiskError.prototype.name = 'DiskError'
  }

  constructor(code: DiskErrorCode, operation: string, path: string, options?: { readonly cause?: unknown }) {
    super(code, `Disk: ${operation} "${path}" failed: ${REASON[code]}.`, { operation, path }, options)
  }
}

const REASON: Readonly<Record<DiskErrorCode, string>> = {
  'not-found': 'nothing has that name; make it, or its folder, first',
  exists: 'something has that name already',
  'not-a-file': 'it is a folder, not a file',
  'not-a-folder': 'a part of the path that must be a folder is a file',
  'not-empty': 'the folder is not empty; remove what is in it first',
  'no-access': 'access is not allowed; check the permissions, and that it was opened for writing',
  full: 'there is no room left; free some or raise the quota',
  closed: 'the file is closed; open it again',
  io: 'the operating system reported a failure; see the cause',
}
