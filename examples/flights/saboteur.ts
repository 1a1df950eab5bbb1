import type { Source, SourceReader } from 'holdfast/stream'
import type { Fault, FaultPlan, Victim } from './faults.js'
import type { Handlers } from './pipeline.js'
import type { Row } from './source.js'

/** A planned crash, thrown or as a rejection. */
export class Sabotage extends Error {
  constructor(readonly fault: Fault) {
    super(`sabotage: ${fault.cause} at row ${fault.row}`)
    this.name = 'Sabotage'
  }
}

/** Handlers that do what `honest` do, but for the faults of the plan. */
export function sabotagedHandlers(honest: Handlers, plan: FaultPlan): Handlers {
  const parse = new Trap(plan, 'parse')
  const airports = new Trap(plan, 'airports')
  const routes = new Trap(plan, 'routes')
  const busiest = new Trap(plan, 'busiest')
  const keepAirports = new Trap(plan, 'keep-airports')
  const keepDays = new Trap(plan, 'keep-days')
  return {
    parse: (row) => parse.at(row.row) ?? honest.parse(row),
    addDelay: (airport, flight) => airports.at(flight.row) ?? honest.addDelay(airport, flight),
    countFlight: (count, flight) => routes.at(flight.row) ?? honest.countFlight(count, flight),
    busier: (best, route) => busiest.at(0) ?? honest.busier(best, route),
    keepAirport: (airport) => keepAirports.at(0) ?? honest.keepAirport(airport),
    keepDay: (day) => keepDays.at(0) ?? honest.keepDay(day),
  }
}

/** A source that reads what `honest` reads, but for the faults of the plan, and with its corrupt records in between. */
export function sabotagedSource(honest: Source<Row>, plan: FaultPlan): Source<Row> {
  const trap = new Trap(plan, 'source')
  return {
    kind: honest.kind,
    async open(position) {
      const slipped = slippedIn(plan, position)
      const reader = await honest.open(position - slipped)
      return new CrookedReader(reader, trap, plan, position - slipped, slipped)
    },
  }
}

/** How many of the first `position` records of a sabotaged source are slipped in. */
export function slippedIn({ corruptBefore }: FaultPlan, position: number): number {
  let count = 0
  while (count < corruptBefore.length && (corruptBefore[count] as number) + count < position) count++
  return count
}

/** The record slipped in as the `index`th, from 0: a flight without one of its fields. Its row tells it from flights. */
export function corruptRecord(index: number): Row {
  const flight = { row: -1 - index, date: 978_307_200_000_000n, delay: 5n, origin: 'ATL', destination: 'BOS' }
  const field = (['delay', 'origin', 'date', 'destination'] as const)[index % 4] as keyof Row
  return { ...flight, [field]: null }
}

/** The faults of one operator, in the order of rows. Costs one comparison a record. */
class Trap {
  private readonly faults: readonly Fault[]
  private sprung = 0
  /** The row of the next fault; not a number, and so equal to no row, when there is none. */
  private next: number

  constructor(plan: FaultPlan, victim: Victim) {
    this.faults = plan.faults.filter((fault) => fault.victim === victim)
    this.next = this.faults[0]?.row ?? Number.NaN
  }

  /** Goes off on the row of the next fault, and only once: when the row is tried again nothing happens. */
  at(row: number): undefined | Promise<never> {
    return row === this.next ? this.spring() : undefined
  }

  /** The same for a batch of rows. */
  within(from: number, to: number): undefined | Promise<never> {
    return this.next >= from && this.next < to ? this.spring() : undefined
  }

  private spring(): Promise<never> {
    const fault = this.faults[this.sprung++] as Fault
    this.next = this.faults[this.sprung]?.row ?? Number.NaN
    switch (fault.cause) {
      case 'throw':
        throw new Sabotage(fault)
      case 'reject':
        return Promise.reject(new Sabotage(fault))
      case 'hang':
        return new Promise(() => undefined)
    }
  }
}

class CrookedReader implements SourceReader<Row> {
  /** Read, but more than was asked for because of what was slipped in. */
  private waiting: readonly Row[] = []

  constructor(
    private readonly reader: SourceReader<Row>,
    private readonly trap: Trap,
    private readonly plan: FaultPlan,
    private row: number,
    private slipped: number,
  ) {}

  read(most: number): readonly Row[] | undefined | Promise<readonly Row[] | undefined> {
    const { trap, row } = this
    return trap.within(row, row + most) ?? this.readOn(most)
  }

  async close(): Promise<void> {
    await this.reader.close?.()
  }

  private readOn(most: number): readonly Row[] | undefined | Promise<readonly Row[] | undefined> {
    if (this.waiting.length > 0) return this.cut(this.waiting, most)
    const rows = this.reader.read(most)
    return rows instanceof Promise ? rows.then((late) => this.slipIn(late, most)) : this.slipIn(rows, most)
  }

  private slipIn(rows: readonly Row[] | undefined, most: number): readonly Row[] | undefined {
    if (rows === undefined) return undefined
    const end = this.row + rows.length
    const { corruptBefore } = this.plan
    const due = (): boolean => (corruptBefore[this.slipped] ?? Number.POSITIVE_INFINITY) < end
    if (!due()) {
      this.row = end
      return rows
    }
    const mixed: Row[] = []
    for (const row of rows) {
      while (corruptBefore[this.slipped] === row.row) mixed.push(corruptRecord(this.slipped++))
      mixed.push(row)
    }
    this.row = end
    return this.cut(mixed, most)
  }

  private cut(rows: readonly Row[], most: number): readonly Row[] {
    this.waiting = rows.slice(most)
    return rows.length > most ? rows.slice(0, most) : rows
  }
}
