// The files that the page is made of. All are in the package, and all are read before anybody asks.
import { readdirSync, readFileSync } from 'node:fs'
import { html, pictureStyle } from './html.ts'
import { style } from './style.ts'

export interface Asset {
  type: string
  content: string
}

/** By path, relative to the page. The modules lie as they do in the package, so that their imports are found. */
export function loadAssets(): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>([
    ['', { type: 'text/html; charset=utf-8', content: html }],
    ['style.css', { type: 'text/css; charset=utf-8', content: `${pictureStyle}${style}` }],
  ])
  const addModule = (path: string, file: URL) =>
    assets.set(path, { type: 'text/javascript; charset=utf-8', content: readFileSync(file, 'utf8') })
  for (const file of readdirSync(new URL('./page/', import.meta.url))) {
    if (file.endsWith('.js')) {
      addModule(`inspector/page/${file}`, new URL(`./page/${file}`, import.meta.url))
    }
  }
  // Without the build, there is none: the sources are TypeScript.
  if (assets.size > 2) addModule('units.js', new URL('../units.js', import.meta.url))
  return assets
}
