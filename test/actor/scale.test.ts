import { type ActorRef, actor, type Recipient, start, supervisor, supervisorOf } from 'holdfast'
import { nodeWorld, virtualWorld } from 'holdfast/world'
import { describe, expect, test } from 'vitest'
import { type Order, puppet, stage, tell } from './stage.js'

type Link =
  | { readonly type: 'grow'; readonly left: number; readonly done: Recipient<string> }
  | { readonly type: 'die' }

/** Each spawns the next one below itself. */
const link = actor<null, Link>({
  init: () => null,
  receive(_state, message, ctx) {
    if (message.type === 'die') throw new Error('boom')
    if (message.left === 0) message.done.send(ctx.path)
    else ctx.send(ctx.spawn(link, { name: 'n' }), { ...message, left: message.left - 1 })
  },
  stop: () => undefined,
})

async function chain(depth: number) {
  const world = virtualWorld()
  const root = supervisor({ children: [{ id: 'top', start: link, shutdown: 'infinity' }] })
  const system = await world.until(start(root, { world }))
  const deepest = await world.until(
    system.ask(system.ref<Link>('/top'), (done: Recipient<string>) => ({ type: 'grow', left: depth, done })),
  )
  let ended = 0
  system.events.on('terminated', () => ended++)
  return { world, system, deepest, ended: () => ended }
}

describe('a chain of a thousand actors, each the parent of the next', () => {
  test('stops in order, the deepest first', async () => {
    const { world, system, deepest, ended } = await chain(1_000)
    expect(deepest.length).toBe('/top'.length + 2_000)
    const paths: string[] = []
    system.events.on('terminated', ({ path }) => paths.push(path))
    expect(await world.until(system.stop())).toBe('shutdown')
    expect(ended()).toBe(1_002)
    expect(paths[0]).toBe(deepest)
    expect(paths.every((path, i) => i === 0 || path.length < (paths[i - 1] as string).length)).toBe(true)
  })

  test('is killed as one', async () => {
    const { world, system, ended } = await chain(1_000)
    system.exit('/', 'kill')
    await world.settle()
    expect(ended()).toBe(1_002)
  })

  test('ends from the bottom up when the deepest crashes', async () => {
    const { world, system, deepest } = await chain(1_000)
    system.send(deepest, { type: 'die' })
    await world.run()
    expect(system.ref('/top').incarnation).toBe(2)
    expect(() => system.ref('/top/n')).toThrow('no actor stands at /top/n')
  })
})

describe('many actors', () => {
  test('that come and go leave nothing behind: a hundred thousand of them', async () => {
    const on = await stage(puppet())
    const brief = actor<null, string>({ init: () => null, receive: (_state, _text, ctx) => ctx.stop() })
    let parent: { readonly children: readonly unknown[] } | undefined
    for (let round = 0; round < 100; round++) {
      await tell(on, '/', (ctx) => {
        parent = ctx
        for (let n = 0; n < 1_000; n++) {
          const child = ctx.spawn(brief, { name: `${round}-${n}` }) as ActorRef<string>
          if (n % 10 === 0) on.system.registry.register(`${round}-${n}`, child)
          if (n % 3 === 0) ctx.unlink(child)
          on.system.send(`/${round}-${n}`, 'bye')
        }
      })
    }
    expect(parent?.children).toEqual([])
    expect(on.system.registry.names()).toEqual([])
    expect(Reflect.get(on.system, 'found').size).toBeLessThanOrEqual(10_000)
    expect(on.letters()).toEqual([])
    await on.world.run()
    expect(on.world.clock.now()).toBe(0)
  }, 30_000)

  test('that are linked to and watched leave no ties behind when they end', async () => {
    const on = await stage(
      puppet({ trapExit: true, init: (ctx) => void ctx.spawn(puppet({ trapExit: true }), { name: 'hub' }) }),
    )
    const hub = on.system.ref<Order>('/hub')
    for (let round = 0; round < 20; round++) {
      await tell(on, '/', (ctx) => {
        for (let n = 0; n < 500; n++) {
          const child = ctx.spawn(puppet({ hook: false }), { name: `${n}` })
          ctx.send(hub, (self) => {
            self.link(child)
            self.monitor(child)
          })
          ctx.send(child, (self) => void self.monitor(hub))
        }
      })
      await tell(on, '/', (ctx) => {
        for (const child of ctx.children) if (child !== hub) ctx.exit(child, 'shutdown')
      })
    }
    const ties = Reflect.get(hub, 'relations') as Record<'links' | 'watchers' | 'watching', { readonly size: number }>
    expect([ties.links.size, ties.watchers.size, ties.watching.size]).toEqual([0, 0, 0])
  })

  test('under one template start and stop together in the real world', async () => {
    const worker = actor<null, null>({ init: () => null, receive: () => undefined, stop: () => undefined })
    const pool = supervisor({ strategy: 'simple-one-for-one', children: [{ id: 'w', start: worker }] })
    const system = await start(supervisor({ children: [{ id: 'pool', start: pool }] }), { world: nodeWorld() })
    const ref = supervisorOf(system.ref('/pool'))
    await Promise.all(Array.from({ length: 10_000 }, () => ref.startChild()))
    expect(await ref.countChildren()).toMatchObject({ counts: { active: 10_000 } })
    let ended = 0
    system.events.on('terminated', () => ended++)
    await system.stop()
    expect(ended).toBe(10_002)
  })
})
