import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { asyncBufferFromFile, type FileMetaData, parquetScan } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

/** A parquet file of flights, read row group by row group. All that the pipeline and the plain loop have in common. */
export interface FlightFile {
  readonly path: string
  /** How many flights it holds. */
  readonly flights: number
  readonly groups: readonly RowGroup[]
  /** The columns of one row group. @throws FileError (as rejection) when they can not be read */
  read(group: RowGroup): Promise<FlightColumns>
}

/** Rows `start` to `end`, exclusive. */
export interface RowGroup {
  readonly start: number
  readonly end: number
}

/** Values as the file has them: integers as bigint, the date in microseconds since 1970, nulls where it has nulls. */
export type FlightColumns = Readonly<Record<ColumnName, readonly unknown[]>>

/** The file is missing, damaged, or holds something else than flights. */
export class FileError extends Error {
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path} ${reason}; give a parquet file of flights with --file, or run npm install again`, options)
    this.name = 'FileError'
  }
}

/** The file of 3,000,000 flights that comes with vega-datasets. */
export function flightsOfVega(): string {
  return fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')))
}

const columnTypes = { date: 'INT64', delay: 'INT64', origin: 'BYTE_ARRAY', destination: 'BYTE_ARRAY' } as const
type ColumnName = keyof typeof columnTypes
const columns = Object.keys(columnTypes) as ColumnName[]

/** Opens a file and checks that it holds flights. @throws FileError */
export async function openFlights(path: string): Promise<FlightFile> {
  await checkFile(path)
  const scan = await scanOf(path)
  checkColumns(path, scan.metadata)
  const groups = scan.ranges.map(({ rowStart, rowEnd }) => ({ start: rowStart, end: rowEnd }))
  const flights = groups.at(-1)?.end ?? 0
  if (flights === 0) throw new FileError(path, 'holds no flights')
  return {
    path,
    flights,
    groups,
    async read({ start, end }) {
      const where = `is damaged between flights ${start} and ${end}`
      try {
        const range = { rowStart: start, rowEnd: end }
        const values = await Promise.all(columns.map((column) => scan.readColumn({ column, ...range })))
        const short = columns.find((_, i) => values[i]?.length !== end - start)
        if (short !== undefined) throw new FileError(path, `${where}: values of ${short} are missing`)
        return Object.fromEntries(columns.map((column, i) => [column, values[i]])) as unknown as FlightColumns
      } catch (error) {
        throw error instanceof FileError ? error : new FileError(path, `${where}: ${lineOf(error)}`, { cause: error })
      }
    },
  }
}

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch((error) => {
    throw new FileError(path, error.code === 'ENOENT' ? 'does not exist' : `can not be read: ${lineOf(error)}`)
  })
  if (!found.isFile()) throw new FileError(path, found.isDirectory() ? 'is a directory' : 'is no file')
  if (found.size === 0) throw new FileError(path, 'is empty')
}

async function scanOf(path: string): ReturnType<typeof parquetScan> {
  try {
    const file = await asyncBufferFromFile(path)
    // The date stays what the file has, a count of microseconds: a Date object per flight is made for nobody.
    const parsers = { timestampFromMicroseconds: (micros: bigint) => micros }
    return await parquetScan({ file, compressors, columns, parsers })
  } catch (error) {
    const missing = /column not found: (.*)/.exec(lineOf(error))
    if (missing !== null) throw new FileError(path, `has no column ${missing[1]}`)
    throw new FileError(path, `is no complete parquet file: ${lineOf(error)}`, { cause: error })
  }
}

function checkColumns(path: string, { schema }: FileMetaData): void {
  for (const name of columns) {
    const column = schema.find((element) => element.name === name)
    if (column === undefined) throw new FileError(path, `has no column ${name}`)
    if (column.type === columnTypes[name]) continue
    throw new FileError(path, `has a column ${name} of type ${column.type}, not ${columnTypes[name]}`)
  }
}

function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ')
}
