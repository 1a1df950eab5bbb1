/**
 * What every error of Holdfast carries: a `code` out of a closed set, the `data` behind the text, and the `cause`
 * when something else went wrong first. The text says what happened, where, why, and what to do next.
 *
 * ```ts
 * class StoreError extends HoldfastError<'full' | 'closed', { key: string }> {
 *   static { StoreError.prototype.name = 'StoreError' }
 * }
 * throw new StoreError('full', 'The store has no room for "a". Raise entriesMax.', { key: 'a' })
 * ```
 */
export class HoldfastError<Code extends string = string, Data = unknown> extends Error {
  readonly code: Code
  readonly data: Data

  constructor(code: Code, text: string, data: Data, options?: { readonly cause?: unknown }) {
    super(text, options)
    this.code = code
    this.data = data
  }

  // On the prototype, not a field: the engine writes the name into the stack while the base constructor still runs.
  static {
    HoldfastError.prototype.name = 'HoldfastError'
  }
}

/**
 * Renders any value for a message: short (at most about 120 characters), one line, and safe: getters that throw,
 * cycles and hostile proxies are named, never propagated.
 */
export function describe(value: unknown): string {
  return shorten(render(value, 2, []), 120)
}

function render(value: unknown, depth: number, above: readonly object[]): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(shorten(value, 60))
    case 'bigint':
      return `${value}n`
    case 'function':
      return attempt(() => `[function ${value.name || 'anonymous'}]`, '[function]')
    case 'object':
      return value === null ? 'null' : attempt(() => renderObject(value, depth, above), '[unreadable object]')
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    default:
      return String(value)
  }
}

function renderObject(value: object, depth: number, above: readonly object[]): string {
  if (above.includes(value)) return '[cycle]'
  if (value instanceof Error) return oneLine(`${value.name}: ${value.message}`)
  const within = [...above, value]
  if (Array.isArray(value)) {
    if (depth === 0) return `[array of ${value.length}]`
    const items = value.slice(0, 5).map((item) => render(item, depth - 1, within))
    return `[${items.join(', ')}${value.length > 5 ? `, ... ${value.length - 5} more` : ''}]`
  }
  const name = className(value)
  if (value instanceof Map || value instanceof Set) return `${name}(${value.size})`
  if (ArrayBuffer.isView(value)) return `${name}(${value.byteLength} bytes)`
  const keys = Object.keys(value)
  if (depth === 0) return keys.length === 0 ? '{}' : `{ ${keys.length} keys }`
  const fields = keys.slice(0, 5).map((key) => `${key}: ${renderField(value, key, depth, within)}`)
  if (keys.length > 5) fields.push(`... ${keys.length - 5} more`)
  const body = fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
  return name === 'Object' ? body : `${name} ${body}`
}

function renderField(value: object, key: string, depth: number, above: readonly object[]): string {
  return attempt(() => render(Reflect.get(value, key), depth - 1, above), '[getter threw]')
}

function className(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || typeof prototype !== 'object') return 'Object'
  const made: unknown = Reflect.get(prototype, 'constructor')
  return typeof made === 'function' && made.name !== '' ? made.name : 'Object'
}

function attempt(run: () => string, otherwise: string): string {
  try {
    return run()
  } catch {
    return otherwise
  }
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
