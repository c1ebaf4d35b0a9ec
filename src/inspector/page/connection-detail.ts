// One connection, opened.
import { formatAge, formatBytes } from '../../common/units.ts'
import type { OpenedConnection } from '../protocol.ts'
import { Chart } from './chart.ts'
import { button, byId, element, setText, setTone } from './elements.ts'
import { formatTime } from './event-log.ts'

export interface DetailOutput {
  closed(): void
  destroy(server: number, connection: number): void
}

const FACTS = ['address', 'age', 'in', 'out', 'accepted'] as const

export class ConnectionDetail {
  readonly #dialog = byId<HTMLDialogElement>('opened')
  readonly #chart = new Chart(byId('connection-chart'))
  readonly #facts = new Map<string, HTMLElement>()
  readonly #destroy: HTMLButtonElement
  #opened: OpenedConnection | undefined
  #historyLength = -1

  constructor(output: DetailOutput) {
    for (const name of FACTS) {
      const fact = element('div')
      const value = element('dd')
      fact.append(element('dt', '', name), value)
      byId('opened-facts').append(fact)
      this.#facts.set(name, value)
    }
    this.#destroy = button(
      'Destroy this connection',
      () => this.#opened && output.destroy(this.#opened.server, this.#opened.row[0]),
      'danger',
    )
    byId('opened-close').addEventListener('click', () => this.#dialog.close())
    // A dialog that is not modal does not do this by itself.
    this.#dialog.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.#dialog.close()
    })
    this.#dialog.addEventListener('close', () => {
      this.#opened = undefined
      output.closed()
    })
  }

  allowControl(): void {
    const buttons = element('div', 'buttons')
    buttons.append(this.#destroy)
    byId('opened-controls').replaceChildren(buttons)
  }

  update(opened: OpenedConnection): void {
    if (this.#opened?.row[0] !== opened.row[0] || this.#opened.server !== opened.server)
      this.#historyLength = -1
    this.#opened = opened
    if (!this.#dialog.open) this.#dialog.show()
  }

  /** To be called for each frame: it grows older. */
  show(now: number): void {
    if (!this.#opened) return
    const { row, history } = this.#opened
    const [id, state, address, acceptedAt, read, written] = row
    setText(byId('opened-title'), `Connection #${id}`)
    const pill = byId('opened-state')
    setText(pill, state)
    setTone(pill, state)
    const last = history.at(-1)
    const until = state === 'closed' && last ? last.at : now
    const texts = {
      address,
      age: formatAge(Math.max(0, until - acceptedAt)),
      in: formatBytes(read),
      out: formatBytes(written),
      accepted: formatTime(acceptedAt),
    }
    for (const name of FACTS) setText(this.#facts.get(name) as Element, texts[name])
    this.#destroy.disabled = state === 'closed'
    this.#chart.light(state)
    if (history.length === this.#historyLength) return
    this.#historyLength = history.length
    this.#chart.mark(last && { from: last.from, to: last.state, event: last.event }, [])
    byId('opened-history').replaceChildren(...history.toReversed().map(historyLine))
  }
}

function historyLine({ at, event, state, payload }: OpenedConnection['history'][number]): HTMLElement {
  const line = element('li')
  line.append(
    element('time', '', formatTime(at)),
    element('span', '', event),
    element('span', 'to', `→ ${state}`),
  )
  if (payload !== undefined) line.append(element('span', 'payload', payload))
  return line
}
