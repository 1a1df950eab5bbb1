import type { Channel, Turn } from '../world/turn.js'
import type { World } from '../world/world.js'
import type { Cell } from './cell.js'

/** Most messages an actor handles before the next one has its turn. */
const quantum = 256
/** How long actors may run before the event loop gets a turn. */
const sliceMs = 1
const longestCheck = 16_384
/** More messages than this without the clock moving, and the event loop gets a turn all the same. */
const messagesAtInstantMax = 65_536
/** How often in a slice signals go before messages: actors that exchange signals without end must not starve the others. */
const jumpsMax = 256

/**
 * Runs ready actors: one queue, first come, first served, drained in a microtask.
 *
 * The loop must give way to I/O about every millisecond without reading the clock for each message. So it
 * reads the clock after a number of messages which it keeps adapting: doubled while that many take next to no
 * time, cut down as soon as they take long. Handlers of 10 ns and of 10 ms both give way in time.
 */
export class Scheduler {
  /** Who is running now: the sender of what is sent without a context. */
  current: Cell | undefined = undefined
  /** How many orders to start or stop, and answers to them, are being carried out within each other. */
  depth = 0
  /** True while somebody listens to single messages: each is then handled in a turn of its own. */
  observing = false
  /** Most messages of one turn, kept up to date beside what it depends on: it is read once a turn. */
  private limit = 64
  /** True when the world chooses among channels: every message then has its sender noted. */
  readonly choosing: boolean

  private readonly turn: Turn
  private readonly world: World
  // Bound, not wrapped: every frame that stands on the stack makes the Error of a crashing handler dearer by half a microsecond.
  private readonly drainBound: () => void
  private readonly drainLater = (): void => {
    this.sliceStartMs = this.world.clock.now()
    this.sinceCheck = 0
    this.checksAtInstant = 0
    this.drain()
  }
  private queue: (Cell | undefined)[] = new Array(1024).fill(undefined)
  private mask = 1023
  private head = 0
  private tail = 0
  private scheduled = false
  private sliceStartMs = 0
  private checkedMs = 0
  private sinceCheck = 0
  private checkEvery = 64
  private overdue = false
  private checksAtInstant = 0
  /** How many have been queued in front in this slice. */
  private jumped = 0

  constructor(world: World) {
    this.world = world
    this.turn = world.turn
    this.drainBound = this.drain.bind(this)
    this.choosing = world.turn.choose !== undefined
  }

  /** Queues an actor that became ready, and sees to it that the queue is drained. */
  push(cell: Cell): void {
    if (this.tail - this.head > this.mask) this.grow()
    const tail = this.tail
    this.queue[tail & this.mask] = cell
    this.tail = tail + 1
    if (!this.scheduled) {
      this.scheduled = true
      this.schedule()
    }
  }

  /** Queues an actor with a signal in front of all others: what failed is known, and repaired, before work goes on. */
  pushFirst(cell: Cell): void {
    if (++this.jumped > jumpsMax) {
      this.push(cell)
      return
    }
    if (this.tail - this.head > this.mask) this.grow()
    this.head--
    this.queue[this.head & this.mask] = cell
    if (!this.scheduled) {
      this.scheduled = true
      this.schedule()
    }
  }

  /** Somebody begins or ceases to listen to single messages. */
  observe(observing: boolean): void {
    this.observing = observing
    this.measureLimit()
  }

  private schedule(): void {
    if (this.overdue) {
      this.overdue = false
      this.turn.later(this.drainLater)
    } else this.turn.soon(this.drainBound)
  }

  private drain(): void {
    if (this.turn.choose !== undefined) {
      this.step(this.turn.choose)
      return
    }
    try {
      while (this.head !== this.tail) {
        const at = this.head & this.mask
        const cell = this.queue[at] as Cell
        this.queue[at] = undefined
        this.head++
        this.current = cell
        this.sinceCheck += cell.run(this.limit)
        if (this.sinceCheck >= this.checkEvery && this.sliceIsOver()) break
      }
    } finally {
      this.rest()
    }
  }

  private rest(): void {
    this.current = undefined
    this.jumped = 0
    if (this.head === this.tail) {
      this.head = 0
      this.tail = 0
      this.scheduled = false
    } else this.schedule()
  }

  private sliceIsOver(): boolean {
    const nowMs = this.world.clock.now()
    const spentMs = nowMs - this.checkedMs
    this.checkedMs = nowMs
    this.sinceCheck = 0
    if (spentMs > sliceMs / 2) this.checkEvery = Math.max(1, this.checkEvery >> 2)
    else if (spentMs < sliceMs / 8 && this.checkEvery < longestCheck) this.checkEvery *= 2
    this.measureLimit()
    this.overdue = nowMs - this.sliceStartMs > sliceMs || this.stands(nowMs)
    return this.overdue
  }

  /** Virtual time stands still however much is done: work without end must not keep its world from noticing. */
  private stands(nowMs: number): boolean {
    if (nowMs !== this.sliceStartMs) return false
    this.checksAtInstant++
    return this.checksAtInstant * this.checkEvery > messagesAtInstantMax
  }

  private measureLimit(): void {
    this.limit = this.observing ? 1 : Math.min(this.checkEvery, quantum)
  }

  /** One message of a channel that the world chooses; promise jobs run in between. */
  private step(choose: (ready: readonly Channel[]) => number): void {
    try {
      const { cells, channels, offsets } = this.readyChannels()
      if (channels.length > 0) {
        const picked = channels.length === 1 ? 0 : choose(channels)
        const cell = cells[picked] as Cell
        this.remove(cell)
        this.current = cell
        cell.runChannel(offsets[picked] as number)
        if (++this.sinceCheck >= this.checkEvery) this.sliceIsOver()
      }
    } finally {
      this.rest()
    }
  }

  private readyChannels(): { cells: Cell[]; channels: Channel[]; offsets: number[] } {
    const cells: Cell[] = []
    const channels: Channel[] = []
    const offsets: number[] = []
    for (let i = this.head; i !== this.tail; i++) {
      const cell = this.queue[i & this.mask] as Cell
      for (const { sender, offset } of cell.readySenders()) {
        cells.push(cell)
        offsets.push(offset)
        channels.push({ sender, receiver: cell.path, sequence: channels.length })
      }
    }
    return { cells, channels, offsets }
  }

  private remove(cell: Cell): void {
    let to = this.head
    for (let from = this.head; from !== this.tail; from++) {
      const other = this.queue[from & this.mask]
      if (other !== cell) this.queue[to++ & this.mask] = other
    }
    while (this.tail !== to) this.queue[--this.tail & this.mask] = undefined
  }

  private grow(): void {
    const size = this.tail - this.head
    const next: (Cell | undefined)[] = new Array(this.queue.length * 2).fill(undefined)
    for (let i = 0; i < size; i++) next[i] = this.queue[(this.head + i) & this.mask]
    this.queue = next
    this.mask = next.length - 1
    this.head = 0
    this.tail = size
  }
}
