import { cpSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { loadAssets } from '../../../src/inspector/http/assets.ts'
import type { createInspector as create } from '../../../src/inspector/index.ts'
import { build } from '../../support/build.ts'
import { openDescriptors } from '../../support/descriptors.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { ask } from '../../support/inspect.ts'

const { folder, remove } = build()
afterAll(remove)
const source = join(folder, 'src')
const inspectorFile = join(source, 'inspector/index.js')
const builtModule = pathToFileURL(join(source, 'inspector/http/assets.js')).href
const root = resolve(import.meta.dirname, '../../..')

async function importBuilt(): Promise<{ createInspector: typeof create }> {
  return import(pathToFileURL(inspectorFile).href)
}

/** The files of a folder and of those in it, relative to it. */
const filesIn = (folder: string) => (readdirSync(folder, { recursive: true }) as string[]).toSorted()

test('all modules of the page are served, each where the others import it from', async () => {
  const { createInspector } = await importBuilt()
  const inspector = await createInspector()
  onTestFinished(() => inspector.close())
  const files = filesIn(join(source, 'inspector/page')).filter((file) => file.endsWith('.js'))
  expect(files.length).toBeGreaterThan(10)
  const shared = ['common/units.js', 'common/state.js', 'describe/state.js']
  for (const path of [...files.map((file) => `inspector/page/${file}`), ...shared]) {
    const { status, headers } = await ask(inspector.url + path)
    expect([path, status, headers['content-type']]).toEqual([path, 200, 'text/javascript; charset=utf-8'])
  }
  expect((await ask(`${inspector.url}index.js`)).status).toBe(404)
})

test('no module that browsers load imports anything of Node or of a package', () => {
  const modules = [...loadAssets(builtModule).values()].filter(({ type }) => type.includes('javascript'))
  expect(modules.length).toBeGreaterThan(10)
  for (const { content } of modules) expect(content).not.toMatch(/^(?:import|export)[^;]*? from '(?!\.)/m)
})

test.each([
  ['the sources', undefined],
  ['the build', builtModule],
])('the page and its styles are served from %s, with the charts in it', (_, here) => {
  const assets = loadAssets(here)
  const page = join(root, 'src/inspector/page')
  const styles = filesIn(page).filter((file) => file.endsWith('.css'))
  expect(styles.length).toBeGreaterThan(4)
  for (const path of styles) {
    expect(assets.get(path)).toEqual({
      type: 'text/css; charset=utf-8',
      content: readFileSync(join(page, path), 'utf8'),
    })
  }
  const { content = '', type } = assets.get('') ?? {}
  expect(type).toBe('text/html; charset=utf-8')
  expect(content).toContain('data-state="accept-paused.waiting"')
  expect(content).toContain('data-state="closing.flushing"')
  expect(content).not.toContain('.svg -->')
})

test('of the sources, which no browser can run, no modules are served', () => {
  const types = Array.from(loadAssets().values(), ({ type }) => type)
  expect(types.filter((type) => !/^text\/(html|css);/.test(type))).toEqual([])
})

describe('in a bundle, an inspector says what is missing and what to do', () => {
  const advice = '--external:xstate-tcp'

  test('beside a bundle of modules', () => {
    const bundle = pathToFileURL(join(temporaryFolder(), 'bundle.mjs'))
    const file = new URL('../../inspector/page/index.html', bundle).pathname
    expect(() => loadAssets(bundle.href)).toThrow(
      expect.objectContaining({ code: 'ERR_INSPECTOR_ASSET_MISSING', cause: expect.anything() }),
    )
    expect(() => loadAssets(bundle.href)).toThrow(file)
    expect(() => loadAssets(bundle.href)).toThrow(advice)
  })

  test('in one of CommonJS, which does not know where it is', () => {
    // As esbuild leaves it there: undefined, which would ask for the default here.
    expect(() => loadAssets('')).toThrow(advice)
    expect(() => loadAssets('')).toThrow('inspector/page/index.html')
  })

  test('where any one file was not copied', () => {
    const copy = temporaryFolder()
    cpSync(source, copy, { recursive: true })
    const here = pathToFileURL(join(copy, 'inspector/http/assets.js')).href
    expect([...loadAssets(here)]).toEqual([...loadAssets(builtModule)])
    const files = filesIn(join(copy, 'inspector/page')).filter((file) => /\.(js|html|css|svg)$/.test(file))
    for (const file of [...files.map((file) => join('inspector/page', file)), 'common/units.js']) {
      const path = join(copy, file)
      renameSync(path, `${path}.away`)
      expect(() => loadAssets(here), file).toThrow(path)
      renameSync(`${path}.away`, path)
    }
  })

  test('before it opens anything', async () => {
    const page = join(source, 'inspector/page')
    const { createInspector } = await importBuilt()
    renameSync(page, `${page}.away`)
    onTestFinished(() => renameSync(`${page}.away`, page))
    const before = openDescriptors()
    await expect(createInspector()).rejects.toThrow(advice)
    expect(before).toEqual(expect.arrayContaining(openDescriptors()))
  })
})
