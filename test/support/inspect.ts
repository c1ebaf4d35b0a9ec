// Inspectors that a test need not close, and a reader of what they tell their pages.
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { afterEach } from 'vitest'
import { createInspector, type Inspector, type InspectorOptions } from '../../src/inspector/index.ts'
import type { Frame, Hello, LogEntry, ServerFrame } from '../../src/inspector/protocol.ts'

const inspectors = new Set<Inspector>()
const streams = new Set<Page>()

export async function inspector(options: InspectorOptions = {}): Promise<Inspector> {
  const created = await createInspector(options)
  inspectors.add(created)
  return created
}

afterEach(async () => {
  for (const stream of streams) stream.close()
  streams.clear()
  await Promise.all(Array.from(inspectors, (one) => one.close()))
  inspectors.clear()
})

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

export interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** Not `fetch`, which sets Host and Origin by itself. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
    })
    asked.on('error', reject).end(body)
  })
}

/** Sends JSON to `path` below the inspector's URL. */
export function post({ url }: Inspector, path: string, body: unknown, headers = {}): Promise<Answer> {
  return ask(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

/** A page, as far as the inspector can tell: it takes the stream of events. */
export class Page {
  hello: Hello | undefined
  readonly frames: Frame[] = []
  readonly response: IncomingMessage
  #received = ''
  #wake: () => void = () => {}
  isEnded = false

  static async open({ url }: Inspector): Promise<Page> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${url}events`, { agent: false }, resolve).on('error', reject).end()
    })
    const page = new Page(response)
    streams.add(page)
    await page.until(() => page.hello !== undefined)
    return page
  }

  private constructor(response: IncomingMessage) {
    this.response = response
    response.setEncoding('utf8').on('data', (text) => this.#receive(text))
    response.on('error', () => {})
    response.on('close', () => {
      this.isEnded = true
      this.#wake()
    })
  }

  #receive(text: string): void {
    const messages = (this.#received + text).split('\n\n')
    this.#received = messages.pop() ?? ''
    for (const message of messages) {
      const [, event, data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? []
      if (event === 'hello') this.hello = JSON.parse(data)
      else if (event === 'frame') this.frames.push(JSON.parse(data))
    }
    this.#wake()
  }

  /** Resolves once the predicate holds: now, or after a later message. */
  async until(predicate: () => boolean): Promise<void> {
    while (!predicate()) {
      if (this.isEnded) throw new Error('The stream has ended')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The newest of what was told of a server. */
  server(id = 1): ServerFrame | undefined {
    return this.frames.flatMap(({ servers }) => servers.filter((server) => server.id === id)).at(-1)
  }

  /** The numbers of the connections that it shows. */
  get connections(): number[] {
    const shown = new Set<number>()
    for (const { servers } of this.frames) {
      for (const { isWhole, rows, gone } of servers) {
        if (isWhole) shown.clear()
        for (const [id] of rows) shown.add(id)
        for (const id of gone) shown.delete(id)
      }
    }
    return [...shown].sort((a, b) => a - b)
  }

  get log(): LogEntry[] {
    return this.frames.flatMap(({ log }) => log.entries)
  }

  get missed(): number {
    return this.frames.reduce((sum, { log }) => sum + log.missed, 0)
  }

  close(): void {
    this.response.destroy()
  }
}
