// The files that the page is made of. All are in the package, and all are read before anybody asks.
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Asset {
  type: string
  content: string
}

/** Where the page is, from the folder of all of `src`. */
const PAGE = 'inspector/page'
const PICTURE = /<!-- ([\w-]+\.svg) -->/g
const STYLESHEET = /<link rel="stylesheet" href="([^"]+)">/g
const MODULE = /<script type="module" src="([^"]+)">/g
const IMPORTS = /^(?:import|export)\b[^;]*?\bfrom '(\.[^']*)'/gm

/**
 * By path, relative to the page's URL: the page, with the pictures where it names them; the
 * stylesheets that it links to; and the modules, which lie as they do in the package, so that their
 * imports are found. `here` is where this module is.
 *
 * Throws an error that says what to do where a file is missing, as they are beside a bundle.
 */
export function loadAssets(here: string | undefined = import.meta.url): ReadonlyMap<string, Asset> {
  const read = (path: string) => readAsset(path, here)
  const page = read(`${PAGE}/index.html`)
  const html = page.replaceAll(PICTURE, (_, name) => read(`${PAGE}/${name}`).trim())
  const assets = new Map<string, Asset>([['', { type: 'text/html; charset=utf-8', content: html }]])
  for (const [, path = ''] of page.matchAll(STYLESHEET))
    assets.set(path, { type: 'text/css; charset=utf-8', content: read(`${PAGE}/${path}`) })
  // Without the build there are no modules: the sources are TypeScript.
  if (here?.endsWith('.ts')) return assets
  const modules = Array.from(page.matchAll(MODULE), ([, path = '']) => path)
  for (const path of modules) {
    const content = read(path)
    assets.set(path, { type: 'text/javascript; charset=utf-8', content })
    for (const [, imported = ''] of content.matchAll(IMPORTS)) {
      const module = posix.join(posix.dirname(path), imported)
      if (!modules.includes(module)) modules.push(module)
    }
  }
  return assets
}

/** `path` is relative to the folder of all of `src`. */
function readAsset(path: string, here: string | undefined): string {
  let file = path
  try {
    // In a bundle of CommonJS no module knows where it is.
    const url = new URL(`../../${path}`, here)
    file = fileURLToPath(url)
    return readFileSync(url, 'utf8')
  } catch (cause) {
    throw new MissingAssetError(file, { cause })
  }
}

/** A file of the page is not in its place beside the library's modules. */
class MissingAssetError extends Error {
  override readonly name = 'MissingAssetError'
  readonly code = 'ERR_INSPECTOR_ASSET_MISSING'

  constructor(file: string, options: ErrorOptions) {
    super(
      `The inspector cannot read ${file}, which its page is made of. Such files are part of the package xstate-tcp, and no bundler takes them along: keep the package out of the bundle, with esbuild by --external:xstate-tcp, so that it is loaded from node_modules.`,
      options,
    )
  }
}
