/**
 * A copy that shares nothing mutable with `value`: what a handler does to one is not seen in the other.
 * Plain objects and arrays in depth, Map, Set, Date, typed arrays; objects of classes keep their prototype. Functions,
 * promises and the like are not data and stay what they are.
 */
export function copyOf<Value>(value: Value): Value {
  return typeof value === 'object' && value !== null ? (copyObject(value) as Value) : value
}

/** Copies records one by one; records that are not objects cost nothing but a look at the first. */
export function copyRecords(records: readonly unknown[]): readonly unknown[] {
  const count = records.length
  let at = 0
  while (at < count && (typeof records[at] !== 'object' || records[at] === null)) at++
  if (at === count) return records
  const copies = new Array(count)
  for (let i = 0; i < count; i++) {
    const record = records[i]
    copies[i] = typeof record === 'object' && record !== null ? copyObject(record) : record
  }
  return copies
}

function copyObject(value: object): object {
  // The engine inlines this look at the prototype, other ways to ask cost as much as the copy.
  if ((value as Prototyped).__proto__ === Object.prototype) return copyPlain(value as Record<string, unknown>)
  return copyDeep(value, new Map())
}

interface Prototyped {
  readonly __proto__: unknown
}

/** Flat objects, which nearly all records are, need no bookkeeping. */
function copyPlain(value: Record<string, unknown>): object {
  const copy = { ...value }
  for (const key in copy) {
    const field = copy[key]
    if (typeof field === 'object' && field !== null) return copyDeep(value, new Map())
  }
  return copy
}

function copyDeep(value: object, seen: Map<object, object>): object {
  const known = seen.get(value)
  if (known !== undefined) return known
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return copyOther(value, prototype, seen)
  return copyFields(value, Object.create(prototype), seen)
}

function copyOther(value: object, prototype: object | null, seen: Map<object, object>): object {
  if (Array.isArray(value)) {
    const copy: unknown[] = new Array(value.length)
    seen.set(value, copy)
    for (let i = 0; i < value.length; i++) copy[i] = copyField(value[i], seen)
    return copy
  }
  if (value instanceof Date) return new Date(value.getTime())
  if (value instanceof Map) {
    const copy = new Map()
    seen.set(value, copy)
    for (const [key, entry] of value) copy.set(copyField(key, seen), copyField(entry, seen))
    return copy
  }
  if (value instanceof Set) {
    const copy = new Set()
    seen.set(value, copy)
    for (const entry of value) copy.add(copyField(entry, seen))
    return copy
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return structuredClone(value)
  if (isOpaque(value)) return value
  return copyFields(value, Object.create(prototype), seen)
}

function copyFields(value: object, copy: object, seen: Map<object, object>): object {
  seen.set(value, copy)
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key)
    if (property === undefined) continue
    if ('value' in property) property.value = copyField(property.value, seen)
    Object.defineProperty(copy, key, {
      ...property,
      configurable: true,
      ...('value' in property ? { writable: true } : {}),
    })
  }
  return copy
}

function copyField(value: unknown, seen: Map<object, object>): unknown {
  return typeof value === 'object' && value !== null ? copyDeep(value, seen) : value
}

/** Things whose meaning lies in what they are, not in their fields. */
function isOpaque(value: object): boolean {
  return value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof Error
}
