/** A fenced block of a Markdown text. */
export interface Block {
  /** First word after the fence: `ts`, `text`, or empty. */
  readonly language: string
  /** The words after it. */
  readonly flags: readonly string[]
  readonly text: string
  /** Line of its first line of text, from 1. */
  readonly line: number
  /** The heading it stands under. */
  readonly heading: string
}

/** A program shown in a Markdown text: a `ts` block and those that continue it. */
export interface Program {
  /** Line of its first line of code in the Markdown text, from 1. */
  readonly line: number
  readonly heading: string
  /**
   * The code, with every line where it stands in the Markdown text (empty lines fill the rest), so that a compiler
   * names the line that a reader sees.
   */
  readonly code: string
  /** What it prints, from the `text` blocks that follow its code; `undefined` where there is none. */
  readonly expected: string | undefined
}

/** The programs of a Markdown text. Throws on a flag it does not know and on a continuation of nothing. */
export function programsIn(markdown: string): Program[] {
  const programs: { blocks: Block[]; expected: string | undefined }[] = []
  let previous: Block | undefined
  for (const block of blocksIn(markdown)) {
    const current = programs.at(-1)
    if (block.language === 'ts') {
      const unknown = block.flags.find((flag) => flag !== 'continues')
      if (unknown !== undefined) throw new Error(`line ${block.line}: unknown word "${unknown}" after \`\`\`ts`)
      if (!block.flags.includes('continues')) programs.push({ blocks: [block], expected: undefined })
      else if (current === undefined) throw new Error(`line ${block.line}: there is no snippet to continue`)
      else current.blocks.push(block)
    } else if (block.language === 'text' && previous?.language === 'ts' && current !== undefined) {
      current.expected = (current.expected ?? '') + block.text
    }
    previous = block
  }
  return programs.map(({ blocks, expected }) => ({
    line: blocks[0]!.line,
    heading: blocks[0]!.heading,
    code: inPlace(blocks),
    expected,
  }))
}

/** The fenced blocks of a Markdown text, in order. */
export function blocksIn(markdown: string): Block[] {
  const blocks: Block[] = []
  let heading = ''
  let open: { fence: string; indent: number; info: string[]; line: number; text: string[] } | undefined
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    const mark = /^( *)(`{3,}|~{3,})(.*)$/.exec(line)
    if (open === undefined) {
      heading = /^#{1,6} +(.+?) *#*$/.exec(line)?.[1] ?? heading
      if (mark === null) continue
      const info = mark[3]!.trim().split(/\s+/)
      open = { fence: mark[2]!, indent: mark[1]!.length, info, line: index + 2, text: [] }
    } else if (mark?.[2]?.startsWith(open.fence) && mark[3]!.trim() === '') {
      const [language = '', ...flags] = open.info
      const text = open.text.map((each) => `${each}\n`).join('')
      blocks.push({ language, flags, text, line: open.line, heading })
      open = undefined
    } else {
      open.text.push(line.replace(new RegExp(`^ {0,${open.indent}}`), ''))
    }
  }
  if (open !== undefined) throw new Error(`line ${open.line - 1}: a fence that is never closed`)
  return blocks
}

/**
 * Prepares printed text for a comparison with what a document promises: a line that matches its promise, where `…`
 * stands for any text within the line, is replaced by the promise, and trailing white space is dropped.
 */
export function asPromised(printed: string, expected: string): string {
  const promises = lines(expected)
  return lines(printed)
    .map((line, index) => {
      const promise = promises[index]
      return promise?.includes('…') && wildcard(promise).test(line) ? promise : line
    })
    .join('\n')
}

/** The promise itself, in the form in which `asPromised` gives what was printed. */
export const promise = (expected: string): string => lines(expected).join('\n')

function inPlace(blocks: readonly Block[]): string {
  let code = ''
  let next = 1
  for (const { line, text } of blocks) {
    code += '\n'.repeat(line - next) + text
    next = line + text.split('\n').length - 1
  }
  return code
}

const lines = (text: string): string[] =>
  text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trimEnd())

const wildcard = (promised: string): RegExp =>
  new RegExp(
    `^${promised
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )
