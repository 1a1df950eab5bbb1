/** Where records come from. */
export interface Source<out Record> {
  readonly kind: string
  /**
   * Opens the source behind its first `position` records: at the start, and again behind what is committed when its
   * operator was restarted.
   *
   * @throws StreamError `source-not-replayable` when it can not be opened again: the run then fails, with what failed the
   * source as the cause.
   */
  open(position: number): SourceReader<Record> | Promise<SourceReader<Record>>
}

/** An opened source. One call at a time. */
export interface SourceReader<out Record> {
  /**
   * The next records, at most `most`, in a list that is theirs; none when there are none so far and it has waited a
   * while; `undefined` at the end.
   */
  read(most: number): readonly Record[] | undefined | Promise<readonly Record[] | undefined>
  /**
   * It is not read any more. Called once, at the end, after a crash, and when the run is stopped or fails; in the last
   * three cases maybe while a read is under way.
   */
  close?(): void | Promise<void>
}
