import { copyFileSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
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

async function importBuilt(): Promise<{ createInspector: typeof create }> {
  return import(pathToFileURL(inspectorFile).href)
}

test('all modules of the page are served, each where the others import it from', async () => {
  const { createInspector } = await importBuilt()
  const inspector = await createInspector()
  onTestFinished(() => inspector.close())
  const files = readdirSync(join(source, 'inspector/page')).filter((file) => file.endsWith('.js'))
  expect(files.length).toBeGreaterThan(10)
  for (const path of [...files.map((file) => `inspector/page/${file}`), 'common/units.js']) {
    const { status, headers } = await ask(inspector.url + path)
    expect([path, status, headers['content-type']]).toEqual([path, 200, 'text/javascript; charset=utf-8'])
  }
  expect((await ask(`${inspector.url}index.js`)).status).toBe(404)
})

test('the sources, which no browser can run, are not served', () => {
  expect([...loadAssets().keys()]).toEqual(['', 'style.css'])
})

describe('in a bundle, an inspector says what is missing and what to do', () => {
  const advice = '--external:xstate-tcp'

  test('beside a bundle of modules', () => {
    const bundle = pathToFileURL(join(temporaryFolder(), 'bundle.mjs'))
    const file = new URL('../../inspector/page/main.js', bundle).pathname
    expect(() => loadAssets(bundle.href)).toThrow(
      expect.objectContaining({ code: 'ERR_INSPECTOR_ASSET_MISSING', cause: expect.anything() }),
    )
    expect(() => loadAssets(bundle.href)).toThrow(file)
    expect(() => loadAssets(bundle.href)).toThrow(advice)
  })

  test('in one of CommonJS, which does not know where it is', () => {
    // As esbuild leaves it there: undefined, which would ask for the default here.
    expect(() => loadAssets('')).toThrow(advice)
    expect(() => loadAssets('')).toThrow('inspector/page/main.js')
  })

  test('where only some files were copied', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'inspector/page'), { recursive: true })
    copyFileSync(join(source, 'inspector/page/main.js'), join(folder, 'inspector/page/main.js'))
    const missing = /cannot read \S*\/inspector\/page\/(?!main)\w[\w-]*\.js,/
    expect(() => loadAssets(pathToFileURL(join(folder, 'inspector/http/assets.js')).href)).toThrow(missing)
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
