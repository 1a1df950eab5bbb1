import type { Child } from './child.js'

/**
 * The children of one supervisor, in start order.
 *
 * Two hundred thousand numbered instances would make a hash table the dearest part of starting and stopping them. So the
 * order is a list with holes, squeezed when half of it is holes; only names are hashed.
 */
export class Siblings {
  /** In start order. A removed child leaves a hole; each child knows its index. */
  private slots: (Child | undefined)[] = []
  private readonly named = new Map<string, Child>()
  private count = 0

  get size(): number {
    return this.count
  }

  /** Adds one, last in start order. Its name must be free. */
  add(child: Child): void {
    child.index = this.slots.length
    this.slots.push(child)
    this.count++
    const { name } = child.cell
    if (typeof name === 'string') this.named.set(name, child)
  }

  remove(child: Child): void {
    if (this.slots[child.index] !== child) return
    this.slots[child.index] = undefined
    this.count--
    const { name } = child.cell
    if (typeof name === 'string') this.named.delete(name)
    if (this.slots.length > slotsMin && this.count * 2 < this.slots.length) this.squeeze()
  }

  /** By id or name, or by number: numbers only go up, so those can be searched for. */
  get(name: string | number): Child | undefined {
    return typeof name === 'string' ? this.named.get(name) : this.numbered(name)
  }

  has(child: Child): boolean {
    return this.slots[child.index] === child
  }

  clear(): void {
    this.slots = []
    this.named.clear()
    this.count = 0
  }

  /** In start order. What is added or removed meanwhile may or may not be seen. */
  *[Symbol.iterator](): IterableIterator<Child> {
    for (const child of this.slots) if (child !== undefined) yield child
  }

  private numbered(number: number): Child | undefined {
    let [from, to] = [0, this.slots.length]
    while (from < to) {
      const middle = (from + to) >> 1
      let at = middle
      while (at < to && typeof this.slots[at]?.cell.name !== 'number') at++
      const child = this.slots[at]
      if (at === to || child === undefined) to = middle
      else if (child.cell.name === number) return child
      else if ((child.cell.name as number) < number) from = at + 1
      else to = middle
    }
    return undefined
  }

  private squeeze(): void {
    this.slots = [...this]
    this.slots.forEach((child, index) => {
      if (child !== undefined) child.index = index
    })
  }
}

const slotsMin = 32
