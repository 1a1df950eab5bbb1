// Says a lot and leaves at once.
export default (port) => {
  for (let i = 0; i < 100; i++) port.post(i)
  port.close()
  port.post('too late')
}
