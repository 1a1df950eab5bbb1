/** Where a command writes. */
export interface Terminal {
  /** Writes one line of result. */
  out(line: string): void
  /** Writes one line about what went wrong or is going on. */
  err(line: string): void
}

/** One command of `holdfast`. */
export interface Command {
  /** The word that selects it. */
  readonly name: string
  /** One line for `holdfast --help`. */
  readonly summary: string
  /** Runs with the arguments after its name; resolves with the exit code: 0 good, 1 not as hoped, 2 wrongly called. */
  run(args: readonly string[], terminal: Terminal): number | Promise<number>
}
