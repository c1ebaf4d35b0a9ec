// Makes and finds elements. What a server tells is only ever set as text.
import { toneOf } from '../../describe/state.ts'

export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no #${id}`)
  return found as Kind
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = '',
  text = '',
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

export function button(text: string, onClick: () => void, className = ''): HTMLButtonElement {
  const made = element('button', className, text)
  made.type = 'button'
  made.addEventListener('click', onClick)
  return made
}

/** To set what is there already would cost a layout, and make screen readers say it again. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text
}

/** Colours an element for a state, dotted. */
export function setTone(node: HTMLElement | SVGElement, state: string): void {
  const tone = toneOf(state)
  if (node.dataset['tone'] !== tone) node.dataset['tone'] = tone
}
