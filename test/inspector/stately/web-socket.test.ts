import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { deferred } from '../../../src/common/deferred.ts'
import type { Inspector } from '../../../src/inspector/index.ts'
import { acceptWebSocket, type WebSocketConnection } from '../../../src/inspector/stately/web-socket.ts'
import { agree } from '../../support/agreement.ts'
import { inspector } from '../../support/inspect.ts'
import { serve } from '../../support/serve.ts'

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** A client of which each byte is the test's own. */
class RawClient {
  readonly socket: Socket
  received = Buffer.alloc(0)
  readonly closed: Promise<unknown>

  constructor({ statelyUrl }: Inspector, headers: Record<string, string | undefined> = {}) {
    const { hostname, port, pathname, host } = new URL(statelyUrl)
    this.socket = connect({ host: hostname, port: Number(port) })
    this.socket.on('error', () => {})
    this.socket.on('data', (data) => {
      this.received = Buffer.concat([this.received, data])
    })
    this.closed = once(this.socket, 'close')
    const all = {
      Host: host,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      ...headers,
    }
    const lines = Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : `${name}: ${value}`,
    )
    this.socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    onTestFinished(() => void this.socket.destroy())
  }

  async until(predicate: (received: Buffer) => boolean): Promise<void> {
    while (!predicate(this.received)) await once(this.socket, 'data')
  }

  async open(): Promise<this> {
    await this.until((received) => received.includes('\r\n\r\n'))
    this.received = this.received.subarray(this.received.indexOf('\r\n\r\n') + 4)
    return this
  }

  send(first: number, payload: Buffer, { isMasked = true, length = payload.length } = {}): void {
    const mask = isMasked ? randomBytes(4) : Buffer.alloc(0)
    const header =
      length < 126
        ? Buffer.from([first, (isMasked ? 0x80 : 0) | length])
        : length < 65_536
          ? Buffer.from([first, 0xfe, length >> 8, length & 255])
          : Buffer.from([
              first,
              0xff,
              0,
              0,
              0,
              0,
              (length >>> 24) & 255,
              (length >> 16) & 255,
              (length >> 8) & 255,
              length & 255,
            ])
    const masked = payload.map((byte, index) => (isMasked ? byte ^ (mask[index & 3] as number) : byte))
    this.socket.write(Buffer.concat([header, mask, masked]))
  }

  /** The code of the close frame that ends what was received. */
  async closeCode(): Promise<number> {
    await this.closed
    expect(this.received.subarray(-4, -2)).toEqual(Buffer.from([0x88, 2]))
    return this.received.readUInt16BE(this.received.length - 2)
  }
}

test('the handshake answers the key', async () => {
  const key = 'dGhlIHNhbXBsZSBub25jZQ=='
  const client = new RawClient(await inspector(), { 'Sec-WebSocket-Key': key })
  await client.until((received) => received.includes('\r\n\r\n'))
  expect(client.received.toString()).toMatch(/^HTTP\/1\.1 101 /)
  expect(client.received.toString()).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n')
  expect(
    createHash('sha1')
      .update(key + MAGIC)
      .digest('base64'),
  ).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
})

