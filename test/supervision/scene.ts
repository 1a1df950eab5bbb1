import {
  type Backoff,
  type ChildSpec,
  type Startable,
  type Strategy,
  type SupervisorRef,
  type SupervisorSpec,
  type SystemOptions,
  supervisor,
  supervisorOf,
} from 'holdfast'
import type { EventName } from 'holdfast/trace'
import type { VirtualWorldOptions } from 'holdfast/world'
import { expect } from 'vitest'
import { type Order, type Part, puppet, type Stage, stage, tell } from '../actor/stage.js'

export const boom = new Error('boom')

export const crash: Order = () => {
  throw boom
}

/** The dynamic API of the supervisor at a path. */
export function sup(on: Stage, path = '/'): SupervisorRef {
  return supervisorOf(on.system.ref(path))
}

/** What the children of a supervisor are shown as, in start order: `a#2`, `b restarting`, `c down`. */
export async function shown(on: Stage, path = '/'): Promise<string> {
  const answer = await on.world.until(sup(on, path).whichChildren())
  if (!answer.ok) return answer.error.code
  return answer.children
    .reverse()
    .map(({ id, child }) => {
      if (child === undefined) return `${id} down`
      return child === 'restarting' ? `${id} restarting` : `${id}#${child.incarnation}`
    })
    .join(', ')
}

/** Crashes a child and waits for what that leads to at this instant. */
export async function crashNow(on: Stage, path: string): Promise<void> {
  await tell(on, path, crash)
}

/** Every event of some names as it comes: `at 50: restart /a`. */
export function record(on: Pick<Stage, 'system'>, ...names: EventName[]): string[] {
  const log: string[] = []
  for (const name of names) {
    on.system.events.on(name, ({ atMs, path }) => log.push(`at ${atMs}: ${name} ${path}`))
  }
  return log
}

/** A stage whose events are recorded from the first one on. */
export async function recorded(
  root: Startable,
  names: readonly EventName[],
  options: SystemOptions & VirtualWorldOptions = {},
): Promise<{ readonly on: Stage; readonly events: string[] }> {
  let events: string[] = []
  const on = await stage(root, {
    ...options,
    onCreate: (system) => {
      events = record({ system }, ...names)
    },
  })
  return { on, events }
}

/** Nothing is left that time could bring about. */
export async function expectNoTimers(on: Stage): Promise<void> {
  await on.world.settle()
  const nowMs = on.world.clock.now()
  await on.world.run()
  expect(on.world.clock.now()).toBe(nowMs)
}

/** What the next incarnations of a puppet's `init` do, counted over everything that is started with this plan. */
export function plan(...steps: ('ok' | 'fail')[]): () => void {
  let next = 0
  return () => {
    if (steps[next++] === 'fail') throw new Error(`start ${next} fails`)
  }
}

/** Waits of 0, 1, 2, 4, 8, 8, ... s. */
export const steady: Backoff = { initial: '1s', max: '8s', factor: 2, jitter: 'none', reset: '1h' }

/** A supervisor of puppets with backoff and a large budget. */
export function house(
  strategy: Strategy,
  parts: Readonly<Record<string, Part & Partial<ChildSpec>>>,
  options: Partial<SupervisorSpec> = {},
) {
  return supervisor({
    strategy,
    intensity: { restarts: 100, within: '1s' },
    backoff: steady,
    ...options,
    children: Object.entries(parts).map(([id, { restart, shutdown, backoff, ...part }]) => ({
      id,
      start: puppet(part),
      ...(restart === undefined ? {} : { restart }),
      ...(shutdown === undefined ? {} : { shutdown }),
      ...(backoff === undefined ? {} : { backoff }),
    })),
  })
}
