// The buttons that command a server; made only where commands are taken.
import { isWithin } from '../../common/state.ts'
import { isDrained, isOver } from '../../describe/state.ts'
import type { ControlRequest } from '../protocol.ts'
import { confirm } from './confirm.ts'
import { button, byId, element } from './elements.ts'
import type { ServerView } from './store.ts'

type Command = ControlRequest extends infer Request
  ? Request extends { server: number }
    ? Omit<Request, 'server'>
    : never
  : never

export class Controls {
  readonly #send: (command: Command) => void
  readonly #pause: HTMLButtonElement
  readonly #resume: HTMLButtonElement
  readonly #drop: HTMLButtonElement
  readonly #limit = element('input')
  readonly #setLimit: HTMLButtonElement
  readonly #drain: HTMLButtonElement
  readonly #close: HTMLButtonElement
  #isDropping = false

  constructor(send: (command: Command) => void) {
    this.#send = send
    this.#pause = button('Pause', () => send({ command: 'pause' }))
    this.#resume = button('Resume', () => send({ command: 'resume' }))
    this.#drop = button('Drop', () => send({ command: 'drop', isDropping: !this.#isDropping }))
    this.#limit.type = 'number'
    this.#limit.min = '1'
    this.#limit.required = true
    this.#limit.setAttribute('aria-label', 'Maximum number of connections')
    this.#limit.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') this.#changeLimit()
    })
    this.#setLimit = button('Set', () => this.#changeLimit())
    this.#drain = button('Drain', () => void this.#askToDrain(), 'danger')
    this.#close = button('Close', () => void this.#askToClose(), 'danger')
    const limit = element('span', 'limit', 'Limit')
    limit.append(this.#limit, this.#setLimit)
    const buttons = element('div', 'buttons')
    buttons.setAttribute('role', 'group')
    buttons.setAttribute('aria-label', 'Commands')
    buttons.append(
      this.#pause,
      this.#resume,
      this.#drop,
      limit,
      element('span', 'gap'),
      this.#drain,
      this.#close,
    )
    byId('controls').replaceChildren(buttons)
  }

  show({ frame: { state, pausedByHand, maxConnections } }: ServerView): void {
    const isDone = isOver(state)
    this.#isDropping = isWithin(state, 'dropping')
    this.#pause.disabled = isDone || pausedByHand
    this.#resume.disabled = isDone || !pausedByHand
    this.#drop.disabled = isDone
    this.#drop.setAttribute('aria-pressed', String(this.#isDropping))
    this.#limit.disabled = isDone
    this.#setLimit.disabled = isDone
    this.#close.disabled = isDone
    this.#drain.disabled = isDrained(state)
    if (document.activeElement !== this.#limit && this.#limit.dataset['told'] !== String(maxConnections)) {
      this.#limit.dataset['told'] = String(maxConnections)
      this.#limit.value = String(maxConnections)
    }
  }

  #changeLimit(): void {
    if (!this.#limit.reportValidity()) return
    this.#send({ command: 'limit', maxConnections: this.#limit.valueAsNumber })
  }

  async #askToDrain(): Promise<void> {
    const question = 'Close the server, and destroy after 15 seconds the connections that are left?'
    if (await confirm(question, 'Drain')) this.#send({ command: 'drain' })
  }

  async #askToClose(): Promise<void> {
    if (await confirm('Close the server? Connections that exist go on.', 'Close'))
      this.#send({ command: 'close' })
  }
}
