/** `count / parts`, which has to come out even: a rounded share would be a wrong result later on. */
export const divide = (count: number, parts: number): number => {
  if (count % parts !== 0) throw new Error(`${count} operations cannot be shared evenly by ${parts}.`)
  return count / parts
}
