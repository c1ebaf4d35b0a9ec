// Reads headers of the PROXY protocol, however they are cut into pieces.
import { invalid, requireInteger, requireOptions } from '../common/validate.ts'
import { headerError, type ParsedProxyHeader, type ProxyHeader } from './header.ts'
import { readV1 } from './proxy-header-v1.ts'
import { readV2 } from './proxy-header-v2.ts'

export type ProxyVersion = 1 | 2

export interface ParseProxyHeaderOptions {
  /**
   * The versions that are read; a header of the other one is wrong.
   * @default [1, 2]
   */
  versions?: readonly ProxyVersion[]
  /**
   * Bytes that a header of version 2 may have behind its first 16, from 216 to 65,535. One of
   * version 1 has at most 107.
   * @default 4096
   */
  maxHeaderSize?: number
}

export const PROXY_VERSIONS: readonly ProxyVersion[] = [1, 2]
export const MAX_HEADER_SIZE = 4096

/** Two addresses of unix sockets. */
const MIN_HEADER_SIZE = 216

export function requireVersions(name: string, value: unknown): readonly ProxyVersion[] {
  const isList = Array.isArray(value) && value.length > 0
  return isList && value.every((one) => one === 1 || one === 2)
    ? [...value]
    : invalid(name, 'a list of 1, 2 or both', value)
}

export function requireMaxHeaderSize(name: string, value: unknown): number {
  return requireInteger(name, value, MIN_HEADER_SIZE, 0xffff)
}

/**
 * Reads the header at the beginning of `bytes`, and says how many bytes it has; what follows is
 * the client's. Undefined if `bytes` are only the beginning of a header: call it again with those
 * and more. Throws a `ClientError` with the code `ERR_PROXY_HEADER` and a `reason` at the first
 * byte with which they cannot become one; what additional fields say is looked at when all of it
 * is there. Throws a `TypeError` or `RangeError` for a wrong argument.
 *
 * @example
 * ```ts
 * const found = parseProxyHeader(Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 50000 80\r\nGET /'))
 * console.log(found?.header.source) // { family: 'IPv4', address: '192.0.2.1', port: 50000 }
 * console.log(found?.length) // 41
 * ```
 */
export function parseProxyHeader(
  bytes: Uint8Array,
  options: ParseProxyHeaderOptions = {},
): ParsedProxyHeader | undefined {
  if (!(bytes instanceof Uint8Array)) return invalid('bytes', 'a Uint8Array', bytes)
  const { versions = PROXY_VERSIONS, maxHeaderSize = MAX_HEADER_SIZE } = requireOptions(
    'parseProxyHeader',
    options,
    ['versions', 'maxHeaderSize'],
  )
  requireVersions('versions', versions)
  requireMaxHeaderSize('maxHeaderSize', maxHeaderSize)
  return readHeader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), versions, maxHeaderSize)
}

const P = 0x50
const CR = 0x0d

function readHeader(
  bytes: Buffer,
  versions: readonly ProxyVersion[],
  maxHeaderSize: number,
): ParsedProxyHeader | undefined {
  const [first] = bytes
  if (first === undefined) return undefined
  if (first !== P && first !== CR) {
    throw headerError('signature', `it begins with 0x${first.toString(16).padStart(2, '0')}`)
  }
  const version = first === P ? 1 : 2
  if (!versions.includes(version)) throw headerError('version', `version ${version} is not read here`)
  return version === 1 ? readV1(bytes) : readV2(bytes, maxHeaderSize)
}

/** Reads one header from the pieces in which it comes. */
export class ProxyHeaderReader {
  readonly #versions: readonly ProxyVersion[]
  readonly #maxHeaderSize: number
  /** What has come, and is no more than a header may have. */
  #held: Buffer | undefined

  constructor({ versions, maxHeaderSize }: Required<ParseProxyHeaderOptions>) {
    this.#versions = versions
    this.#maxHeaderSize = maxHeaderSize
  }

  /** Whether any byte has come. */
  get hasBegun(): boolean {
    return this.#held !== undefined
  }

  /**
   * Takes the next piece. Gives the header, as soon as it is there, and what follows it. Throws as
   * `parseProxyHeader` does.
   */
  push(piece: Buffer): { header: ProxyHeader; rest: Buffer } | undefined {
    const bytes = this.#held ? Buffer.concat([this.#held, piece]) : piece
    this.#held = bytes
    const found = readHeader(bytes, this.#versions, this.#maxHeaderSize)
    return found && { header: found.header, rest: bytes.subarray(found.length) }
  }
}
