/**
 * Who is restarted with whom.
 *
 * - `one-for-one`: the failed child alone.
 * - `one-for-all`: all children.
 * - `rest-for-one`: the failed child and those started after it.
 * - `simple-one-for-one`: instances of one spec, each alone.
 */
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one' | 'simple-one-for-one'

export const strategies: readonly Strategy[] = ['one-for-one', 'one-for-all', 'rest-for-one', 'simple-one-for-one']

/** What a failure leads to: stop these, in this order; then start these, in this order. */
export interface RestartPlan<Child> {
  readonly stop: readonly Child[]
  readonly start: readonly Child[]
}

/**
 * The plan for one failed child, OTP's rules: the children concerned are stopped in reverse start order (the failed
 * one is down already), then started in start order. `order` holds all children in start order.
 *
 * @example
 * restartPlan('rest-for-one', ['a', 'b', 'c'], 'b') // { stop: ['c'], start: ['b', 'c'] }
 */
export function restartPlan<Child>(strategy: Strategy, order: readonly Child[], failed: Child): RestartPlan<Child> {
  if (strategy === 'one-for-one' || strategy === 'simple-one-for-one') return { stop: [], start: [failed] }
  const start = strategy === 'one-for-all' ? order : order.slice(order.indexOf(failed))
  return { stop: start.filter((child) => child !== failed).reverse(), start }
}
