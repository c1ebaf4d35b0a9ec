// Many strangers at the door of a server with `tls`, and many certificates.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectByTls } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { certificate } from '../support/certificate.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { create } from '../support/serve.ts'

const STRANGERS = 10_000
const AT_ONCE = 20
const RELOADS = 1_000

async function heapUsed(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.()
    await new Promise(setImmediate)
  }
  return process.memoryUsage().heapUsed
}

const acts: readonly ((socket: Socket) => unknown)[] = [
  (socket) => socket.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  (socket) => socket.end(),
  (socket) => socket.destroy(),
  (socket) => socket.end(Buffer.from('16030101', 'hex')),
  (socket) => socket.write(Buffer.from('16030101', 'hex'), () => socket.resetAndDestroy()),
  (socket) => socket.end(Buffer.alloc(300, 7)),
]

test(`${STRANGERS} strangers who speak HTTP, nothing, or half a ClientHello leave nothing`, async () => {
  const before = openDescriptors().length
  const server = await create(async () => expect.unreachable('nobody has shaken hands'), {
    tls: certificate,
    onHandlerError: () => expect.unreachable('a client is no fault of a handler'),
  })
  let failures = 0
  server.on('clientError', () => {
    failures++
  })
  const visit = async (index: number) => {
    const socket = connect({ host: '127.0.0.1', port: server.listeningOn as number })
    socket.on('error', () => {}).resume()
    const closed = once(socket, 'close').catch(() => {})
    await once(socket, 'connect')
    acts[index % acts.length]?.(socket)
    await closed
  }
  let heap = 0
  for (let index = 0; index < STRANGERS; index += AT_ONCE) {
    if (index === 1_000) heap = await heapUsed()
    await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => visit(index + at)))
  }
  await server.waitForConnections((count) => count === 0)
  expect((await heapUsed()) - heap).toBeLessThan(2_000_000)
  expect(server.state).toBe('listening')
  expect(failures).toBeGreaterThan(STRANGERS / 2)
  await server.close()
  expect(openDescriptors().length).toBe(before)
})

test(`certificates are set ${RELOADS} times while clients come, none of whom fails`, async () => {
  const server = await create(
    async (_address, _reader, writer) => {
      writer.write('hello')
    },
    { tls: certificate },
  )
  let failures = 0
  server.on('clientError', () => {
    failures++
  })
  let isOver = false
  onTestFinished(() => {
    isOver = true
  })
  let served = 0
  const visit = async () => {
    while (!isOver) {
      const client = connectByTls({
        host: '127.0.0.1',
        port: server.listeningOn as number,
        ca: certificate.cert,
        servername: 'localhost',
      })
      let text = ''
      client.setEncoding('utf8').on('data', (data) => {
        text += data
      })
      await once(client, 'close')
      expect(text).toBe('hello')
      served++
    }
  }
  const clients = Promise.all([visit(), visit()])
  let heap = 0
  for (let reload = 0; reload < RELOADS; reload++) {
    if (reload === RELOADS / 5) heap = await heapUsed()
    server.setSecureContext(certificate)
    const { length } = [...server.connections]
    if (reload % 10 === 0) await server.waitForConnections((count) => count !== length)
  }
  expect((await heapUsed()) - heap).toBeLessThan(4_000_000)
  isOver = true
  await clients
  expect(served).toBeGreaterThan(10)
  expect(failures).toBe(0)
})
