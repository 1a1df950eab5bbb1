import type { WriteStream } from 'node:tty'

/** Where a run stands. */
export interface Standing {
  readonly flights: number
  readonly crashes: number
  readonly recovered: number
}

const redrawMs = 100
/** Where there is no terminal, a line for every such part of all flights. */
const lines = 10

/**
 * Shows how far a run is: on a terminal one line that is drawn again and again, elsewhere a line for every tenth.
 * Forty lines of our own rather than a library: such libraries bring colours, many bars and timers of their own, and
 * none of them knows what to do without a terminal.
 */
export class Progress {
  private readonly startedMs = performance.now()
  private readonly timer: NodeJS.Timeout
  private shown = 0

  constructor(
    private readonly stream: WriteStream | NodeJS.WriteStream,
    private readonly flightsMax: number,
    private readonly standing: () => Standing,
  ) {
    this.timer = setInterval(() => this.show(), redrawMs)
  }

  /** Shows where it ended, and no more. */
  end(): void {
    clearInterval(this.timer)
    if (this.stream.isTTY) this.stream.write(`${this.drawn()}\n`)
    else this.stream.write(`${this.line(this.standing())}\n`)
  }

  private show(): void {
    if (this.stream.isTTY) this.stream.write(this.drawn())
    else {
      const standing = this.standing()
      const step = Math.floor((standing.flights * lines) / this.flightsMax)
      if (step > this.shown && step < lines) this.stream.write(`${this.line(standing)}\n`)
      this.shown = step
    }
  }

  private drawn(): string {
    const standing = this.standing()
    const text = this.line(standing)
    const width = Math.max(0, Math.min(24, (this.stream.columns ?? 80) - text.length - 2))
    const full = Math.round((width * standing.flights) / this.flightsMax)
    const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)} `
    return `\r\x1b[K${`${bar}${text}`.slice(0, (this.stream.columns ?? 80) - 1)}`
  }

  private line({ flights, crashes, recovered }: Standing): string {
    const share = `${Math.floor((100 * flights) / this.flightsMax)}%`.padStart(4)
    const perSecond = flights / Math.max(0.001, (performance.now() - this.startedMs) / 1000)
    const rate = `${Math.round(perSecond / 1000).toLocaleString('en')}k/s`
    return `${share} ${flights.toLocaleString('en')} flights, ${rate}, ${crashes} crashes, ${recovered} recovered`
  }
}
