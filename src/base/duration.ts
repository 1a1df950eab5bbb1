import { describe, HoldfastError } from './errors.js'

/**
 * A length of time: a number of milliseconds, or a number with a unit, such as `'50ms'`, `'5s'`, `'1.5m'`, `'2h'`, `'1d'`.
 * Never negative, never infinite: where waiting forever is allowed, the option says so beside this type.
 */
export type Duration = number | `${number}${DurationUnit}`

/** Milliseconds, seconds, minutes, hours, days. */
export type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd'

/** A value given as a duration is not one. `data` has the option's name and the value found. */
export class DurationError extends HoldfastError<'bad-duration', { readonly key: string; readonly value: unknown }> {
  static {
    DurationError.prototype.name = 'DurationError'
  }
}

/**
 * The duration in milliseconds. `key` names the option it came from, for the message.
 *
 * @throws {DurationError} for anything that is not a {@link Duration}.
 *
 * ```ts
 * toMs('1.5s', 'shutdown') // 1500
 * ```
 */
export function toMs(duration: Duration, key: string): number {
  const ms = typeof duration === 'string' ? parse(duration) : duration
  if (typeof ms === 'number' && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER) return ms
  throw new DurationError(
    'bad-duration',
    `${key} is not a duration: ${describe(duration)}. ` +
      "Give a number of milliseconds, 0 or more, or a number with a unit: '50ms', '5s', '1.5m', '2h', '1d'.",
    { key, value: duration },
  )
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function parse(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  return parts === null ? Number.NaN : Number(parts[1]) * (UNIT_MS[parts[2] ?? ''] ?? Number.NaN)
}
