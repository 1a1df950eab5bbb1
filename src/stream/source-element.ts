import { Element, type ElementPlace } from './element.js'
import type { Operator } from './operator.js'
import type { Source, SourceReader } from './source/source.js'

/** The element of a source: its batches come from a reader, which is opened anew behind what was committed. */
export class SourceElement extends Element {
  private reader: SourceReader<unknown> | undefined
  private stopping = false
  /** Batches begin small: the first results come soon, and the engine does not take records for long-lived objects. */
  private batchRecords: number
  /** Lets go of the opening or reading that is awaited; what it still brings is not wanted. */
  private letGo: (() => void) | undefined

  constructor(
    private readonly source: Source<unknown>,
    place: Omit<ElementPlace, 'operator'>,
  ) {
    super({ ...place, operator: passOn })
    this.batchRecords = Math.min(firstBatchRecords, place.batchRecordsMax)
  }

  /** Reads no further: what has been read is still brought to the end. */
  stop(): void {
    this.stopping = true
    this.letGo?.()
    this.wake()
  }

  /** No more is read in any case: what is open is closed. */
  dispose(): void {
    this.letGo?.()
    const { reader } = this
    this.reader = undefined
    if (reader !== undefined) void closeQuietly(reader)
  }

  override crashed(error: Error | undefined): void {
    super.crashed(error)
    this.dispose()
  }

  protected override take(): undefined | Promise<void> {
    if (this.stopping) return this.sourceEnded()
    if (this.reader === undefined) {
      const opened = this.source.open(this.position)
      if (opened instanceof Promise) return this.awaited(opened, (reader) => this.opened(reader), closeQuietly)
      this.opened(opened)
    }
    const records = this.reader?.read(this.batchRecords)
    this.batchRecords = Math.min(this.batchRecords * 2, this.place.batchRecordsMax)
    if (records instanceof Promise) return this.awaited(records, (late) => this.read(late))
    return this.read(records)
  }

  private opened(reader: SourceReader<unknown>): undefined {
    this.reader = reader
  }

  private read(records: readonly unknown[] | undefined): undefined | Promise<void> {
    if (records === undefined) return this.sourceEnded()
    if (records.length > 0) this.taken({ records, position: this.position })
    else this.wake()
    return undefined
  }

  private sourceEnded(): undefined | Promise<void> {
    this.finish()
    if (this.stopping) {
      this.dispose()
      return undefined
    }
    const { reader } = this
    this.reader = undefined
    const closing = reader?.close?.()
    return closing instanceof Promise ? closing : undefined
  }

  /** Waits for the source. What comes after it was let go is dropped: a successor reads it again. */
  private awaited<Late>(
    promise: Promise<Late>,
    use: (late: Late) => undefined | Promise<void>,
    drop: (late: Late) => void = () => undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const letGo = (): void => {
        if (this.letGo === letGo) this.letGo = undefined
        resolve()
      }
      this.letGo = letGo
      promise.then(
        (late) => {
          if (this.letGo !== letGo) return drop(late)
          this.letGo = undefined
          resolve(use(late))
        },
        (thrown) => {
          if (this.letGo === letGo) this.letGo = undefined
          reject(thrown)
        },
      )
    })
  }
}

const firstBatchRecords = 8

const passOn: Operator = {
  step(work) {
    work.out = work.input as unknown[]
    work.index = work.limit
    return undefined
  },
}

async function closeQuietly(reader: SourceReader<unknown>): Promise<void> {
  try {
    await reader.close?.()
  } catch {
    // It has failed already; that it can not be closed either changes nothing.
  }
}
