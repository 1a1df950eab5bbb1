import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { checkout } from '../support/command.js'

/** A Markdown file of the repository. */
export interface Document {
  /** Path in the checkout, with forward slashes. */
  readonly path: string
  readonly text: string
}

/** Every Markdown file that speaks to readers: those at the top of the checkout and all below `docs/`. */
export function documents(): Document[] {
  const top = readdirSync(checkout).filter((path) => path.endsWith('.md'))
  const below = existsSync(join(checkout, 'docs'))
    ? readdirSync(join(checkout, 'docs'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'))
    : []
  return [...top.sort(), ...below.sort().map((path) => `docs/${path.split(sep).join('/')}`)].map((path) => ({
    path,
    text: readFileSync(join(checkout, path), 'utf8'),
  }))
}
