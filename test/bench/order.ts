/**
 * The order in which the rows of one workload run in one repetition. The leading pair (reference and
 * Holdfast) stays adjacent in time and swaps sides every time; all others rotate around it, so that no row
 * always runs after the same neighbour.
 */
export const orderOf = <Row>(pair: readonly Row[], others: readonly Row[], repetition: number): Row[] => {
  const leading = repetition % 2 === 0 ? [...pair] : [...pair].reverse()
  const units = [leading, ...others.map((row) => [row])]
  // Three is coprime to most lengths: the order looks different each time, not just shifted by one.
  const start = (repetition * 3) % units.length
  return [...units.slice(start), ...units.slice(0, start)].flat()
}
