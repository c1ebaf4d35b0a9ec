// A drawn chart whose states light up.
import { isWithin } from '../../common/state.ts'
import type { Transition } from '../protocol.ts'
import { setTone } from './elements.ts'

const FLASH = 700

export class Chart {
  readonly #states: SVGGElement[]
  readonly #edges: SVGGElement[]
  readonly #place: HTMLElement
  #shown = ''
  #lit: SVGGElement[] = []

  constructor(place: HTMLElement) {
    this.#place = place
    this.#states = [...place.querySelectorAll<SVGGElement>('[data-state]')]
    this.#edges = [...place.querySelectorAll<SVGGElement>('[data-edge]')]
  }

  /** Lights the state, dotted, and those that it is in. */
  light(state: string): void {
    if (state === this.#shown) return
    const isFirst = this.#shown === ''
    this.#shown = state
    for (const group of this.#states) {
      const name = group.dataset['state'] ?? ''
      const isLit = isWithin(state, name)
      group.classList.remove('is-active')
      group.classList.toggle('is-within', isLit)
      if (isLit) setTone(group, state)
      else delete group.dataset['tone']
    }
    // A picture may leave inner states out.
    const innermost = this.#states
      .filter((group) => isWithin(state, group.dataset['state'] ?? ''))
      .sort((a, b) => (b.dataset['state'] ?? '').length - (a.dataset['state'] ?? '').length)[0]
    innermost?.classList.add('is-active')
    innermost?.classList.remove('is-within')
    // Once only: a busy server changes its state all the time, and whoever reads scrolls by hand.
    if (isFirst && innermost) this.#scrollTo(innermost)
  }

  /** A narrow page shows a part of the chart. */
  #scrollTo(group: SVGGElement): void {
    const view = this.#place.getBoundingClientRect()
    const { left, width } = group.getBoundingClientRect()
    this.#place.scrollLeft += left + width / 2 - (view.left + view.width / 2)
  }

  /** Marks the edge of the last transition, and has the states that were passed through flash. */
  mark(last: Transition | undefined, passed: readonly Transition[]): void {
    for (const group of this.#lit) group.classList.remove('is-last')
    this.#lit = last ? this.#edgesOf(last) : []
    for (const group of this.#lit) group.classList.add('is-last')
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    for (const { to } of passed) {
      for (const group of this.#states) {
        if (group.dataset['state'] !== to || to === this.#shown) continue
        group.animate([{ opacity: 0.35 }, { opacity: 1 }], FLASH)
      }
    }
  }

  #edgesOf({ from, to, event }: Transition): SVGGElement[] {
    const between = this.#edges.filter(({ dataset }) => {
      const { source = '', target = '' } = dataset
      return (isWithin(from, source) || source === '') && (isWithin(to, target) || isWithin(target, to))
    })
    const byEvent = between.filter((edge) => eventsOf(edge).includes(event))
    if (byEvent[0]) return this.#partsOf(byEvent[0])
    if (from === to) return []
    // The event changed what the chart remembers, and a transition without an event followed.
    const eventless = between.filter((edge) =>
      eventsOf(edge).some((name) => name === '' || name === 'always'),
    )
    return eventless[0] ? this.#partsOf(eventless[0]) : []
  }

  /** An edge is drawn as a line, a label and a line. */
  #partsOf({ dataset }: SVGGElement): SVGGElement[] {
    return this.#edges.filter((part) => part.dataset['edge'] === dataset['edge'])
  }
}

function eventsOf(edge: SVGGElement): string[] {
  return (edge.dataset['events'] ?? '').split(' ')
}
