// The inspector's answers to HTTP requests. Everything lies below the token.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { rejectUnknownKeys, requireInteger, requireObject, requireString } from '../../common/validate.ts'
import type { OpenRequest } from '../protocol.ts'
import type { Audience } from '../watch/audience.ts'
import type { Watch } from '../watch/watch.ts'
import type { Asset } from './assets.ts'
import { control, NotFoundError } from './control.ts'
import type { Guard } from './guard.ts'

const MAX_BODY = 4_096

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
}

export interface SiteOptions {
  guard: Guard
  watch: Watch
  audience: Audience
  assets: ReadonlyMap<string, Asset>
  control: boolean
}

export class Site {
  readonly #options: SiteOptions

  constructor(options: SiteOptions) {
    this.#options = options
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { guard } = this.#options
    const { headers } = request
    if (!guard.isHostAllowed(headers))
      return refuse(response, 403, 'The Host of the request is not known here.')
    const [path, isSlashMissing] = this.#pathBelowToken(request)
    if (path === undefined) return refuse(response, 403, 'The token in the URL is missing or wrong.')
    // Following a link is fine for whoever has the token.
    const isNavigation = request.method === 'GET' && path === ''
    if (isNavigation ? guard.isForeignScript(headers) : !guard.isOwnOrigin(headers)) {
      return refuse(response, 403, 'The Origin of the request is not known here.')
    }
    if (isSlashMissing) {
      response.writeHead(308, { ...HEADERS, Location: `/${guard.token}/` }).end()
    } else if (request.method === 'GET') this.#get(path, request, response)
    else if (request.method === 'POST') await this.#post(path, request, response)
    else refuse(response, 405, 'Only GET and POST.')
  }

  /** What comes after the token, and whether it is only the slash that is missing. */
  #pathBelowToken({ url = '' }: IncomingMessage): [path: string | undefined, isSlashMissing: boolean] {
    const [, given = '', rest] = /^\/([^/?]*)(?:\/([^?]*))?/.exec(url) ?? []
    if (!this.#options.guard.isToken(given)) return [undefined, false]
    return [rest ?? '', rest === undefined]
  }

  #get(path: string, request: IncomingMessage, response: ServerResponse): void {
    const { assets, audience } = this.#options
    if (path === 'events') {
      if (audience.isFull) return refuse(response, 503, 'Too many pages look already.')
      // Whoever is gone is noticed at the next keep-alive at the latest.
      request.socket.setKeepAlive(true).setNoDelay(true)
      response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' })
      return audience.add(response, this.#options.control)
    }
    const asset = assets.get(path)
    if (!asset) return refuse(response, 404, 'There is nothing here.')
    response.writeHead(200, { ...HEADERS, 'Content-Type': asset.type }).end(asset.content)
  }

  async #post(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (path !== 'open' && path !== 'control') return refuse(response, 404, 'There is nothing here.')
    if (path === 'control' && !this.#options.control) {
      return refuse(response, 403, 'This inspector was created without control: true.')
    }
    // What a form of another page can send is not JSON.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return refuse(response, 415, 'Only JSON.')
    }
    const body = await readBody(request)
    if (body === undefined) return refuse(response, 413, `At most ${MAX_BODY} bytes.`)
    try {
      const asked = JSON.parse(body)
      if (path === 'open') this.#open(asked)
      else control(this.#options.watch, asked)
      response.writeHead(204, HEADERS).end()
    } catch (error) {
      refuse(response, error instanceof NotFoundError ? 404 : 400, (error as Error).message)
    }
  }

  #open(request: unknown): void {
    const asked = requireObject('The request', request, 'an object') as Partial<OpenRequest>
    rejectUnknownKeys('The request', asked, ['viewer', 'server', 'connection'])
    const { viewer: id, server = 0, connection = 0 } = asked
    requireInteger('server', server, 0, Number.MAX_SAFE_INTEGER)
    requireInteger('connection', connection, 0, Number.MAX_SAFE_INTEGER)
    const viewer = this.#options.audience.find(requireString('viewer', id))
    if (!viewer) throw new NotFoundError('There is no such viewer')
    const found = this.#options.watch.servers.get(server)?.connections.get(connection)
    if (connection !== 0 && !found) throw new NotFoundError(`Connection ${connection} is gone`)
    viewer.open(found)
  }
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
  response.end(`${reason}\n`)
}

/** `undefined` if it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BODY) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
