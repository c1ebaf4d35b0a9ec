// The files that the page is made of. All are in the package, and all are read before anybody asks.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { html, pictureStyle } from './html.ts'
import { style } from './style.ts'

export interface Asset {
  type: string
  content: string
}

const ENTRY = 'inspector/page/main.js'
const IMPORTS = /^(?:import|export)\b[^;]*?\bfrom '(\.[^']*)'/gm

/**
 * By path, relative to the page. The modules lie as they do in the package, so that their imports are found. `here` is where this module
 * is.
 *
 * Throws an error that says what to do where the modules are missing, as they are beside a bundle.
 */
export function loadAssets(here: string | undefined = import.meta.url): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>([
    ['', { type: 'text/html; charset=utf-8', content: html }],
    ['style.css', { type: 'text/css; charset=utf-8', content: `${pictureStyle}${style}` }],
  ])
  // Without the build, there is none: the sources are TypeScript.
  if (here?.endsWith('.ts')) return assets
  const modules = [ENTRY]
  for (const path of modules) {
    const content = readModule(path, here)
    assets.set(path, { type: 'text/javascript; charset=utf-8', content })
    for (const [, imported = ''] of content.matchAll(IMPORTS)) {
      const { pathname } = new URL(imported, `file:///${path}`)
      if (!modules.includes(pathname.slice(1))) modules.push(pathname.slice(1))
    }
  }
  return assets
}

/** `path` is relative to the folder of all of `src`. */
function readModule(path: string, here: string | undefined): string {
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
