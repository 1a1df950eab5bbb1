import { describe } from '../base/errors.js'
import { ActorError } from './errors.js'

/** Names become parts of paths, so they are non-empty strings without `/`. @throws ActorError `invalid-name` */
export function checkName(name: unknown, where: string): asserts name is string {
  if (isName(name)) return
  throw new ActorError(
    'invalid-name',
    `${where}: ${describe(name)} is no name; give a string of one or more characters without /`,
    {
      name,
    },
  )
}

export function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && !name.includes('/')
}
