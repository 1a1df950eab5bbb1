import type { Cell } from './cell.js'
import { shutdownMs } from './children.js'
import type { SpawnOptions } from './context.js'
import { ActorError } from './errors.js'
import { describeExit } from './exit.js'
import { checkName } from './name.js'
import { mailboxSettings } from './overflow.js'
import type { Startable } from './startable.js'

/** Starts a child of a plain actor. */
export function spawnChild(parent: Cell, startable: Startable, options: SpawnOptions<unknown> = {}): Cell {
  const { kernel } = parent
  const name = options.name ?? kernel.world.ids.next()
  const where = `spawn ${name} under ${parent.path}`
  checkName(name, where)
  const ties = parent.own()
  ties.children ??= new Map()
  if (ties.children.has(name)) {
    throw new ActorError('name-taken', `${where}: the name is taken by a living child; choose another`, { name })
  }
  const cell = startable.createCell({
    kernel,
    parent,
    name,
    mailbox: mailboxSettings(options.mailbox, where),
    args: options.args,
  })
  ties.children.set(name, { cell, shutdownMs: shutdownMs(options.shutdown ?? '5s', `${where}: shutdown`) })
  const outcome = cell.start()
  if (outcome.kind === 'started' || outcome.kind === 'pending') return cell
  ties.children.delete(name)
  cell.retire()
  if (outcome.kind === 'ignored') return cell
  if (outcome.reason instanceof Error) throw outcome.reason
  throw new ActorError('start-failed', `${where}: ${describeExit(outcome.reason)}`, { path: cell.path })
}
