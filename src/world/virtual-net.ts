import { assert } from '../base/assert.js'
import { Ring } from '../base/ring.js'
import { type Connection, type ListenAddress, type Net, type NetAddress, NetError, type Server } from './net.js'
import type { Timers } from './timers.js'
import type { Turn } from './turn.js'

/** A network in memory, in which everything takes `latencyMs` to arrive, and nothing is lost. */
export function virtualNet(turn: Turn, timers: Timers, latencyMs: number): Net {
  return new MemoryNet((run) => {
    if (latencyMs === 0) turn.later(run)
    else timers.after(latencyMs, run)
  })
}

/** Runs something at the other end, when it gets there. First sent, first there. */
type Carry = (run: () => void) => void

class MemoryNet implements Net {
  private readonly servers = new Map<string, (connection: Connection) => void>()
  private readonly carry: Carry
  /** The next port to give out; the range that IANA leaves to this. */
  private freePort = 49_152

  constructor(carry: Carry) {
    this.carry = carry
  }

  async listen({ host = '127.0.0.1', port }: ListenAddress, accept: (connection: Connection) => void): Promise<Server> {
    const address = { host, port: port === 0 ? this.freePort++ : port }
    const key = keyOf(address)
    if (this.servers.has(key)) throw new NetError('in-use', 'listen', address)
    this.servers.set(key, accept)
    const close = async (): Promise<void> => {
      if (this.servers.get(key) === accept) this.servers.delete(key)
    }
    return { address, close }
  }

  connect(address: NetAddress): Promise<Connection> {
    const local = { host: '127.0.0.1', port: this.freePort++ }
    return new Promise((resolve, reject) => {
      this.carry(() => {
        const accept = this.servers.get(keyOf(address))
        if (accept === undefined) return this.carry(() => reject(new NetError('refused', 'connect', address)))
        const near = new End(address, this.carry)
        const far = new End(local, this.carry)
        near.peer = far
        far.peer = near
        this.carry(() => resolve(near))
        accept(far)
      })
    })
  }
}

function keyOf({ host, port }: NetAddress): string {
  return `${host === 'localhost' ? '127.0.0.1' : host}:${port}`
}

/** A writer waits while this many of its bytes are on the way or unread. */
const WINDOW_BYTES = 65_536

/** One end of a connection. */
class End implements Connection {
  readonly remote: NetAddress
  peer: End | undefined
  private readonly carry: Carry
  /** Arrived and unread, in order; `undefined` is the end of the other side and comes last. */
  private readonly inbox = new Ring<Uint8Array | undefined>()
  private reader: Reader | undefined
  /** Written here and, as far as this end knows, not yet read there. */
  private unreadBytes = 0
  /** Writes that wait for room, in order. */
  private writers: Writer[] = []
  private localEnded = false
  private failure: NetError | undefined

  constructor(remote: NetAddress, carry: Carry) {
    this.remote = remote
    this.carry = carry
  }

  read(): Promise<Uint8Array | undefined> {
    assert(this.reader === undefined, 'a connection has one read at a time: await the one before')
    return new Promise((resolve, reject) => {
      this.reader = { resolve, reject }
      this.pump()
    })
  }

  write(bytes: Uint8Array): Promise<void> {
    const own = bytes.slice()
    return this.transmit('write', (writer) => {
      this.unreadBytes += own.length
      if (own.length > 0) this.send((peer) => peer.arrive(own))
      this.writers.push(writer)
      this.admit()
    })
  }

  end(): Promise<void> {
    const ending = this.transmit('end', ({ resolve }) => {
      this.send((peer) => peer.arrive(undefined))
      resolve()
    })
    this.localEnded = true
    return ending
  }

  destroy(): void {
    if (this.failure !== undefined) return
    this.fail(new NetError('closed', 'use', this.remote))
    this.send((peer) => peer.fail(new NetError('reset', 'use', peer.remote)))
  }

  private transmit(operation: string, start: (writer: Writer) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) reject(this.failure)
      else if (this.localEnded) reject(new NetError('closed', operation, this.remote))
      else start({ resolve, reject })
    })
  }

  private send(run: (peer: End) => void): void {
    const { peer } = this
    if (peer !== undefined) this.carry(() => run(peer))
  }

  private arrive(bytes: Uint8Array | undefined): void {
    if (this.failure !== undefined) return
    this.inbox.push(bytes)
    this.pump()
  }

  /** Answers the waiting read, if there is something to answer. */
  private pump(): void {
    const { reader } = this
    if (reader === undefined || (this.failure === undefined && this.inbox.size === 0)) return
    this.reader = undefined
    if (this.failure !== undefined) {
      reader.reject(this.failure)
      return
    }
    const bytes = this.inbox.at(0)
    // The end stays, for every read after it.
    if (bytes !== undefined) {
      this.inbox.shift()
      this.send((peer) => peer.acknowledge(bytes.length))
    }
    reader.resolve(bytes)
  }

  private acknowledge(bytes: number): void {
    this.unreadBytes -= bytes
    this.admit()
  }

  private admit(): void {
    if (this.unreadBytes > WINDOW_BYTES) return
    for (const writer of this.writers.splice(0)) writer.resolve()
  }

  private fail(error: NetError): void {
    if (this.failure !== undefined) return
    this.failure = error
    this.inbox.clear()
    this.pump()
    for (const writer of this.writers.splice(0)) writer.reject(error)
  }
}

interface Reader {
  resolve(bytes: Uint8Array | undefined): void
  reject(error: NetError): void
}

interface Writer {
  resolve(): void
  reject(error: NetError): void
}
