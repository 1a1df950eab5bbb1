/** Where records come from. */
export interface Source<out Record> {
  readonly kind: string
  /**
   * Opens the source behind its first `position` records. A source that can not do that for a position above 0 throws;
   * it then can not be recovered, only failed.
   */
  open(position: number): SourceReader<Record> | Promise<SourceReader<Record>>
}

/** An opened source. One call at a time. */
export interface SourceReader<out Record> {
  /** The next records, at least one and at most `most`; nothing at the end. */
  read(most: number): readonly Record[] | undefined | Promise<readonly Record[] | undefined>
  /** Not read any more. */
  close?(): void | Promise<void>
}
