import type { Cell } from './cell.js'
import type { Kernel } from './kernel.js'
import type { MailboxSettings } from './overflow.js'

/** @internal What a new cell is told about its place. */
export interface Place {
  readonly kernel: Kernel
  readonly parent: Cell | undefined
  /** A number for the instances of a template: it costs no string, and is written behind the template's id. */
  readonly name: string | number
  readonly mailbox: MailboxSettings
  readonly args: unknown
}

/**
 * Anything that can stand in a tree: a behaviour, a supervisor, and whatever later layers add (a pipeline, a
 * worker thread behind a proxy). Parents see nothing else of it.
 */
export interface Startable {
  /** What it is, in OTP's words. */
  readonly kind: 'worker' | 'supervisor'
  /** @internal Looks for faults in the declaration before anything starts. @throws SpecError */
  check?(path: string): void
  /**
   * @internal Makes the cell, not yet started. `before` stood in that place until now: where it can take this on, it is
   * given back, and its refs stay good.
   */
  createCell(place: Place, before?: Cell): Cell
}
