/**
 * What a real unit runs first, as program text: it runs where the sources are not, and the same way in a thread and in a
 * process. Told `{ entry, data }`, it loads the module, says `ready` and calls main; every later message is the user's.
 * It answers with `ready`, `message`, `failed` (threw or rejected) and `unloadable`.
 */
export const UNIT_BOOTSTRAP = `
import('node:worker_threads').then(({ parentPort }) => {
  const source = parentPort ?? process
  const send = (message, done) => {
    if (parentPort === null) return process.send(message, done)
    parentPort.postMessage(message)
    done?.()
  }
  const fail = (type, error) => {
    const exit = () => process.exit(1)
    try { send({ type, error }, exit) } catch { send({ type, error: new Error(String(error)) }, exit) }
  }
  const orphaned = () => process.exit(1)
  process.on('uncaughtException', (error) => fail('failed', error))
  process.on('disconnect', orphaned)
  source.once('message', async ({ entry, data }) => {
    const waiting = []
    let closed = false
    let listener = (message) => waiting.push(message)
    source.on('message', (message) => listener(message))
    let main
    try {
      main = (await import(entry)).default
      if (typeof main !== 'function') throw new TypeError('the default export is not a function: ' + typeof main)
    } catch (error) {
      return fail('unloadable', error)
    }
    send({ type: 'ready' })
    try {
      await main({
        data,
        post(message) {
          if (!closed) send({ type: 'message', message })
        },
        onMessage(next) {
          listener = next
          for (const message of waiting.splice(0)) next(message)
        },
        close() {
          closed = true
          process.off('disconnect', orphaned)
          if (parentPort !== null) parentPort.close()
          else if (process.connected) process.disconnect()
        },
      })
    } catch (error) {
      fail('failed', error)
    }
  })
})
`
