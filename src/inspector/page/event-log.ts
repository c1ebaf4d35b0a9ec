// What has happened, the newest first.
import type { LogEntry, LogFrame } from '../protocol.ts'
import { byId, element, setText } from './elements.ts'
import { VirtualList } from './virtual-list.ts'

const KEPT = 2_000

interface Line {
  key: number
  entry: LogEntry | undefined
  /** Those that the page was not told of. */
  missed: number
}

export class EventLog {
  readonly #list: VirtualList<Line>
  readonly #filter = byId<HTMLInputElement>('log-filter')
  readonly #pause = byId<HTMLButtonElement>('log-pause')
  readonly #count = byId('log-count')
  /** The oldest first. */
  #lines: Line[] = []
  /** Those that came while it is paused. */
  #waiting: Line[] = []
  #isPaused = false
  #added = 0
  #hasChanged = true
  #keys = 0
  #server = 0

  constructor(onOpen: (connection: number) => void) {
    this.#list = new VirtualList<Line>({
      place: byId('log'),
      name: 'log',
      label: 'Events, the newest first; Enter opens the connection of one',
      head: ['time', 'source', 'event'].map((name) => element('span', name, name)),
      fill: fillLine,
      keyOf: ({ key }) => key,
      onOpen: ({ entry }) => {
        if (entry && entry.connection > 0) onOpen(entry.connection)
      },
      empty: 'Nothing has happened yet.',
    })
    this.#filter.addEventListener('input', () => {
      this.#hasChanged = true
      this.show(this.#server)
    })
    this.#pause.addEventListener('click', () => this.#togglePause())
  }

  add({ entries, missed }: LogFrame): void {
    const lines = entries.map((entry): Line => ({ key: ++this.#keys, entry, missed: 0 }))
    if (missed > 0) lines.unshift({ key: ++this.#keys, entry: undefined, missed })
    if (lines.length === 0) return
    if (this.#isPaused) this.#waiting = [...this.#waiting, ...lines].slice(-KEPT)
    else this.#append(lines)
    this.#hasChanged = true
  }

  clear(): void {
    this.#lines = []
    this.#waiting = []
    this.#hasChanged = true
  }

  #append(lines: Line[]): void {
    this.#lines = [...this.#lines, ...lines].slice(-KEPT)
    this.#added += lines.filter((line) => this.#isShown(line)).length
  }

  #togglePause(): void {
    this.#isPaused = !this.#isPaused
    this.#pause.setAttribute('aria-pressed', String(this.#isPaused))
    this.#pause.textContent = this.#isPaused ? 'Continue' : 'Freeze'
    if (!this.#isPaused) this.#append(this.#waiting.splice(0))
    this.#hasChanged = true
    this.show(this.#server)
  }

  /** Those of one server. */
  show(server: number): void {
    if (server !== this.#server) this.#hasChanged = true
    this.#server = server
    if (!this.#hasChanged) return
    this.#hasChanged = false
    const shown = this.#lines.filter((line) => this.#isShown(line)).reverse()
    this.#list.empty = this.#lines.length === 0 ? 'Nothing has happened yet.' : 'No event is like that.'
    this.#list.show(shown, this.#added)
    this.#added = 0
    const waiting = this.#waiting.length
    setText(this.#count, this.#isPaused ? `frozen, ${waiting.toLocaleString('en')} new` : '')
  }

  #isShown({ entry }: Line): boolean {
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean)
    if (!entry) return words.length === 0
    if (entry.server !== this.#server) return false
    const text = `${sourceOf(entry)} ${entry.event} ${entry.state} ${entry.payload ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
}

function fillLine(row: HTMLElement, { entry, missed }: Line): void {
  if (row.childElementCount === 0) {
    row.append(...['time', 'source', 'event', 'after', 'missed'].map((name) => element('span', name)))
    row.children[3]?.append(element('span', 'to'), element('span', 'payload'))
  }
  const cells = [...row.children] as HTMLElement[]
  const [time, source, event, after, gap] = cells
  for (const cell of cells) cell.hidden = (cell === gap) !== (entry === undefined)
  if (gap) setText(gap, `… ${missed.toLocaleString('en')} events not shown`)
  if (!entry || !time || !source || !event || !after) return
  setText(time, formatTime(entry.at))
  setText(source, sourceOf(entry))
  setText(event, entry.event)
  const [to, payload] = [...after.children] as HTMLElement[]
  if (to) setText(to, entry.from === entry.state ? `in ${entry.state}` : `→ ${entry.state}`)
  if (payload) setText(payload, entry.payload ?? '')
  after.title = entry.payload ?? ''
}

export function sourceOf({ connection }: LogEntry): string {
  return connection === 0 ? 'listener' : `#${connection}`
}

/** To the millisecond, in local time. */
export function formatTime(at: number): string {
  const date = new Date(at)
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}
