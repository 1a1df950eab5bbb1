export default async (port) => {
  port.post('last words')
  await null
  throw new RangeError('a little later')
}
