// HTTP servers whose answers a test gives, and a load of HTTP clients.
import {
  type Agent,
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request,
  type ServerResponse,
} from 'node:http'
import { deferred } from '../../src/common/deferred.ts'

export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

/** Requests that wait for the test to answer them. */
export class ManualAnswers {
  readonly #exchanges: Exchange[] = []
  #wake = deferred()

  readonly listener = (request: IncomingMessage, response: ServerResponse): void => {
    this.#exchanges.push({ request, response })
    this.#wake.resolve()
  }

  get count(): number {
    return this.#exchanges.length
  }

  /** Resolves with the request of that number, counted from 0, once its headers have come. */
  async exchange(index: number): Promise<Exchange> {
    while (this.#exchanges.length <= index) {
      await this.#wake.promise
      this.#wake = deferred()
    }
    return this.#exchanges[index] as Exchange
  }
}

/** An HTTP server that never listens, and keeps idle connections for longer than any test lasts. */
export function createHttpServer(listener?: (request: IncomingMessage, response: ServerResponse) => void) {
  return createServer({ keepAliveTimeout: 600_000 }, listener)
}

/** A request as it is sent. */
export function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
}

export interface Answer {
  status: number | undefined
  connection: string | undefined
  body: string
}

/** Sends a request and resolves with the whole answer. */
export function fetchFrom(options: RequestOptions, send = request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    send({ host: '127.0.0.1', ...options }, (response) => {
      let body = ''
      response
        .setEncoding('utf8')
        .on('data', (text) => {
          body += text
        })
        .on('end', () =>
          resolve({ status: response.statusCode, connection: response.headers.connection, body }),
        )
        .on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

export interface Load {
  port: number
  workers: number
  requests: number
  /** The agent of a worker; `false` is a connection for each request. */
  agent: () => Agent | false
}

/**
 * What so many clients get who send so many requests between them, one after the other each.
 * Rejects if a request fails.
 */
export async function load({ port, workers, requests, agent }: Load): Promise<Answer[]> {
  const answers: Answer[] = []
  let sent = 0
  const work = async () => {
    const own = agent()
    while (sent < requests) answers.push(await fetchFrom({ port, agent: own, path: `/${sent++}` }))
    if (own) own.destroy()
  }
  await Promise.all(Array.from({ length: workers }, work))
  return answers
}
