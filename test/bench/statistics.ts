/** The middle of the values; the mean of the two middle ones when their number is even. */
export const median = (values: readonly number[]): number => {
  if (values.length === 0) throw new RangeError('A median needs at least one value.')
  const sorted = [...values].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2
}

/** One value per repetition; `undefined` where it was not measured. */
export type Samples = readonly (number | undefined)[]

/** The samples that exist. */
export const measured = (samples: Samples): number[] => samples.filter((value): value is number => value !== undefined)

/**
 * The median over repetitions of `values / references`, each within one repetition: what was measured
 * side by side met the same machine, which drifts over minutes. `undefined` when no repetition has both.
 */
export const pairedRatio = (values: Samples, references: Samples): number | undefined => {
  const ratios: number[] = []
  for (const [repetition, value] of values.entries()) {
    const reference = references[repetition]
    if (value !== undefined && reference !== undefined && reference > 0) ratios.push(value / reference)
  }
  return ratios.length === 0 ? undefined : median(ratios)
}
