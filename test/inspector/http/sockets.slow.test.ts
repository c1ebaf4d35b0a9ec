import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { Sockets } from '../../../src/inspector/http/sockets.ts'
import type { Inspector } from '../../../src/inspector/index.ts'
import { agree } from '../../support/agreement.ts'
import { type Client, connectToAddress } from '../../support/client.ts'
import { ask, inspector, Page } from '../../support/inspect.ts'

/** So many were once enough to shut everybody out. */
const MANY = 300

function connect({ url }: Inspector): Client {
  const client = connectToAddress({ family: 'IPv4', address: '127.0.0.1', port: Number(new URL(url).port) })
  onTestFinished(() => client.destroy())
  return client
}

/** Sockets that stay as long as they can, each after it has sent something. */
async function crowd(created: Inspector, text: string): Promise<Client[]> {
  const clients: Client[] = []
  for (let index = 0; index < MANY; index++) {
    const client = connect(created)
    if (text) client.send(text)
    clients.push(await client.connected)
  }
  return clients
}

describe.each([
  ['send nothing', ''],
  ['send half a request', 'GET /wrong/ HTTP/1.1\r\nHost: 127.0.0.1\r\n'],
  ['ask without the token', 'GET /wrong/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
])(`${MANY} sockets that %s`, (_, text) => {
  test('do not shut out a viewer that has the token', async () => {
    const created = await inspector()
    await crowd(created, text)
    expect((await ask(created.url)).status).toBe(200)
    await Page.open(created)
    const viewer = new WebSocket(created.statelyUrl)
    await once(viewer, 'open')
    viewer.close()
  })

  test('do no harm to viewers that were there before, and few of them stay', async () => {
    const created = await inspector()
    const page = await Page.open(created)
    const viewer = new WebSocket(created.statelyUrl)
    await once(viewer, 'open')
    const clients = await crowd(created, text)
    await agree(() => clients.filter(({ socket }) => !socket.closed).length <= 64, true)
    expect([page.isEnded, viewer.readyState]).toEqual([false, WebSocket.OPEN])
    viewer.close()
  })
})

test('a socket that sends nothing is closed', async () => {
  const client = connect(await inspector())
  await client.closed
  expect(client.received).toMatch(/^HTTP\/1\.1 408 /)
})

test('a refused WebSocket is closed, though its peer does not end its side', async () => {
  const client = connect(await inspector())
  client.socket.allowHalfOpen = true
  const key = randomBytes(16).toString('base64')
  client.send(
    `GET /wrong/stately HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  )
  await client.receives('403 Forbidden')
  // It is destroyed at the other end; writing finds that out.
  const timer = setInterval(() => client.send('x'), 50)
  await client.closed
  clearInterval(timer)
})

test('a viewer that sends requests and takes no answers is cut off', async () => {
  const created = await inspector()
  const client = connect(created)
  client.socket.pause()
  const request = `GET ${new URL(created.url).pathname} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`
  client.send(request.repeat(900))
  client.socket.resume()
  await client.closed
  expect(client.received.split('HTTP/1.1 200').length - 1).toBeLessThanOrEqual(8)
  expect((await ask(created.url)).status).toBe(200)
})

test('any number of requests is answered, one after the other', async () => {
  const created = await inspector()
  const client = connect(created)
  const request = `GET ${new URL(created.url).pathname}style/layout.css HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n`
  for (let count = 1; count <= 30; count++) {
    client.send(request)
    while (client.received.split('HTTP/1.1 200').length <= count) await once(client.socket, 'data')
  }
  expect(client.socket.closed).toBe(false)
})

describe('places', () => {
  const sockets = new Sockets()
  const accept = () => {
    const socket = new Socket()
    sockets.accept(socket)
    return socket
  }

  test('are for 256 viewers with the token; a place that is left is given to another one', async () => {
    const guests = Array.from({ length: 256 }, accept)
    expect(guests.map((guest) => sockets.admit(guest))).toEqual(guests.map(() => true))
    const next = accept()
    expect(sockets.admit(next)).toBe(false)
    expect(sockets.admit(guests[0] as Socket)).toBe(true)
    guests[0]?.destroy()
    await once(guests[0] as Socket, 'close')
    expect(sockets.admit(next)).toBe(true)
    for (const guest of guests) guest.destroy()
    next.destroy()
  })

  test('are taken from the stranger who has waited longest', () => {
    const strangers = Array.from({ length: 66 }, accept)
    expect(strangers.filter(({ destroyed }) => destroyed)).toEqual(strangers.slice(0, 2))
    for (const stranger of strangers) stranger.destroy()
  })

  test('are lost by a viewer with more than eight requests without an answer', async () => {
    const socket = accept()
    const exchange = () => {
      const request = new IncomingMessage(socket)
      return { request, response: new ServerResponse(request) }
    }
    const exchanges = Array.from({ length: 10 }, exchange)
    const may = ({ request, response }: ReturnType<typeof exchange>) => sockets.mayAsk(request, response)
    expect(exchanges.slice(0, 8).map(may)).toEqual(Array(8).fill(true))
    exchanges[0]?.response.emit('close')
    expect(exchanges.slice(8).map(may)).toEqual([true, false])
    expect(socket.destroyed).toBe(true)
    expect(may(exchange())).toBe(false)
  })
})
