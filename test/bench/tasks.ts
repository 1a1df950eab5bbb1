/** What a measurement counts: time per operation, bytes per item, or a delay. */
export type Unit = 'ns' | 'bytes' | 'ms'

/** One piece of work that peers implement. */
export interface Task {
  readonly unit: Unit
  /** How often the operation is done in the measured run; a multiple of 1,000. Slow peers do fewer. */
  readonly operations: number
  /** The same for each of the two warm-up runs; a tenth of `operations` unless given. */
  readonly warmOperations?: number
  /** The only correct result. Absent for gauges, which check themselves. */
  readonly expected?: (operations: number) => number
}

const sumBelow = (count: number): number => (count * (count - 1)) / 2
const same = (count: number): number => count
const timed = (operations: number, expected: (operations: number) => number, warmOperations?: number): Task => ({
  unit: 'ns',
  operations,
  expected,
  ...(warmOperations === undefined ? {} : { warmOperations }),
})

/** Messages that a driver sends before it waits until all are handled. */
export const burstMessages = 1000

/** All tasks with their sizes and results. A result is what makes sure that nobody skipped the work. */
export const tasks = {
  tell: timed(5e6, sumBelow),
  'tell-path': timed(5e6, sumBelow),
  fanin: timed(5e6, sumBelow),
  pingpong: timed(1e6, same),
  ring: timed(1e6, same),
  ask1: timed(2e5, (asks) => sumBelow(asks) + asks),
  ask1000: timed(4e5, (asks) => sumBelow(asks) + asks),
  flood: timed(5e6, sumBelow),
  'flood-credits': timed(2e6, sumBelow),
  spawn: timed(2e5, sumBelow),
  memory: { unit: 'bytes', operations: 5e4 },
  crash: timed(1e5, same),
  lifecycle: timed(2e7, (steps) => (steps / 8) * 3),
  stream: timed(5e6, (records) => (750 * (records / 1000) * (records / 1000 + 1)) / 2),
  'loop-delay': { unit: 'ms', operations: 1e7 },
  'scale-1k': timed(5e6, sumBelow),
  'scale-100k': timed(5e6, sumBelow),
  'scale-1m': timed(5e6, sumBelow, 1e5),
  'scale-queued': timed(5e6, sumBelow, 1e6),
  'restart-flat': timed(1e5, same, 1e4),
  'restart-few': timed(1e5, same, 1e4),
} as const satisfies Record<string, Task>

export type TaskName = keyof typeof tasks

/** The table above with the optional fields in reach. */
export const taskOf = (name: TaskName): Task => tasks[name]

export const warmOperationsOf = (task: Task, operations: number): number =>
  Math.min(task.warmOperations ?? operations, Math.max(1000, Math.round(operations / 10_000) * 1000))
