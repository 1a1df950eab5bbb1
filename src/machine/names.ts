/**
 * The leaf states of an xstate machine as literal dotted paths, where its type knows them
 * (`setup(...).createMachine(...)`), else `string`. Read off the type of a snapshot's value.
 */
export type StateName<Machine> = Machine extends {
  getInitialSnapshot(...args: never[]): { readonly value: infer Value }
}
  ? Fallback<LeafPath<Value>>
  : string

/** The events of an xstate machine as literal names, where `setup({ types: { events } })` declares them, else `string`. */
export type EventName<Machine> = Machine extends {
  transition(snapshot: never, event: infer Event, scope: never): unknown
}
  ? Event extends { readonly type: infer Name extends string }
    ? Name
    : string
  : string

type LeafPath<Value> = Value extends string
  ? Value
  : Value extends object
    ? { [Key in keyof Value & string]: Inside<Key, Exclude<Value[Key], undefined>> }[keyof Value & string]
    : never

type Inside<Key extends string, Value> = string extends Key ? string : `${Key}.${LeafPath<Value>}`

type Fallback<Name extends string> = [Name] extends [never] ? string : Name
