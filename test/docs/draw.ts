import { readFileSync, writeFileSync } from 'node:fs'
import { page, pictures, withPictures } from './pictures.js'

/*
 * npx tsx test/docs/draw.ts
 *
 * Draws the machines in docs/reference/machines.md anew, after one of them was changed.
 */

writeFileSync(page, withPictures(readFileSync(page, 'utf8'), await pictures()))
