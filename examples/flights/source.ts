import type { Source, SourceReader } from 'holdfast/stream'
import type { FlightColumns, FlightFile, RowGroup } from './parquet.js'

/** A row of the file as it is, not yet checked. */
export interface Row {
  /** Its place in the file, from 0. */
  readonly row: number
  readonly date: unknown
  readonly delay: unknown
  readonly origin: unknown
  readonly destination: unknown
}

/**
 * The first `flights` rows of a file. It can be opened at any row, which is what recovers it after a crash; the row group
 * read last is kept for that, so that it is not decoded a second time. Rows become objects batch by batch.
 */
export function flightSource(file: FlightFile, flights: number): Source<Row> {
  let kept: { readonly group: RowGroup; readonly columns: Promise<FlightColumns> } | undefined
  const columnsOf = (group: RowGroup): Promise<FlightColumns> => {
    if (kept?.group !== group) kept = { group, columns: file.read(group) }
    return kept.columns
  }
  return { kind: 'flights', open: (position) => new FlightReader(file, flights, position, columnsOf) }
}

class FlightReader implements SourceReader<Row> {
  private group: RowGroup | undefined
  private columns: FlightColumns | undefined

  constructor(
    private readonly file: FlightFile,
    private readonly flights: number,
    private position: number,
    private readonly columnsOf: (group: RowGroup) => Promise<FlightColumns>,
  ) {}

  read(most: number): readonly Row[] | undefined | Promise<readonly Row[]> {
    const { position, group, columns } = this
    if (position >= this.flights) return undefined
    if (group === undefined || columns === undefined || position >= group.end) return this.readNextGroup(most)
    return this.rows(columns, group, most)
  }

  private async readNextGroup(most: number): Promise<readonly Row[]> {
    const group = this.file.groups.find(({ end }) => this.position < end) as RowGroup
    const columns = await this.columnsOf(group)
    this.group = group
    this.columns = columns
    return this.rows(columns, group, most)
  }

  private rows({ date, delay, origin, destination }: FlightColumns, { start, end }: RowGroup, most: number): Row[] {
    const from = this.position
    const to = Math.min(from + most, end, this.flights)
    const rows: Row[] = []
    for (let row = from, at = from - start; row < to; row++, at++) {
      rows.push({ row, date: date[at], delay: delay[at], origin: origin[at], destination: destination[at] })
    }
    this.position = to
    return rows
  }
}
