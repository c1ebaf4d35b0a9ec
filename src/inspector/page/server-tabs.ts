// The servers that one inspector watches.
import { button, byId, setText, setTone } from './elements.ts'
import type { Store } from './store.ts'

export class ServerTabs {
  readonly #store: Store
  readonly #place = byId('servers')
  readonly #tabs = new Map<number, HTMLButtonElement>()
  readonly #chosen: () => void

  constructor(store: Store, chosen: () => void) {
    this.#store = store
    this.#chosen = chosen
  }

  show(): void {
    const { servers, shown } = this.#store
    for (const [id, tab] of this.#tabs) {
      if (servers.has(id)) continue
      tab.remove()
      this.#tabs.delete(id)
    }
    for (const [id, { frame }] of servers) {
      const tab = this.#tabs.get(id) ?? this.#add(id)
      setText(tab, frame.address || `server ${id}`)
      setTone(tab, frame.state)
      tab.setAttribute('aria-current', String(frame === shown?.frame))
    }
  }

  #add(id: number): HTMLButtonElement {
    const tab = button('', () => {
      this.#store.choose(id)
      this.#chosen()
    })
    this.#tabs.set(id, tab)
    this.#place.append(tab)
    return tab
  }
}
