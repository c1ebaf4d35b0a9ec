// Counts and limits, as numbers and over the last minute.
import type { Totals } from '../protocol.ts'
import { byId, element, setText } from './elements.ts'
import { Plot } from './plot.ts'
import type { ServerView } from './store.ts'

const COUNTED: readonly { name: keyof Totals; index: number }[] = [
  { name: 'accepted', index: 2 },
  { name: 'dropped', index: 3 },
  { name: 'refused', index: 4 },
  { name: 'errors', index: 5 },
]

class Figure {
  readonly element = element('div', 'number')
  readonly value = element('p', 'value')
  readonly rate = element('p', 'rate')

  constructor(name: string) {
    this.element.dataset['series'] = name
    const title = element('h3', '', name)
    this.element.append(title, this.value, this.rate)
  }
}

export class Figures {
  readonly #connections = new Figure('connections')
  readonly #counted = COUNTED.map(({ name, index }) => ({ name, index, figure: new Figure(name) }))
  readonly #bar = element('progress')
  readonly #connectionsPlot = new Plot('connections, last minute', [{ name: 'connections', index: 1 }])
  readonly #ratesPlot = new Plot('per second', [...COUNTED])

  constructor() {
    this.#connections.element.classList.add('wide')
    this.#bar.setAttribute('aria-label', 'Places taken')
    this.#connections.element.append(this.#bar)
    byId('numbers').append(this.#connections.element, ...this.#counted.map(({ figure }) => figure.element))
    byId('plots').append(this.#connectionsPlot.element, this.#ratesPlot.element)
  }

  show({ frame, minute }: ServerView): void {
    const { connections, maxConnections, totals, waiting } = frame
    const { value, rate } = this.#connections
    const limit = maxConnections >= Number.MAX_SAFE_INTEGER ? 'no limit' : maxConnections.toLocaleString('en')
    const text = `${connections.toLocaleString('en')} / ${limit}`
    if (value.textContent !== text) {
      value.replaceChildren(connections.toLocaleString('en'), element('small', '', ` / ${limit}`))
    }
    setText(rate, waiting === undefined ? '' : `${waiting.toLocaleString('en')} waiting`)
    rate.title = "Clients in the kernel's queue, which were not accepted yet"
    rate.dataset['tone'] = waiting ? 'busy' : 'calm'
    this.#bar.max = Math.max(1, maxConnections)
    this.#bar.value = Math.min(connections, maxConnections)
    for (const { name, index, figure } of this.#counted) {
      setText(figure.value, totals[name].toLocaleString('en'))
      // The last second that is over.
      setText(figure.rate, `${(minute.at(-2)?.[index] ?? 0).toLocaleString('en')} /s`)
    }
    // The newest second is not over yet.
    const over = minute.slice(0, -1)
    this.#connectionsPlot.show(over, maxConnections)
    this.#ratesPlot.show(over)
  }
}
