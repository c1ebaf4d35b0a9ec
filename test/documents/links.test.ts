import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { anchorsOf, documents, packedFiles, read, trackedFiles, withoutCode } from '../support/documents.ts'

interface Link {
  readonly document: string
  readonly target: string
}

const LINK = /!?\[(?:[^\][]|\[[^\]]*\])*\]\(([^)\s]+)(?: "[^"]*")?\)/g

/** Who may be linked to outside of the repository: no address is invented. */
const HOSTS = ['github.com', 'keepachangelog.com', 'koffi.dev', 'semver.org', 'www.haproxy.org']

const files = trackedFiles()
const folders = new Set(files.map((file) => posix.dirname(file)))
const links: Link[] = documents().flatMap((document) =>
  [...withoutCode(read(document)).matchAll(LINK)].map(([, target = '']) => ({ document, target })),
)
const inside = links.filter(({ target }) => !/^\w+:/.test(target))

/** The path from the root, and the anchor, if any. */
function resolved({ document, target }: Link): { path: string; anchor: string | undefined } {
  const [path = '', anchor] = target.split('#')
  return { path: path === '' ? document : posix.normalize(posix.join(posix.dirname(document), path)), anchor }
}

const isFolder = (path: string) => folders.has(path.replace(/\/$/, ''))

test('every link between documents leads to a file or a folder of the repository', () => {
  expect(inside.length).toBeGreaterThan(50)
  const dead = inside.filter((link) => {
    const { path } = resolved(link)
    return !files.includes(path) && !isFolder(path)
  })
  expect(dead).toEqual([])
})

test('every link to a section leads to a heading', () => {
  const dead = inside.filter((link) => {
    const { path, anchor } = resolved(link)
    return anchor !== undefined && !(path.endsWith('.md') && anchorsOf(path).has(anchor))
  })
  expect(dead).toEqual([])
})

test('every link of a packed document leads to what is packed', () => {
  const packed = packedFiles()
  const dead = inside.filter((link) => {
    if (!packed.includes(link.document)) return false
    const { path } = resolved(link)
    return !packed.includes(path) && !packed.some((file) => file.startsWith(`${path.replace(/\/$/, '')}/`))
  })
  expect(packed).toContain('README.md')
  expect(dead).toEqual([])
})

test('links out of the repository go to known hosts only', () => {
  const hosts = links
    .filter(({ target }) => /^\w+:/.test(target))
    .map(({ document, target }) => ({ document, host: URL.canParse(target) && new URL(target).host }))
  expect(hosts.filter(({ host }) => !HOSTS.includes(String(host)))).toEqual([])
})

test('no link is written in a form that these tests do not see', () => {
  for (const document of documents()) {
    expect(withoutCode(read(document)), document).not.toMatch(/^ *\[[^\]]+\]: |<a |<img |\]\[/m)
  }
})
