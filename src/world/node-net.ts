import type { Socket } from 'node:net'
import { assert } from '../base/assert.js'
import { type Connection, type Net, type NetAddress, NetError, type NetErrorCode } from './net.js'

/** TCP. Both ends may end their side on their own; small writes leave at once. */
export const nodeNet: Net = {
  async listen({ host = '127.0.0.1', port }, accept) {
    const { createServer } = await import('node:net')
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      accept(new NodeConnection(socket, addressOf(socket)))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(toNetError(error, 'listen', { host, port })))
      server.listen(port, host, resolve)
    })
    const bound = server.address()
    return {
      address: { host, port: bound !== null && typeof bound === 'object' ? bound.port : port },
      async close() {
        server.close()
      },
    }
  },

  async connect(address) {
    const { connect } = await import('node:net')
    return new Promise((resolve, reject) => {
      const socket = connect({ ...address, allowHalfOpen: true, noDelay: true })
      const refuse = (error: Error): void => reject(toNetError(error, 'connect', address))
      socket.once('error', refuse)
      socket.once('connect', () => {
        const connection = new NodeConnection(socket, address)
        socket.off('error', refuse)
        resolve(connection)
      })
    })
  },
}

class NodeConnection implements Connection {
  readonly remote: NetAddress
  private readonly socket: Socket
  private reader: Reader | undefined
  /** The other end has ended its side, and all of it was read. */
  private remoteEnded = false
  private localEnded = false
  /** Why nothing works any more. */
  private failure: NetError | undefined

  constructor(socket: Socket, remote: NetAddress) {
    this.socket = socket
    this.remote = remote
    socket.on('readable', () => this.pump())
    socket.on('end', () => {
      this.remoteEnded = true
      this.pump()
    })
    socket.on('error', (error) => {
      this.failure ??= toNetError(error, 'use', remote)
    })
    socket.on('close', () => {
      if (!this.remoteEnded) this.failure ??= new NetError('reset', 'use', remote)
      this.pump()
    })
  }

  read(): Promise<Uint8Array | undefined> {
    assert(this.reader === undefined, 'a connection has one read at a time: await the one before')
    return new Promise((resolve, reject) => {
      this.reader = { resolve, reject }
      this.pump()
    })
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.transmit('write', (done) => this.socket.write(bytes, done))
  }

  end(): Promise<void> {
    const ending = this.transmit('end', (done) => this.socket.end(done))
    this.localEnded = true
    return ending
  }

  destroy(): void {
    this.failure ??= new NetError('closed', 'use', this.remote)
    this.socket.resetAndDestroy()
    this.pump()
  }

  private transmit(operation: string, start: (done: (error?: Error | null) => void) => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure)
      if (this.localEnded) return reject(new NetError('closed', operation, this.remote))
      start((error) => {
        if (error) reject(this.failure ?? toNetError(error, operation, this.remote))
        else resolve()
      })
    })
  }

  /** Answers the waiting read, if there is something to answer. */
  private pump(): void {
    const { reader } = this
    if (reader === undefined) return
    const chunk: Uint8Array | null = this.failure === undefined ? this.socket.read() : null
    if (chunk === null && this.failure === undefined && !this.remoteEnded) return
    this.reader = undefined
    if (chunk !== null) reader.resolve(chunk)
    else if (this.failure !== undefined) reader.reject(this.failure)
    else reader.resolve(undefined)
  }
}

interface Reader {
  resolve(bytes: Uint8Array | undefined): void
  reject(error: NetError): void
}

function addressOf(socket: Socket): NetAddress {
  return { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
}

const CODES: Readonly<Record<string, NetErrorCode>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  ETIMEDOUT: 'timeout',
  EADDRINUSE: 'in-use',
  EACCES: 'no-access',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
}

function toNetError(error: Error, operation: string, address: NetAddress): NetError {
  const code = 'code' in error ? CODES[String(error.code)] : undefined
  return new NetError(code ?? 'io', operation, address, { cause: error })
}
