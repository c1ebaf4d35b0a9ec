// The kernel's tables of TCP sockets, as far as they tell of those that listen. Linux only.

import { lookup } from 'node:dns/promises'
import { closeSync, openSync, readSync } from 'node:fs'
import { endianness, networkInterfaces } from 'node:os'

/** One of the sockets that listen on an address. */
export interface ListeningSocket {
  readonly inode: string
  /** How many connections wait to be accepted. */
  readonly queued: number
}

/**
 * Those that a client of this host and port can reach, on this machine; none where another machine
 * has the address, or the tables cannot be read.
 */
export class ListeningSockets {
  readonly #port: string
  readonly #addresses: readonly string[]

  static async at(host: string, port: number): Promise<ListeningSockets> {
    const found = await lookup(host, { all: true })
    return new ListeningSockets(found.map(({ address }) => canonical(address)).filter(isOfThisMachine), port)
  }

  private constructor(addresses: readonly string[], port: number) {
    this.#addresses = addresses
    this.#port = port.toString(16).toUpperCase().padStart(4, '0')
  }

  all(): ListeningSocket[] {
    if (this.#addresses.length === 0) return []
    const rows = [...this.#rows('/proc/net/tcp'), ...this.#rows('/proc/net/tcp6')]
    const at = (addresses: readonly string[]) => rows.filter(({ address }) => addresses.includes(address))
    const areAllIPv6 = this.#addresses.every((address) => address.includes(':'))
    // The more exact address has the clients.
    const [first = []] = [at(this.#addresses), areAllIPv6 ? [] : at(['0.0.0.0']), at(['::'])].filter(
      (found) => found.length > 0,
    )
    return first
  }

  #rows(file: string): (ListeningSocket & { address: string })[] {
    return listeningRowsOf(file).flatMap((row) => {
      const [, local = '', , , queues = '', , , , , inode = ''] = row.trim().split(/\s+/)
      const [address = '', port] = local.split(':')
      if (port !== this.#port) return []
      const queued = Number.parseInt(queues.split(':')[1] ?? '', 16)
      return [{ address: addressOf(address), inode, queued }]
    })
  }
}

const LISTEN = '0A'
/** Rows are not longer; more in one read would have the kernel look for more. */
const CHUNK = 150

/**
 * The table has them first. It is read no further: the kernel would look through all connections
 * of the machine, which may take half a second.
 */
function listeningRowsOf(file: string): string[] {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return []
  }
  try {
    const found: string[] = []
    const chunk = Buffer.alloc(CHUNK)
    for (let text = '', isHead = true; ; ) {
      const end = text.indexOf('\n')
      if (end < 0) {
        const count = readSync(descriptor, chunk, 0, CHUNK, null)
        if (count === 0) return found
        text += chunk.toString('latin1', 0, count)
        continue
      }
      const row = text.slice(0, end)
      text = text.slice(end + 1)
      if (!isHead && row.trim().split(/\s+/)[3] !== LISTEN) return found
      if (!isHead) found.push(row)
      isHead = false
    }
  } finally {
    closeSync(descriptor)
  }
}

/** Of the words of an address in hexadecimal, each in the byte order of the machine. */
function addressOf(words: string): string {
  const bytes = Buffer.from(words, 'hex')
  if (endianness() === 'LE') bytes.swap32()
  if (bytes.length === 4) return [...bytes].join('.')
  return canonical(bytes.toString('hex').replaceAll(/(.{4})(?!$)/g, '$1:'))
}

const MAPPED = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/

/** In one spelling, where an IPv4 address is one within IPv6, too. */
function canonical(address: string): string {
  const [bare = ''] = address.split('%')
  if (!bare.includes(':')) return bare
  const text = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const [, high, low] = MAPPED.exec(text) ?? []
  if (high === undefined || low === undefined) return text
  return [...Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex')].join('.')
}

function isOfThisMachine(address: string): boolean {
  if (address.startsWith('127.')) return true
  const own = Object.values(networkInterfaces()).flatMap((ones = []) => ones)
  return own.some((one) => canonical(one.address) === address)
}
