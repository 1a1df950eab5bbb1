/** A record that was being handled when its operator crashed. */
export interface Suspect {
  readonly crashes: number
  /** The last one. */
  readonly error: Error
}

/** The suspects of one batch, by their index in it. Decides how the batch is cut so that each of them is tried alone. */
export class Suspects {
  private readonly byIndex = new Map<number, Suspect>()

  get size(): number {
    return this.byIndex.size
  }

  clear(): void {
    this.byIndex.clear()
  }

  add(index: number, error: Error): void {
    this.byIndex.set(index, { crashes: (this.byIndex.get(index)?.crashes ?? 0) + 1, error })
  }

  at(index: number): Suspect | undefined {
    return this.byIndex.get(index)
  }

  /** Where an attempt that begins at `from` ends, exclusive: behind a suspect that stands there, else before the next. */
  cut(from: number, length: number): number {
    if (this.byIndex.has(from)) return from + 1
    let end = length
    for (const index of this.byIndex.keys()) if (index > from && index < end) end = index
    return end
  }
}
