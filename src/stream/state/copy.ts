/**
 * A copy that shares nothing mutable with `value`: what a handler does to one is not seen in the other.
 *
 * Plain objects (their enumerable fields, with what they read as), arrays and their matches, Map, Set, Date, RegExp,
 * typed arrays and buffers are copied in depth, cycles included; objects of classes keep their prototype and all of
 * their fields. A frozen object has a copy that is not. Handed on as they are, because they are no data or hide it:
 * functions, promises, errors, weak collections, what stands under a symbol in a plain object, and objects that show
 * no field of their own (a URL, or a class whose fields are all `#private`). An object with both `#private` and public
 * fields can not be copied in full; do not put it into records or state.
 */
export function copyOf<Value>(value: Value): Value {
  return typeof value === 'object' && value !== null ? (copyObject(value) as Value) : value
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
  const prototype: object | null = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return copyEnumerable(value, prototype, seen)
  if (Array.isArray(value)) return copyArray(value, prototype, seen)
  if (value instanceof Map || value instanceof Set) return copyCollection(value, prototype, seen)
  const copy = copyBuiltIn(value)
  if (copy === undefined) return copyFields(value, Object.create(prototype), seen)
  seen.set(value, copy)
  return copy
}

function copyEnumerable(value: object, prototype: object | null, seen: Map<object, object>): object {
  const copy: Record<string, unknown> = prototype === null ? Object.assign(Object.create(null), value) : { ...value }
  seen.set(value, copy)
  for (const key of Object.keys(copy)) copy[key] = copyField(copy[key], seen)
  return copy
}

function copyArray(value: readonly unknown[], prototype: object, seen: Map<object, object>): object {
  const plain = prototype === Array.prototype
  const copy: unknown[] = plain ? value.slice() : Object.setPrototypeOf(Array.from(value), prototype)
  seen.set(value, copy)
  for (let i = 0; i < copy.length; i++) {
    const element = copy[i]
    if (typeof element === 'object' && element !== null) copy[i] = copyDeep(element, seen)
  }
  if (!Object.hasOwn(value, 'groups')) return copy
  for (const key of matchKeys) {
    if (Object.hasOwn(value, key)) Object.assign(copy, { [key]: copyField(value[key as never], seen) })
  }
  return copy
}

/** What a regular expression adds to the list it answers with. */
const matchKeys = ['index', 'input', 'groups', 'indices']

function copyCollection(
  value: Map<unknown, unknown> | Set<unknown>,
  prototype: object,
  seen: Map<object, object>,
): object {
  if (value instanceof Map) {
    const copy = new Map()
    seen.set(value, copy)
    for (const [key, entry] of value) copy.set(copyField(key, seen), copyField(entry, seen))
    return prototype === Map.prototype ? copy : copyFields(value, Object.setPrototypeOf(copy, prototype), seen)
  }
  const copy = new Set()
  seen.set(value, copy)
  for (const entry of value) copy.add(copyField(entry, seen))
  return prototype === Set.prototype ? copy : copyFields(value, Object.setPrototypeOf(copy, prototype), seen)
}

/** What holds no other objects, or is handed on as it is; nothing for objects of the user's classes. */
function copyBuiltIn(value: object): object | undefined {
  // Told by its tag: the name of the class is the name of a clock, and clocks belong to the world.
  if (Object.prototype.toString.call(value) === '[object Date]') {
    return Object.setPrototypeOf(structuredClone(value), Object.getPrototypeOf(value))
  }
  if (value instanceof RegExp)
    return Object.assign(new RegExp(value.source, value.flags), { lastIndex: value.lastIndex })
  if (value instanceof ArrayBuffer) return value.slice(0)
  if (value instanceof DataView) {
    return new DataView(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength))
  }
  if (ArrayBuffer.isView(value)) return sliceOfView.call(value)
  return isOpaque(value) ? value : undefined
}

/** Copies just the part that the view shows, and keeps its class; a Buffer's own `slice` would share its memory. */
const sliceOfView: (this: object) => object = Object.getPrototypeOf(Uint8Array.prototype).slice

function copyFields(value: object, copy: object, seen: Map<object, object>): object {
  seen.set(value, copy)
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor
    const data = 'value' in property ? { value: copyField(property.value, seen), writable: true } : {}
    Object.defineProperty(copy, key, { ...property, ...data, configurable: true })
  }
  return copy
}

function copyField(value: unknown, seen: Map<object, object>): unknown {
  return typeof value === 'object' && value !== null ? copyDeep(value, seen) : value
}

/** Things whose meaning lies in what they are, not in their fields. */
function isOpaque(value: object): boolean {
  return (
    value instanceof Promise ||
    value instanceof Error ||
    value instanceof WeakMap ||
    value instanceof WeakSet ||
    value instanceof Number ||
    value instanceof String ||
    value instanceof Boolean ||
    Reflect.ownKeys(value).length === 0
  )
}
