import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkout, runCommand, runCompiler, runNode, runNpm } from '../support/command.js'
import { asPromised, programsIn, promise } from '../support/markdown.js'
import { packPackage, stagePackage } from '../support/package.js'
import { declaredImports } from './declarations.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-package-'))
const project = join(folder, 'project')
const installed = join(project, 'node_modules/holdfast')
let tarball = ''

beforeAll(async () => {
  await stagePackage(join(folder, 'staged'))
  tarball = await packPackage(join(folder, 'staged'))
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', private: true, type: 'module' }))
  const { code, err } = await runNpm(['install', '--prefer-offline', tarball], project)
  if (code !== 0) throw new Error(`npm install ${tarball} failed:\n${err}`)
}, 180_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the packed package', () => {
  test('satisfies publint', async () => {
    const packed = readFileSync(tarball)
    const bytes = packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.byteLength)
    const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  test('satisfies are-the-types-wrong', { timeout: 60_000 }, async () => {
    const command = `${checkout}node_modules/@arethetypeswrong/cli/dist/index.js`
    const { code, out, err } = await runNode([command, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'])
    expect(code, `${out}${err}`).toBe(0)
  })

  test('declares its types without those of xstate or Node', () => {
    const found = declaredImports(installed)
    expect(found.filter(({ specifier }) => /^(xstate|node:)/.test(specifier))).toEqual([])
  })

  test('holds what was built, its licence and its front page, and nothing else', async () => {
    const { out } = await runNpm(['pack', '--ignore-scripts', '--dry-run', '--json'], join(folder, 'staged'))
    const [{ files }] = JSON.parse(out) as [{ files: { path: string }[] }]
    const others = files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'))
    expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
  })

  test('brings a command that tells its version and refuses what it does not know', async () => {
    const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string }
    const known = await runCommand(join(project, 'node_modules/.bin/holdfast'), ['--version'])
    expect(known).toEqual({ code: 0, out: `${version}\n`, err: '' })
    const unknown = await runNode([join(installed, 'dist/cli/main.js'), 'chekc'], { cwd: project })
    expect(unknown).toMatchObject({ code: 2, out: '' })
    expect(unknown.err.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('the first example of the README, in an empty project with the package installed', () => {
  const example = () => {
    const [first] = programsIn(readFileSync(join(checkout, 'README.md'), 'utf8'))
    if (first?.expected === undefined) throw new Error('README.md needs a ```ts block, followed by a ```text block')
    return { code: first.code, expected: first.expected }
  }

  test.each([
    { resolution: 'nodenext', module: 'nodenext' },
    { resolution: 'bundler', module: 'esnext' },
  ])('type-checks with module resolution $resolution, the types of all it uses included', async (how) => {
    writeFileSync(join(project, 'main.ts'), example().code)
    const options = ['--target', 'esnext', '--module', how.module, '--moduleResolution', how.resolution]
    const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false']
    // An empty list of types: the declarations must do with what TypeScript itself brings.
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { types: [] }, files: ['main.ts'] }),
    )
    const checked = await runCompiler(['-p', '.', '--noEmit', ...options, ...strict], project)
    expect(checked).toEqual({ code: 0, out: '', err: '' })
  })

  test('runs as TypeScript', { timeout: 30_000 }, async () => {
    const { code, expected } = example()
    writeFileSync(join(project, 'main.ts'), code)
    const ran = await runNode([`${checkout}node_modules/tsx/dist/cli.mjs`, 'main.ts'], { cwd: project })
    expect({ ...ran, out: asPromised(ran.out, expected) }).toEqual({ code: 0, out: promise(expected), err: '' })
  })

  test('runs as plain JavaScript', { timeout: 30_000 }, async () => {
    const { code, expected } = example()
    const plain = join(folder, 'plain')
    cpSync(project, plain, { recursive: true })
    writeFileSync(join(plain, 'package.json'), JSON.stringify({ name: 'plain', private: true }))
    writeFileSync(join(plain, 'main.mts'), code)
    const options = ['--target', 'esnext', '--module', 'nodenext', '--types', '', '--ignoreConfig']
    await runCompiler([...options, 'main.mts'], plain)
    renameSync(join(plain, 'main.mts'), join(plain, 'main.mts.txt'))
    expect(readFileSync(join(plain, 'main.mjs'), 'utf8')).toContain("from 'holdfast")
    const ran = await runNode(['main.mjs'], { cwd: plain })
    expect({ ...ran, out: asPromised(ran.out, expected) }).toEqual({ code: 0, out: promise(expected), err: '' })
  })
})
