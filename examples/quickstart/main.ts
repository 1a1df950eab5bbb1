import { from, run } from 'holdfast/stream'
import { nodeWorld } from 'holdfast/world'

// One seed for all chance: the same numbers and the same failures, every time.
const world = nodeWorld({ seed: 7 })
const numbers = world.random.stream('numbers')
const luck = world.random.stream('luck')

function* source() {
  for (let i = 0; i < 20; i++) yield numbers.below(100)
}

function double(n: number): number {
  if (luck.below(10) === 0) throw new Error(`bad luck with ${n}`)
  return n * 2
}

const pipeline = from(source())
  .map(double, { id: 'double' })
  .to((n) => console.log(n), { id: 'print' })

const result = await run(pipeline, {
  world,
  batchRecordsMax: 1, // One number at a time, so that you can watch what happens.
  onCreate({ events }) {
    events.on('crashed', ({ path, error }) => console.log(`${path} crashed: ${error}`))
    events.on('restart', ({ path }) => console.log(`${path} restarted`))
  },
})

console.log(`${result.crashes.length} crashes, ${result.restarts} restarts, nothing lost`)
