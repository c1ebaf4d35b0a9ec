// The live connections: searched, sorted, and drawn as far as they are in sight.
import { outermost } from '../../common/state.ts'
import { formatAge, formatBytes } from '../../common/units.ts'
import type { ConnectionRow } from '../protocol.ts'
import { button, byId, element, setText, setTone } from './elements.ts'
import type { ServerView, Store } from './store.ts'
import { VirtualList } from './virtual-list.ts'

const COLUMNS: readonly { name: string; index: number; className: string }[] = [
  { name: '#', index: 0, className: '' },
  { name: 'state', index: 1, className: '' },
  { name: 'address', index: 2, className: '' },
  { name: 'age', index: 3, className: 'number-cell' },
  { name: 'in', index: 4, className: 'number-cell wide-only' },
  { name: 'out', index: 5, className: 'number-cell wide-only' },
]

export class ConnectionList {
  readonly #store: Store
  readonly #list: VirtualList<ConnectionRow>
  readonly #search = byId<HTMLInputElement>('connections-search')
  readonly #count = byId('connections-count')
  readonly #heads: HTMLButtonElement[]
  #sortedBy = 0
  #isDescending = false
  #shown: ServerView | undefined
  #version = -1
  /** The number of the one that is opened. */
  opened: number | undefined

  constructor(store: Store, onOpen: (id: number) => void) {
    this.#store = store
    this.#heads = COLUMNS.map(({ name, index, className }) =>
      button(name, () => this.#sortBy(index), className),
    )
    this.#list = new VirtualList<ConnectionRow>({
      place: byId('connections'),
      name: 'connections',
      label: 'Connections; Enter opens one',
      head: this.#heads,
      fill: (row, item) => this.#fill(row, item),
      keyOf: ([id]) => id,
      onOpen: ([id]) => onOpen(id),
      empty: 'Nobody is connected.',
    })
    this.#search.addEventListener('input', () => this.#changed())
    this.#markSorting()
  }

  show(server: ServerView): void {
    if (server !== this.#shown || server.version !== this.#version) {
      this.#shown = server
      this.#version = server.version
      this.#select(server)
    } else this.#list.draw()
  }

  #changed(): void {
    if (this.#shown) this.#select(this.#shown)
  }

  #select({ connections }: ServerView): void {
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean)
    const all = [...connections.values()]
    const found =
      words.length === 0
        ? all
        : all.filter(([id, state, address]) => {
            const text = `#${id} ${state} ${address}`.toLowerCase()
            return words.every((word) => text.includes(word))
          })
    this.#sort(found)
    this.#list.empty = all.length === 0 ? 'Nobody is connected.' : 'None of them is like that.'
    this.#list.show(found)
    const total = all.length.toLocaleString('en')
    setText(this.#count, words.length === 0 ? total : `${found.length.toLocaleString('en')} of ${total}`)
  }

  #sort(rows: ConnectionRow[]): void {
    const at = this.#sortedBy
    // An older one has come earlier.
    const sign = this.#isDescending === (at === 3) ? 1 : -1
    rows.sort((a, b) => {
      const [x, y] = [a[at] as number | string, b[at] as number | string]
      return x < y ? -sign : x > y ? sign : a[0] - b[0]
    })
  }

  #sortBy(index: number): void {
    this.#isDescending = this.#sortedBy === index ? !this.#isDescending : index > 2
    this.#sortedBy = index
    this.#markSorting()
    this.#changed()
  }

  #markSorting(): void {
    for (const [index, head] of this.#heads.entries()) {
      if (index === this.#sortedBy) {
        head.setAttribute('aria-sort', this.#isDescending ? 'descending' : 'ascending')
      } else head.removeAttribute('aria-sort')
    }
  }

  #fill(row: HTMLElement, [id, state, address, acceptedAt, read, written]: ConnectionRow): void {
    if (row.childElementCount === 0) {
      row.append(...COLUMNS.map(({ name, className }) => element('span', `${name} ${className}`.trim())))
    }
    row.classList.toggle('is-opened', id === this.opened)
    const age = formatAge(Math.max(0, this.#store.now - acceptedAt))
    const texts = [`#${id}`, outermost(state), address, age, formatBytes(read), formatBytes(written)]
    for (const [index, text] of texts.entries()) setText(row.children[index] as Element, text)
    setTone(row.children[1] as HTMLElement, state)
  }
}
