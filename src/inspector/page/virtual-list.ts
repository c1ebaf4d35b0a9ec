// A list of any length, of which the part in sight is drawn. Rows are as high as `--row` says and
// are used again.
import { element } from './elements.ts'

const SPARE = 6

export interface VirtualListOptions<Item> {
  place: HTMLElement
  name: string
  label: string
  head: readonly HTMLElement[]
  /** Fills a row, which may have shown another item before. */
  fill: (row: HTMLElement, item: Item) => void
  /** Tells items apart, for the active one to stay active when the list moves. */
  keyOf: (item: Item) => number
  onOpen?: (item: Item) => void
  empty: string
}

export class VirtualList<Item> {
  readonly #options: VirtualListOptions<Item>
  readonly #scroller = element('div', 'scroller')
  readonly #spacer = element('div', 'spacer')
  readonly #empty = element('p', 'empty')
  readonly #rows: HTMLElement[] = []
  #items: readonly Item[] = []
  #active: number | undefined
  #rowHeight = 0

  constructor(options: VirtualListOptions<Item>) {
    this.#options = options
    const { place, name, label, head } = options
    place.classList.add(name)
    const headRow = element('div', 'list-head')
    headRow.append(...head)
    this.#scroller.tabIndex = 0
    this.#scroller.setAttribute('role', 'listbox')
    this.#scroller.setAttribute('aria-label', label)
    this.#spacer.setAttribute('role', 'presentation')
    this.#empty.textContent = options.empty
    this.#scroller.append(this.#spacer, this.#empty)
    place.append(headRow, this.#scroller)
    this.#scroller.addEventListener('scroll', () => this.draw(), { passive: true })
    this.#scroller.addEventListener('keydown', (event) => this.#onKey(event))
    this.#scroller.addEventListener('click', (event) => this.#onClick(event))
    new ResizeObserver(() => {
      this.#rowHeight = 0
      this.draw()
    }).observe(this.#scroller)
  }

  /** `added` items have come at the top: whoever has scrolled down goes on seeing the same. */
  show(items: readonly Item[], added = 0): void {
    this.#items = items
    this.#spacer.style.height = `${items.length * this.#height}px`
    if (added > 0 && this.#scroller.scrollTop > 0) this.#scroller.scrollTop += added * this.#height
    this.draw()
  }

  set empty(text: string) {
    if (this.#empty.textContent !== text) this.#empty.textContent = text
  }

  get #height(): number {
    if (this.#rowHeight === 0) {
      this.#rowHeight = (this.#rows[0] ?? this.#addRow()).offsetHeight || 32
      this.#spacer.style.height = `${this.#items.length * this.#rowHeight}px`
    }
    return this.#rowHeight
  }

  draw(): void {
    const height = this.#height
    const { scrollTop, clientHeight } = this.#scroller
    const first = Math.max(0, Math.floor(scrollTop / height) - SPARE)
    const last = Math.min(this.#items.length, Math.ceil((scrollTop + clientHeight) / height) + SPARE)
    for (let index = first; index < last; index++) this.#drawRow(index - first, index)
    for (let unused = Math.max(0, last - first); unused < this.#rows.length; unused++) {
      const row = this.#rows[unused] as HTMLElement
      row.hidden = true
    }
    this.#empty.hidden = this.#items.length > 0
  }

  #drawRow(slot: number, index: number): void {
    const item = this.#items[index] as Item
    const row = this.#rows[slot] ?? this.#addRow()
    row.hidden = false
    row.style.transform = `translateY(${index * this.#height}px)`
    row.dataset['index'] = String(index)
    const isActive = this.#options.keyOf(item) === this.#active
    row.classList.toggle('is-active', isActive)
    row.setAttribute('aria-selected', String(isActive))
    row.setAttribute('aria-posinset', String(index + 1))
    row.setAttribute('aria-setsize', String(this.#items.length))
    if (isActive) this.#scroller.setAttribute('aria-activedescendant', row.id)
    this.#options.fill(row, item)
  }

  #addRow(): HTMLElement {
    const row = element('div', 'row')
    row.id = `${this.#options.name}-row-${this.#rows.length}`
    row.setAttribute('role', 'option')
    this.#rows.push(row)
    this.#spacer.append(row)
    return row
  }

  #onClick({ target }: Event): void {
    const row = (target as Element).closest<HTMLElement>('.row')
    if (row) this.#activate(Number(row.dataset['index']), true)
  }

  #onKey(event: KeyboardEvent): void {
    const { length } = this.#items
    if (length === 0) return
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#height) - 1)
    const at = this.#items.findIndex((item) => this.#options.keyOf(item) === this.#active)
    const to: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: length - 1,
    }
    const next = to[event.key]
    if (event.key === 'Enter' && at >= 0) this.#activate(at, true)
    else if (next !== undefined) this.#activate(Math.min(Math.max(next, 0), length - 1), false)
    else return
    event.preventDefault()
  }

  #activate(index: number, isOpening: boolean): void {
    const item = this.#items[index]
    if (item === undefined) return
    this.#active = this.#options.keyOf(item)
    const top = index * this.#height
    const { scrollTop, clientHeight } = this.#scroller
    if (top < scrollTop) this.#scroller.scrollTop = top
    else if (top + this.#height > scrollTop + clientHeight) {
      this.#scroller.scrollTop = top + this.#height - clientHeight
    }
    this.draw()
    if (isOpening) this.#options.onOpen?.(item)
  }
}
