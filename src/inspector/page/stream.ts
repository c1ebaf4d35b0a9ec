// The connection to the inspector: what it tells, and what is asked of it.
import type { ControlRequest, Frame, Hello, OpenRequest } from '../protocol.ts'

export interface StreamOutput {
  hello(hello: Hello): void
  frame(frame: Frame): void
  status(status: 'connecting' | 'live' | 'lost'): void
}

export class Stream {
  /** Below the token, which is in the page's own address. */
  readonly #base = new URL('.', location.href)
  #viewer = ''

  constructor(output: StreamOutput) {
    const source = new EventSource(new URL('events', this.#base))
    source.addEventListener('hello', ({ data }) => {
      const hello = JSON.parse(data) as Hello
      this.#viewer = hello.viewer
      output.status('live')
      output.hello(hello)
    })
    source.addEventListener('frame', ({ data }) => output.frame(JSON.parse(data) as Frame))
    // The browser tries again by itself, unless it was refused.
    source.addEventListener('error', () =>
      output.status(source.readyState === EventSource.CLOSED ? 'lost' : 'connecting'),
    )
    // A stream that a page in the browser's cache keeps open would count as one that looks.
    addEventListener('pagehide', () => source.close())
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) location.reload()
    })
  }

  /** Shows one connection, or none. Gives what is wrong, if anything is. */
  open(opened?: { server: number; connection: number }): Promise<string | undefined> {
    return this.#post('open', { viewer: this.#viewer, ...opened } satisfies OpenRequest)
  }

  control(request: ControlRequest): Promise<string | undefined> {
    return this.#post('control', request)
  }

  async #post(path: string, body: object): Promise<string | undefined> {
    try {
      const response = await fetch(new URL(path, this.#base), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
      return response.ok ? undefined : (await response.text()).trim()
    } catch {
      return 'The inspector does not answer.'
    }
  }
}
