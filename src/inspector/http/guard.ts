// Who may talk to an inspector. A page of somebody else can make a browser send requests to
// loopback, under a name of its own choosing even (DNS rebinding), so besides the token the names
// of both ends are checked.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

const TOKEN_BYTES = 24

export interface GuardOptions {
  host: string
  allowedHosts: readonly string[]
  allowedOrigins: readonly string[]
}

export class Guard {
  /** 192 random bits, as a URL takes them. */
  readonly token = randomBytes(TOKEN_BYTES).toString('base64url')
  readonly #digest = digest(this.token)
  readonly #hosts: ReadonlySet<string>
  readonly #origins: ReadonlySet<string>

  constructor({ host, allowedHosts, allowedOrigins }: GuardOptions) {
    this.#hosts = new Set(['localhost', host.toLowerCase(), ...allowedHosts])
    this.#origins = new Set(allowedOrigins)
  }

  /** In a time that does not depend on how much of it is right. */
  isToken(given: string): boolean {
    return timingSafeEqual(digest(given), this.#digest)
  }

  /** No foreign name leads here. An address is nobody's name, and ports may be forwarded. */
  isHostAllowed({ host }: IncomingHttpHeaders): boolean {
    const found = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(host ?? '')
    if (!found) return false
    const [, address, name = ''] = found
    if (address !== undefined) return isIP(address) === 6
    return isIP(name) === 4 || this.#hosts.has(name.toLowerCase())
  }

  /** The request comes from the inspector's own page, or from no page at all. */
  isOwnOrigin(headers: IncomingHttpHeaders): boolean {
    const { 'sec-fetch-site': site } = headers
    return site !== 'cross-site' && site !== 'same-site' && !this.isForeignScript(headers)
  }

  /** A script of another page asks. Who follows a link there has no Origin. */
  isForeignScript({ origin, host }: IncomingHttpHeaders): boolean {
    return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`
  }

  /** Or from a page that was named. */
  isOriginAllowed(headers: IncomingHttpHeaders): boolean {
    const { origin } = headers
    return (origin !== undefined && this.#origins.has(origin)) || this.isOwnOrigin(headers)
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
