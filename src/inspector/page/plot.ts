// Lines over the last minute.
import type { Second } from '../protocol.ts'
import { element, setText } from './elements.ts'

const SVG = 'http://www.w3.org/2000/svg'
const SECONDS = 60
const HEIGHT = 100

export interface Series {
  name: string
  /** Its place in a `Second`. */
  index: number
}

export class Plot {
  readonly element = element('figure', 'plot')
  readonly #caption = element('figcaption')
  readonly #scale = element('span')
  readonly #lines: { series: Series; line: SVGPathElement; area: SVGPathElement | undefined }[]
  readonly #limit: SVGPathElement
  readonly #drawing: SVGSVGElement

  constructor(title: string, series: Series[]) {
    this.#drawing = document.createElementNS(SVG, 'svg')
    this.#drawing.setAttribute('viewBox', `0 0 ${SECONDS - 1} ${HEIGHT}`)
    this.#drawing.setAttribute('preserveAspectRatio', 'none')
    this.#drawing.setAttribute('role', 'img')
    this.#lines = series.map((one) => {
      const area = series.length === 1 ? this.#path('area', one.name) : undefined
      return { series: one, area, line: this.#path('line', one.name) }
    })
    this.#limit = this.#path('limit', '')
    this.#caption.append(element('span', '', title), this.#scale)
    this.element.append(this.#caption, this.#drawing)
  }

  #path(className: string, series: string): SVGPathElement {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('class', className)
    if (series) path.dataset['series'] = series
    this.#drawing.append(path)
    return path
  }

  /** `limit` is drawn where it is in sight. */
  show(minute: readonly Second[], limit = 0): void {
    const values = this.#lines.map(({ series }) => minute.map((second) => second[series.index] ?? 0))
    const max = Math.max(1, ...values.flat())
    const top = limit > 0 && limit <= max * 2 ? Math.max(max, limit) : max
    const y = (value: number) => (HEIGHT - (value / top) * (HEIGHT - 8) - 2).toFixed(1)
    const offset = SECONDS - minute.length
    for (const [index, { line, area }] of this.#lines.entries()) {
      const points = (values[index] ?? []).map((value, at) => `${offset + at} ${y(value)}`)
      const drawn = points.length > 0 ? `M${points.join('L')}` : ''
      line.setAttribute('d', drawn)
      area?.setAttribute('d', drawn && `${drawn}L${SECONDS - 1} ${HEIGHT}L${offset} ${HEIGHT}Z`)
    }
    this.#limit.setAttribute(
      'd',
      limit > 0 && limit <= top ? `M0 ${y(limit)}L${SECONDS - 1} ${y(limit)}` : '',
    )
    setText(this.#scale, `max ${max.toLocaleString('en')}`)
    const now = this.#lines.map(({ series }) => `${minute.at(-1)?.[series.index] ?? 0} ${series.name}`)
    this.#drawing.setAttribute('aria-label', `The last minute; in the last second ${now.join(', ')}`)
  }
}
