import type { ExitReason } from './exit.js'

/** How a start went. `pending`: not known yet; the parent's `childStarted` will be called. */
export type Outcome =
  | { readonly kind: 'started'; readonly info: unknown }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'failed'; readonly reason: ExitReason }
  | { readonly kind: 'pending' }

export const started: Outcome = { kind: 'started', info: undefined }
export const ignored: Outcome = { kind: 'ignored' }
export const pending: Outcome = { kind: 'pending' }
