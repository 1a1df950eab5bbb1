export default () => {
  throw new RangeError('on the first day')
}
