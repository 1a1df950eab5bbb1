import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkout, runCompiler, runNpm } from './command.js'

/**
 * Builds the package from the sources into `folder`, with everything that `npm pack` would look at.
 * The `dist` of the checkout is left alone: other programs may be running from it.
 */
export async function stagePackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const built = await runCompiler(['-p', 'src/tsconfig.json', '--outDir', join(folder, 'dist')])
  if (built.code !== 0) throw new Error(`src/ does not compile:\n${built.out}${built.err}`)
  for (const file of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'])
    if (existsSync(join(checkout, file))) copyFileSync(join(checkout, file), join(folder, file))
}

/** Packs a staged package as for the registry; resolves with the path of the tarball. */
export async function packPackage(folder: string): Promise<string> {
  // The scripts would build again, from sources that are not staged.
  const packed = await runNpm(['pack', '--ignore-scripts', '--json'], folder)
  if (packed.code !== 0) throw new Error(`npm pack failed:\n${packed.err}`)
  const [tarball] = JSON.parse(packed.out) as [{ filename: string }]
  return join(folder, tarball.filename)
}
