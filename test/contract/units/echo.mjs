// Says what it was given, then sends everything back; leaves when told 'close'.
export default (port) => {
  port.post({ data: port.data })
  port.onMessage((message) => {
    if (message === 'close') port.close()
    else if (message === 'throw') throw new TypeError('told to')
    else port.post({ echo: message })
  })
}
