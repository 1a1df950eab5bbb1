import { HoldfastError } from '../base/errors.js'

/**
 * - `invalid-option`, `invalid-graph`: refused before anything started.
 * - `escalated`: operators crashed more often than the declared intensity allows; the pipeline gave up.
 * - `source-not-replayable`: a source failed that can not be opened again at a position.
 * - `stopped`: the pipeline was ended from outside before its input was.
 */
export type StreamErrorCode = 'invalid-option' | 'invalid-graph' | 'escalated' | 'source-not-replayable' | 'stopped'

/** An error of the stream layer. */
export class StreamError extends HoldfastError<StreamErrorCode, Readonly<Record<string, unknown>>> {
  static {
    StreamError.prototype.name = 'StreamError'
  }
}
