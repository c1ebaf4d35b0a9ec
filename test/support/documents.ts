// The documents of the repository: every .md file, as readers find it.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** What git would not keep, by `.gitignore`, and its own folder. */
const NOT_KEPT = ['.git', 'node_modules', 'dist', 'coverage']

/**
 * What is in the repository, or may be with the next commit; paths from its root. Needs no git:
 * sources come in archives, too.
 */
export function trackedFiles(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_KEPT.includes(name) && !name.endsWith('.tgz'))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? trackedFiles(path) : [relative(root, path).replaceAll('\\', '/')]
    })
    .sort()
}

/** What is packed, with the build if it is to be made first; paths from the root. */
export function packedFiles({ isBuilt = true } = {}): string[] {
  const options = ['--dry-run', '--json', '--silent', ...(isBuilt ? ['--ignore-scripts'] : [])]
  const listing = execFileSync('npm', ['pack', ...options], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  })
  const [packed] = JSON.parse(listing) as { files: { path: string }[] }[]
  return (packed?.files ?? []).map(({ path }) => path)
}

/**
 * The folders of the tree in ARCHITECTURE.md: each on a line of its own, indented by two below the
 * one that it is in.
 */
export function printedFolders(): string[] {
  const [, tree = ''] = /^```text\n([\s\S]*?)^```$/m.exec(read('ARCHITECTURE.md')) ?? []
  const path: string[] = []
  return [...tree.matchAll(/^( *)([\w-]+)\/ /gm)].map(([, indent = '', name = '']) => {
    path.splice(indent.length / 2, Infinity, name)
    return path.join('/')
  })
}

export function documents(): string[] {
  return trackedFiles().filter((file) => file.endsWith('.md'))
}

export function read(file: string): string {
  return readFileSync(resolve(root, file), 'utf8')
}

/**
 * A fenced block of code, with the words after its fence and the comment of this form that stands
 * before it.
 */
export interface Block {
  readonly document: string
  readonly language: string
  readonly names: readonly string[]
  readonly code: string
}

const BLOCK = /(?:<!-- example: ([^>]+) -->\n\n)?^( *)```(\w*)[^\n]*\n([\s\S]*?)^\2```$/gm

export function blocksOf(document: string): Block[] {
  return [...read(document).matchAll(BLOCK)].map(([, names = '', , language = '', code = '']) => ({
    document,
    language,
    names: names.split(' ').filter((name) => name !== ''),
    code,
  }))
}

/** The examples in the docstrings of a source file. */
export function docstringExamplesOf(source: string): string[] {
  return [...read(source).matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm)].map(([, code = '']) =>
    code.replaceAll(/^ *\* ?/gm, ''),
  )
}

/** The text without what is no prose: code, in blocks and in lines. */
export function withoutCode(text: string): string {
  return text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '').replaceAll(/`[^`\n]+`/g, '')
}

/** What can be linked to in a document, as GitHub names it. */
export function anchorsOf(document: string): Set<string> {
  const prose = read(document).replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '')
  const anchors = new Set<string>()
  for (const [, title = ''] of prose.matchAll(/^#+ (.+)$/gm)) {
    const slug = title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}
