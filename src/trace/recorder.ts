import { assert } from '../base/assert.js'
import { describe } from '../base/errors.js'
import { Ring } from '../base/ring.js'
import type { Events } from './emitter.js'
import type { SystemEvent } from './events.js'

export interface RecorderOptions {
  /** How many events it keeps; the oldest leaves first. Default 10,000. */
  readonly capacity?: number
  /** Whether it also keeps message-level events. Default false: they would crowd out all others. */
  readonly messages?: boolean
}

/**
 * Keeps the latest events in memory. It keeps the values that were emitted, not copies of them.
 *
 * ```ts
 * const recorder = new Recorder(events, { capacity: 1_000 })
 * recorder.snapshot().filter((event) => event.name === 'restart')
 * ```
 */
export class Recorder {
  /** How many events have left because there was no room. */
  dropped = 0
  /** Stops recording; what was recorded stays. */
  readonly detach: () => void
  private readonly kept = new Ring<SystemEvent>()
  private readonly capacity: number

  constructor(events: Events, { capacity = 10_000, messages = false }: RecorderOptions = {}) {
    assert(Number.isInteger(capacity) && capacity >= 1, `a recorder's capacity is an integer from 1, not ${capacity}`)
    this.capacity = capacity
    this.detach = events.onAny((event) => this.keep(event), { messages })
  }

  /** What was kept, oldest first. */
  snapshot(): readonly SystemEvent[] {
    return [...this.kept]
  }

  /** What was kept, one JSON object a line. Values that JSON has no form for become short texts; never throws. */
  toJsonLines(): string {
    return this.snapshot()
      .map((event) => `${toJson(event)}\n`)
      .join('')
  }

  private keep(event: SystemEvent): void {
    if (this.kept.size === this.capacity) {
      this.kept.shift()
      this.dropped++
    }
    this.kept.push(event)
  }
}

function toJson(event: SystemEvent): string {
  const fields = Object.entries(event).map(([key, value]) => {
    const json = fieldJson(value)
    return json === undefined ? [] : [`${JSON.stringify(key)}:${json}`]
  })
  return `{${fields.flat().join(',')}}`
}

/** A field at a time, so that a value that cannot be written costs itself only. */
function fieldJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, plain)
  } catch {
    return JSON.stringify(describe(value))
  }
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    const code: unknown = Reflect.get(value, 'code')
    return { error: value.name, message: value.message, ...(typeof code === 'string' ? { code } : {}) }
  }
  const kind = typeof value
  const foreign = kind === 'bigint' || kind === 'function' || kind === 'symbol'
  return foreign || value instanceof Map || value instanceof Set ? describe(value) : value
}
