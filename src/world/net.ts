import { HoldfastError } from '../base/errors.js'

/**
 * Byte streams between two ends, as TCP gives them: in order, without loss while the connection lives, without message
 * borders. Every method rejects with {@link NetError}.
 *
 * Half-open failure is part of the contract: when the other end, or the way to it, dies without a word, nothing tells
 * this end. Reads stay pending and writes succeed until buffers are full. Whoever must know sends heartbeats and sets
 * deadlines.
 */
export interface Net {
  /** Listens and calls `accept` once per connection. Port 0 picks a free one. Host default `127.0.0.1`. */
  listen(address: ListenAddress, accept: (connection: Connection) => void): Promise<Server>
  connect(address: NetAddress): Promise<Connection>
}

export interface NetAddress {
  readonly host: string
  readonly port: number
}

export interface ListenAddress {
  readonly host?: string
  readonly port: number
}

export interface Server {
  /** Where it listens, with the port that was picked. */
  readonly address: NetAddress
  /** Takes no more connections; those that are open live on. A no-op when it is closed. */
  close(): Promise<void>
}

export interface Connection {
  /** The other end. */
  readonly remote: NetAddress
  /**
   * The next bytes, at least one, or `undefined` when the other end has ended its side. One read at a time. Bytes that
   * nobody reads hold back the sender.
   */
  read(): Promise<Uint8Array | undefined>
  /** Resolves when the transport took the bytes and has room for more: not when they arrived. */
  write(bytes: Uint8Array): Promise<void>
  /** Ends this side after what was written: the other end then reads `undefined`. Reading goes on. */
  end(): Promise<void>
  /** Drops the connection at once, both sides: the other end fails with `reset`; what is under way may be lost. */
  destroy(): void
}

/**
 * - `refused`: nobody listens there.
 * - `unreachable`: no such host, or no way to it.
 * - `timeout`: the operating system gave up waiting.
 * - `in-use`: another server has that address.
 * - `no-access`: the operating system forbids it.
 * - `reset`: the other end dropped the connection.
 * - `closed`: this end dropped the connection, or ended its side.
 * - `io`: anything else; see `cause`.
 */
export type NetErrorCode = 'refused' | 'unreachable' | 'timeout' | 'in-use' | 'no-access' | 'reset' | 'closed' | 'io'

/** A network operation failed. */
export class NetError extends HoldfastError<
  NetErrorCode,
  { readonly operation: string; readonly address: NetAddress }
> {
  static {
    NetError.prototype.name = 'NetError'
  }

  constructor(code: NetErrorCode, operation: string, address: NetAddress, options?: { readonly cause?: unknown }) {
    const where = `${address.host}:${address.port}`
    super(code, `Net: ${operation} ${where} failed: ${REASON[code]}.`, { operation, address }, options)
  }
}

const REASON: Readonly<Record<NetErrorCode, string>> = {
  refused: 'nobody listens there; start the server first, or check the port',
  unreachable: 'there is no such host or no way to it; check the address',
  timeout: 'there was no answer in time; try again later',
  'in-use': 'another server has that address; pick another port, or 0 for a free one',
  'no-access': 'the operating system does not allow it; ports below 1024 need rights',
  reset: 'the other end dropped the connection; connect again',
  closed: 'this end was closed before; connect again',
  io: 'the operating system reported a failure; see the cause',
}
