import { expect } from 'vitest'
import type { Connection, Net, Server } from '../../src/world/index.js'
import { codeOf, contract } from './backends.js'

/** A server and both ends of one connection to it. */
const pair = async (net: Net): Promise<{ server: Server; near: Connection; far: Connection }> => {
  let arrived: (connection: Connection) => void = () => undefined
  const far = new Promise<Connection>((resolve) => {
    arrived = resolve
  })
  const server = await net.listen({ port: 0 }, (connection) => arrived(connection))
  const near = await net.connect(server.address)
  return { server, near, far: await far }
}

const readAll = async (connection: Connection): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  for (;;) {
    const chunk = await connection.read()
    if (chunk === undefined) return Buffer.concat(chunks)
    expect(chunk.length).toBeGreaterThan(0)
    chunks.push(chunk)
  }
}

contract('the network', (check) => {
  check('carries bytes both ways, whole and in order', async ({ world: { net, random } }) => {
    const { server, near, far } = await pair(net)
    const sent = Array.from({ length: 50 }, (_, i) => random.stream(`chunk ${i}`).bytes(1 + ((i * 997) % 5_000)))
    const received = Promise.all([readAll(near), readAll(far)])
    for (const chunk of sent) await Promise.all([near.write(chunk), far.write(chunk)])
    await Promise.all([near.end(), far.end()])
    const whole = Buffer.concat(sent)
    for (const side of await received) expect(whole.equals(side)).toBe(true)
    await server.close()
  })

  check('lets one side end while the other goes on', async ({ world: { net } }) => {
    const { server, near, far } = await pair(net)
    await near.end()
    expect(await far.read()).toBe(undefined)
    expect(await far.read()).toBe(undefined)
    expect(await codeOf(near.write(new Uint8Array(1)))).toBe('closed')
    await far.write(Uint8Array.of(1, 2, 3))
    expect([...((await near.read()) ?? [])]).toEqual([1, 2, 3])
    await far.end()
    expect(await near.read()).toBe(undefined)
    await server.close()
  })

  check('resets the other end when one drops the connection', async ({ world: { net } }) => {
    const { server, near, far } = await pair(net)
    const pending = codeOf(near.read())
    far.destroy()
    far.destroy()
    expect(await pending).toBe('reset')
    expect(await codeOf(near.read())).toBe('reset')
    expect(await codeOf(near.write(new Uint8Array(1)))).toBe('reset')
    expect(await codeOf(far.read())).toBe('closed')
    expect(await codeOf(far.write(new Uint8Array(1)))).toBe('closed')
    await server.close()
  })

  check('holds back a sender that nobody reads', async ({ world: { net, turn } }) => {
    const { server, near, far } = await pair(net)
    const chunk = new Uint8Array(1_048_576)
    let taken = 0
    const writing = Promise.all(
      Array.from({ length: 32 }, async () => {
        await near.write(chunk)
        taken++
      }),
    )
    await new Promise<void>((resolve) => turn.later(resolve))
    expect(taken).toBeLessThan(32)
    const received = readAll(far)
    await writing
    await near.end()
    expect(await received).toHaveLength(32 * chunk.length)
    await far.end()
    await server.close()
  })

  check('refuses a connection where nobody listens, also after the server closed', async ({ world: { net } }) => {
    const { server, near, far } = await pair(net)
    await server.close()
    await server.close()
    expect(await codeOf(net.connect(server.address))).toBe('refused')
    await near.write(Uint8Array.of(7))
    expect([...((await far.read()) ?? [])]).toEqual([7])
    near.destroy()
    expect(await codeOf(far.read())).toBe('reset')
  })

  check('gives an address to one server at a time', async ({ world: { net } }) => {
    const server = await net.listen({ port: 0 }, () => undefined)
    expect(server.address.host).toBe('127.0.0.1')
    expect(server.address.port).toBeGreaterThan(0)
    expect(await codeOf(net.listen(server.address, () => undefined))).toBe('in-use')
    await server.close()
    const next = await net.listen(server.address, () => undefined)
    await next.close()
  })
})
