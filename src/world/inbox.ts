/** Messages that wait, in order, until somebody listens. */
export class Inbox {
  private waiting: unknown[] = []
  private listener: ((message: unknown) => void) | undefined

  deliver(message: unknown): void {
    if (this.listener === undefined) this.waiting.push(message)
    else this.listener(message)
  }

  /** Sets the listener and gives it what waits. */
  listen(listener: (message: unknown) => void): void {
    this.listener = listener
    for (const message of this.waiting.splice(0)) listener(message)
  }
}