describe('refuses', () => {
  test.each([
    ['a foreign Host', { Host: 'evil.example' }, 403],
    ['a foreign Origin', { Origin: 'http://evil.example' }, 403],
    ['another version', { 'Sec-WebSocket-Version': '8' }, 400],
    ['a malformed key', { 'Sec-WebSocket-Key': 'short' }, 400],
    ['no key', { 'Sec-WebSocket-Key': undefined }, 400],
    ['another protocol', { Upgrade: 'h2c' }, 400],
  ])('%s', async (_name, headers, status) => {
    const client = new RawClient(await inspector(), headers)
    await client.closed
    expect(client.received.toString()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  })

  test('a wrong token, and another path', async () => {
    const { url, statelyUrl } = await inspector()
    const statusOf = async (address: string) => {
      const socket = new WebSocket(address)
      const [{ message }] = await once(socket, 'error')
      return message
    }
    expect(await statusOf(statelyUrl.replace(/\/[\w-]{32}\//, '/wrong/'))).toBe(
      'Unexpected server response: 403',
    )
    expect(await statusOf(`${url.replace('http', 'ws')}other`)).toBe('Unexpected server response: 404')
  })

  test('no origin that was allowed', async () => {
    const created = await inspector({ allowedOrigins: ['https://viewer.example'] })
    const socket = new WebSocket(created.statelyUrl, { origin: 'https://viewer.example' })
    await once(socket, 'open')
    socket.close()
  })
})

describe('frames', () => {
  test('a ping is answered with its payload', async () => {
    const client = await new RawClient(await inspector()).open()
    client.send(0x89, Buffer.from('are you there'))
    await client.until((received) => received.length >= 15)
    expect(client.received).toEqual(Buffer.concat([Buffer.from([0x8a, 13]), Buffer.from('are you there')]))
  })

  test('that come byte by byte are read, and data is ignored', async () => {
    const client = await new RawClient(await inspector()).open()
    client.send(0x81, Buffer.from('x'.repeat(300)))
    client.send(0x01, Buffer.from('begun'))
    client.send(0x80, Buffer.from('ended'))
    client.socket.setNoDelay(true)
    for (const byte of [0x89, 0x81, 0, 0, 0, 0, 0x41]) {
      client.socket.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await client.until((received) => received.length >= 3)
    expect(client.received).toEqual(Buffer.from([0x8a, 1, 0x41]))
  })

  test('a close is answered, and the connection ended', async () => {
    const client = await new RawClient(await inspector()).open()
    client.send(0x88, Buffer.from([3, 232]))
    expect(await client.closeCode()).toBe(1000)
  })

  test.each([
    ['that is not masked', 0x81, { isMasked: false }, 1002],
    ['with reserved bits', 0xc1, {}, 1002],
    ['of an unknown kind', 0x83, {}, 1002],
    ['of control that is in parts', 0x09, {}, 1002],
    ['of 100,000 bytes', 0x81, { length: 100_000 }, 1009],
  ])('one %s ends it', async (_name, first, options, code) => {
    const client = await new RawClient(await inspector()).open()
    client.send(first, Buffer.from('x'), options)
    expect(await client.closeCode()).toBe(code)
  })

  test('of a message that never ends end it', async () => {
    const client = await new RawClient(await inspector()).open()
    client.send(0x01, Buffer.alloc(1_000))
    for (let count = 0; count < 100; count++) client.send(0x00, Buffer.alloc(1_000))
    expect(await client.closeCode()).toBe(1009)
  })

  test('of a text that is none end it', async () => {
    const client = await new RawClient(await inspector()).open()
    client.send(0x81, Buffer.from([0xff, 0xfe]))
    expect(await client.closeCode()).toBe(1007)
  })

  test('are not compressed, though the client offers it', async () => {
    const socket = new WebSocket((await inspector()).statelyUrl, { perMessageDeflate: true })
    await once(socket, 'open')
    expect(socket.extensions).toBe('')
    socket.close()
  })

  test('of all sizes arrive as texts', async () => {
    const created = await inspector()
    const server = await serve(async () => {}, { inspect: created.inspect })
    const socket = new WebSocket(created.statelyUrl)
    const sizes: number[] = []
    socket.on('message', (data, isBinary) => {
      expect(isBinary).toBe(false)
      sizes.push(String(data).length)
    })
    await once(socket, 'message')
    server.pause()
    while (sizes.length < 3) await once(socket, 'message')
    expect(Math.max(...sizes)).toBeGreaterThan(4_000)
    expect(Math.min(...sizes)).toBeLessThan(400)
    socket.close()
  })
})

/** The server's end of a connection, without an inspector, and a client's. */
async function pair() {
  const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  onTestFinished(() => void listener.close())
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const [socket] = (await once(listener, 'connection')) as [Socket]
  onTestFinished(() => void [client, socket].map((one) => one.destroy()))
  const headers = {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  const request = { method: 'GET', headers } as never
  const { promise, resolve } = deferred<WebSocketConnection>()
  acceptWebSocket(request, socket, Buffer.alloc(0), resolve)
  return { client, socket, connection: await promise }
}

/** A frame from a client, masked with zeroes. */
function frame(first: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}

describe('a peer that takes nothing', () => {
  test('gets no more pongs than it leaves room for, and then that of its last ping', async () => {
    const { client, socket, connection } = await pair()
    client.pause()
    const pings = Array.from({ length: 100_000 }, (_, index) => {
      const payload = Buffer.alloc(125)
      payload.writeUInt32BE(index)
      return frame(0x89, payload)
    })
    const sent = Buffer.concat(pings)
    client.write(sent)
    await agree(() => socket.bytesRead, sent.length, 15_000)
    expect(connection.bytesToSend).toBeLessThan(200_000)
    let received = Buffer.alloc(0)
    client.on('data', (data) => {
      received = Buffer.concat([received, data]).subarray(-127)
    })
    client.resume()
    await agree(
      () => [received[0], received[1], received.length > 6 && received.readUInt32BE(2)],
      [0x8a, 125, 99_999],
      15_000,
    )
  })

  test.each([
    ['messages', [0x82, 0x82]],
    ['pongs', [0x8a, 0x8a]],
  ])('may send %s for ever, of which nothing is kept', async (_name, [first = 0, other = 0]) => {
    const { client, socket, connection } = await pair()
    globalThis.gc?.()
    const before = process.memoryUsage().arrayBuffers
    const payload = Buffer.alloc(125)
    const part = Buffer.concat([frame(first, payload), ...Array(499).fill(frame(other, payload))])
    const rounds = 200
    for (let round = 0; round < rounds; round++) if (!client.write(part)) await once(client, 'drain')
    await agree(() => socket.bytesRead, part.length * rounds, 15_000)
    // 13 MB were sent.
    await agree(() => {
      globalThis.gc?.()
      return process.memoryUsage().arrayBuffers - before < 4_000_000
    }, true)
    expect([connection.bytesToSend, socket.destroyed]).toEqual([0, false])
  })
})

test.each([
  ['its message was wrong', [0x83]],
  ['it has said so', [0x88]],
])('a peer whose connection is ended because %s has a second to end its side', async (_name, [first = 0]) => {
  // Those of the package, which would give it 30.
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { client, socket, connection } = await pair()
  const ended = once(client.resume(), 'end')
  client.write(frame(first, Buffer.alloc(0)))
  await ended
  connection.send('nothing')
  expect([connection.bytesToSend, socket.destroyed]).toEqual([0, false])
  await once(socket, 'close')
})

test('a peer that takes nothing is cut off a second after the inspector has ended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { client, socket, connection } = await pair()
  client.pause()
  while (connection.bytesToSend === 0) connection.send('x'.repeat(1_000_000))
  connection.close(1001)
  connection.close(1001)
  await once(socket, 'close')
})

test('a close frame tells the peer that the inspector has ended', async () => {
  const created = await inspector()
  const polite = new WebSocket(created.statelyUrl)
  await once(polite, 'open')
  const silent = await new RawClient(created).open()
  const closed = once(polite, 'close')
  await created.close()
  expect((await closed)[0]).toBe(1001)
  await silent.closed
})
