import { ActorError } from './errors.js'
import type { ActorRef } from './ref.js'

/**
 * Names for actors, beside their paths. A name stays with its actor over restarts and is free again once
 * the actor is retired (its spec deleted, its parent gone, or a temporary child ended).
 *
 * @example
 * system.registry.register('ledger', ref)
 * system.registry.whereis('ledger')?.send({ type: 'close' })
 */
export class Registry {
  private readonly byName = new Map<string, ActorRef<never>>()
  /** The names of each registered actor, so that the end of one does not look at the names of all. */
  private readonly namesOf = new Map<ActorRef<never>, string[]>()

  /** @throws ActorError `name-taken` when another actor holds the name, `invalid-name` when it is empty. */
  register(name: string, ref: ActorRef<never>): void {
    if (name === '') throw new ActorError('invalid-name', 'register: a name needs at least one character', { name })
    const holder = this.byName.get(name)
    if (holder !== undefined && holder !== ref) {
      throw new ActorError('name-taken', `register: ${name} is held by ${holder.path}; unregister it first`, {
        name,
        holder: holder.path,
      })
    }
    if (holder === ref) return
    this.byName.set(name, ref)
    this.namesOf.set(ref, [...(this.namesOf.get(ref) ?? []), name])
  }

  /** Frees a name; false when nobody held it. */
  unregister(name: string): boolean {
    const holder = this.byName.get(name)
    if (holder === undefined) return false
    const left = (this.namesOf.get(holder) ?? []).filter((other) => other !== name)
    if (left.length === 0) this.namesOf.delete(holder)
    else this.namesOf.set(holder, left)
    return this.byName.delete(name)
  }

  /** The actor that holds the name. The message type is the caller's claim, as with any name. */
  whereis<Message = never>(name: string): ActorRef<Message> | undefined {
    return this.byName.get(name) as ActorRef<Message> | undefined
  }

  /** All names in the order of registration. */
  names(): string[] {
    return [...this.byName.keys()]
  }

  /** @internal A retired actor gives its names back. */
  forget(ref: ActorRef<never>): void {
    for (const name of this.namesOf.get(ref) ?? []) this.byName.delete(name)
    this.namesOf.delete(ref)
  }
}
