import { describe, expect, test } from 'vitest'
import { actor, start, supervisor } from '../../src/index.js'
import type { EventName } from '../../src/trace/index.js'
import { virtualWorld } from '../../src/world/index.js'

type Order = 'throw' | 'reject' | 'hang'

const puppet = actor<null, Order>({
  init: () => null,
  deadline: '50ms',
  receive(_, order) {
    if (order === 'throw') throw new Error('boom')
    return order === 'reject' ? Promise.reject(new Error('boom')) : new Promise(() => undefined)
  },
})

const events: EventName[] = ['crashed', 'hung', 'abandoned', 'terminated', 'child-error', 'restart', 'max-intensity']
const orders: Order[] = ['throw', 'reject', 'hang']

describe('a listener may stop the system from within', () => {
  test.each(events.flatMap((event) => orders.map((order) => ({ event, order }))))(
    '$event, after $order',
    async (given) => {
      const world = virtualWorld()
      const restarts = given.event === 'max-intensity' ? 0 : 3
      const tree = supervisor({ intensity: { restarts, within: '5s' }, children: [{ id: 'puppet', start: puppet }] })
      const system = await world.until(
        start(tree, {
          world,
          onCreate: (created) => created.events.once(given.event, () => void created.stop()),
        }),
      )
      system.send('/puppet', given.order)
      await world.run()
      await world.until(system.stop())
      expect(system.running).toBe(false)
    },
  )
})
