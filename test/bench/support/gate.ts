/** Counts handled messages and lets one driver await the moment at which a given number is reached. */
export class Gate {
  private count = 0
  private target = -1
  private resolve: (() => void) | undefined

  /** One more message was handled. */
  hit(): void {
    this.count += 1
    if (this.count === this.target) this.resolve?.()
  }

  /** Resolves when `target` messages have been handled since the gate was made; `undefined` when they already were. */
  wait(target: number): Promise<void> | undefined {
    if (this.count >= target) return undefined
    this.target = target
    return new Promise((resolve) => {
      this.resolve = resolve
    })
  }
}
