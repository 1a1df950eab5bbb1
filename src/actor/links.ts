import { failAsks } from './ask.js'
import type { Cell } from './cell.js'
import type { ExitReason } from './exit.js'
import type { Relations } from './relations.js'
import type { Monitor } from './signals.js'

/*
 * Ties between actors, with Erlang's rules: links are two-way and idempotent, monitors one-way and each separate;
 * both belong to the incarnations that made them.
 */

/** Ties two actors together. A tie to one that is not alive gives an immediate `noproc`. */
export function link(cell: Cell, other: Cell): void {
  if (cell === other) return
  if (!other.alive) {
    cell.signal({ type: 'exit', from: other, reason: 'noproc', link: true })
    return
  }
  // The tree ties parent and child already; a second tie would tell each end twice.
  if (other.parent === cell || cell.parent === other) return
  const [mine, theirs] = [cell.own(), other.own()]
  mine.links ??= new Set()
  theirs.links ??= new Set()
  mine.links.add(other)
  theirs.links.add(cell)
}

/** Unties two actors. After it no exit signal of that link arrives any more, not even one that waits. */
export function unlink(cell: Cell, other: Cell): void {
  cell.ties?.links?.delete(other)
  other.ties?.links?.delete(cell)
  cell.dropSignals((signal) => signal.type === 'exit' && signal.link && signal.from === other)
}

let monitors = 0

/** Asks to be told when `target` ends; at once, with `noproc`, when it is not alive. */
export function monitor(watcher: Cell, target: Cell): Monitor {
  const made: Monitor = { target, id: ++monitors }
  if (!target.alive) {
    watcher.signal({ type: 'down', from: target, reason: 'noproc', monitor: made })
    return made
  }
  const [mine, theirs] = [watcher.own(), target.own()]
  mine.watching ??= new Set()
  theirs.watchers ??= new Map()
  mine.watching.add(made)
  theirs.watchers.set(made, watcher)
  return made
}

/** Ends one monitor. After it no down signal of that monitor arrives any more (Erlang's `demonitor` with `flush`). */
export function demonitor(watcher: Cell, made: Monitor): void {
  watcher.ties?.watching?.delete(made)
  targetOf(made).ties?.watchers?.delete(made)
  watcher.dropSignals((signal) => signal.type === 'down' && signal.monitor === made)
}

/** The end of an incarnation: everything tied to it is told and untied, its timers and asks are over. */
export function breakTies(cell: Cell, ties: Relations, reason: ExitReason): void {
  const { timers, watching, watchers, links } = ties
  ties.timers = undefined
  ties.watching = undefined
  ties.watchers = undefined
  ties.links = undefined
  ties.dropProcedure()
  ties.signalling = false
  ties.pressing = false
  ties.trapExit = undefined
  if (timers !== undefined) for (const timer of timers) timer.cancel()
  if (watching !== undefined) for (const made of watching) targetOf(made).ties?.watchers?.delete(made)
  if (links !== undefined) {
    for (const other of links) {
      other.ties?.links?.delete(cell)
      other.signal({ type: 'exit', from: cell, reason, link: true })
    }
  }
  if (watchers !== undefined) {
    for (const [made, watcher] of watchers) {
      watcher.ties?.watching?.delete(made)
      watcher.signal({ type: 'down', from: cell, reason, monitor: made })
    }
  }
  if (ties.asks !== undefined) failAsks(cell, ties, reason)
}

function targetOf(made: Monitor): Cell {
  return made.target as unknown as Cell
}
