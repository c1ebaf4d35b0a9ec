import * as childProcess from 'node:child_process'
import { once } from 'node:events'
import { readFileSync as readFile, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect as connectHttp2, createSecureServer } from 'node:http2'
import { request } from 'node:https'
import * as net from 'node:net'
import * as tls from 'node:tls'
import { Aedes } from 'aedes'
import express from 'express'
import { connectAsync } from 'mqtt'
import { afterEach, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type Handler, handTo, isClientError, Server } from '../../src/index.ts'
import { certificate, stranger } from '../support/certificate.ts'
import { connectTo } from '../support/client.ts'
import { temporaryFolder } from '../support/folder.ts'

const console = { warn: vi.fn() }
afterEach(() => vi.clearAllMocks())

async function textOf(url: string): Promise<[number, string]> {
  const response = await fetch(url)
  return [response.status, await response.text()]
}

test('node:http serves requests behind handTo and is drained', async () => {
  // #region http
  const httpServer = createServer((request, response) => {
    response.end(`${request.url} is served by node:http\n`)
  })
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handTo(httpServer), {
    maxConnections: 100,
  })
  // #endregion
  const url = `http://127.0.0.1:${server.listeningOn}`
  expect(await textOf(`${url}/hello`)).toEqual([200, '/hello is served by node:http\n'])
  expect(server.numConnections).toBe(1) // kept alive by fetch
  expect(await server.drain()).toEqual({ settled: 1, destroyed: 0 })
})

test('an Express app serves requests behind handTo', async () => {
  // #region express
  const app = express()
  app.get('/', (_request, response) => {
    response.send('hello from Express\n')
  })
  const httpServer = createServer(app)
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handTo(httpServer))
  // #endregion
  const url = `http://127.0.0.1:${server.listeningOn}`
  expect(await textOf(url)).toEqual([200, 'hello from Express\n'])
  expect(await textOf(`${url}/nowhere`)).toEqual([404, expect.stringContaining('Cannot GET /nowhere')])
  expect((await server.drain()).destroyed).toBe(0)
})

test('a TLS server behind handTo serves its clients and reports a failed handshake', async () => {
  const { createServer } = tls
  const { key, cert } = certificate
  // #region tls
  const tlsServer = createServer({ key, cert }, (socket) => {
    socket.on('error', console.warn)
    socket.pipe(socket)
  })
  tlsServer.on('tlsClientError', console.warn)
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handTo(tlsServer))
  // #endregion
  const client = tls.connect({ port: server.listeningOn, ca: cert, servername: 'localhost' })
  await once(client, 'secureConnect')
  client.write('hello')
  expect(String((await once(client, 'data'))[0])).toBe('hello')

  const plain = net.connect(server.listeningOn).resume()
  plain.write('no handshake at all')
  await once(plain, 'close')
  await server.waitForConnections((count) => count === 1)
  expect(console.warn).toHaveBeenCalledOnce()
  client.end()
  expect(await server.drain()).toEqual({ settled: 1, destroyed: 0 })
})

test('HTTP/2 and HTTP/1 are served behind handTo, by what is agreed on', async () => {
  const { key, cert } = certificate
  // #region http2
  const http2Server = createSecureServer({ allowHTTP1: true }, (request, response) => {
    response.end(`${request.url} is served by HTTP/${request.httpVersion}\n`)
  })
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handTo(http2Server), {
    tls: { key, cert, ALPNProtocols: ['h2', 'http/1.1'] },
  })
  // #endregion
  const options = { ca: cert, servername: 'localhost', checkServerIdentity: () => undefined }
  const client = connectHttp2(`https://127.0.0.1:${server.listeningOn}`, options)
  const text = (await client.request({ ':path': '/hello' }).toArray()).join('')
  expect(text).toBe('/hello is served by HTTP/2.0\n')
  const asked = request({ host: '127.0.0.1', port: server.listeningOn, path: '/hello', ...options })
  const [response] = await once(asked.end(), 'response')
  expect((await response.toArray()).join('')).toBe('/hello is served by HTTP/1.1\n')
  expect(await server.drain()).toEqual({ settled: 2, destroyed: 0 })
})

test('an MQTT broker behind handTo delivers a message and ends with the server', async () => {
  const { createServer } = net
  // #region mqtt
  const broker = await Aedes.createBroker()
  const tcpServer = createServer(broker.handle)
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handTo(tcpServer))

  server.closeFinished.then(() => broker.close()) // ends the clients' connections
  // #endregion
  const url = `mqtt://127.0.0.1:${server.listeningOn}`
  const subscriber = await connectAsync(url, { reconnectPeriod: 0 })
  const publisher = await connectAsync(url, { reconnectPeriod: 0 })
  await subscriber.subscribeAsync('greetings')
  const received = new Promise((resolve) =>
    subscriber.once('message', (topic, payload) => resolve([topic, String(payload)])),
  )
  await publisher.publishAsync('greetings', 'hello', { qos: 1 })
  expect(await received).toEqual(['greetings', 'hello'])
  expect(server.numConnections).toBe(2)

  const closed = [subscriber, publisher].map(
    (client) => new Promise<void>((resolve) => client.once('close', resolve)),
  )
  expect(await server.drain()).toEqual({ settled: 2, destroyed: 0 })
  await Promise.all(closed)
  expect(broker.closed).toBe(true)
})

test('WebSockets behind handTo are answered, and closed with the server', async () => {
  // #region websocket
  const httpServer = createServer()
  const webSocketServer = new WebSocketServer({ server: httpServer })
  webSocketServer.on('connection', (webSocket) => {
    webSocket.on('error', console.warn)
    webSocket.on('message', (message) => webSocket.send(`you said ${message}`))
  })
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handTo(httpServer))

  server.closeFinished.then(() => {
    for (const webSocket of webSocketServer.clients) webSocket.close(1001) // going away
  })
  // #endregion
  const clients = ['one', 'two'].map(() => new WebSocket(`ws://127.0.0.1:${server.listeningOn}`))
  await Promise.all(clients.map((client) => once(client, 'open')))
  for (const client of clients) {
    client.send('hello')
    const [message] = await once(client, 'message')
    expect(String(message)).toBe('you said hello')
  }
  expect(server.numConnections).toBe(2)

  const closed = clients.map((client) => once(client, 'close'))
  expect(await server.drain()).toEqual({ settled: 2, destroyed: 0 })
  expect((await Promise.all(closed)).map(([code]) => code)).toEqual([1001, 1001])
  expect(console.warn).not.toHaveBeenCalled()
})

test('a handler goes on with TLS by the reader and the writer that it has', async () => {
  const readFileSync = (name: 'server.key' | 'server.crt') =>
    name === 'server.key' ? certificate.key : certificate.cert
  // #region starttls
  const material = { key: readFileSync('server.key'), cert: readFileSync('server.crt') }

  const handler: Handler = async (_address, reader, writer, connection) => {
    writer.writeLine('220 mail.example')
    for await (const line of reader.lines({ maxLength: 1000 })) {
      if (line === 'STARTTLS' && !connection.tls) {
        writer.writeLine('220 go on')
        await connection.startTls(material)
      } else writer.writeLine(connection.tls ? `250 ${line}, in secret` : '530 STARTTLS first')
    }
  }
  const where = { port: 0, host: '127.0.0.1' }
  const server = await Server.create(where, handler, {
    onHandlerError: (address, error) => {
      if (!isClientError(error)) throw error
      console.warn(address, error)
    },
  })
  // #endregion
  const visit = async (starttls: string) => {
    const raw = net.connect(server.listeningOn)
    let text = ''
    const hear = (data: Buffer) => {
      text += data.toString()
    }
    const hears = async (wanted: string) => {
      while (!text.includes(wanted) && !raw.closed) await new Promise(setImmediate)
    }
    raw.on('data', hear).write('HELO\n')
    await hears('530 ')
    raw.write(starttls)
    await hears('220 go')
    if (raw.closed) return text
    raw.off('data', hear)
    const secret = tls.connect({ socket: raw, ca: certificate.cert, servername: 'localhost' })
    secret.on('data', hear).write('HELO\n')
    await hears('250 ')
    secret.end()
    await once(raw, 'close')
    return text
  }
  expect(await visit('STARTTLS\n')).toBe(
    '220 mail.example\n530 STARTTLS first\n220 go on\n250 HELO, in secret\n',
  )
  expect(console.warn).not.toHaveBeenCalled()
  expect(await visit('STARTTLS\nEVIL\n')).not.toContain('250')
  await server.waitForConnections((count) => count === 0)
  await vi.waitFor(() =>
    expect(console.warn).toHaveBeenCalledWith(
      expect.anything(),
      expect.objectContaining({ code: 'ERR_STARTTLS_INJECTION' }),
    ),
  )
  expect(server.isClosed).toBe(false)
  await server.close()
})

test('a server with certificates from files reads them again at SIGHUP', async () => {
  const folder = temporaryFolder()
  const file = (name: string) => `${folder}/${name}`
  writeFileSync(file('server.key'), certificate.key)
  writeFileSync(file('server.crt'), certificate.cert)
  const readFileSync = (name: string) => readFile(file(name))
  const listeners = process.listeners('SIGHUP')
  // #region tls-server
  const material = () => ({ key: readFileSync('server.key'), cert: readFileSync('server.crt') })

  const server = await Server.create(
    { port: 0, host: '127.0.0.1' },
    async (_address, reader, writer, { tls }) => {
      writer.writeLine(`this is secret, by ${tls?.protocol}`)
      for await (const line of reader.lines()) writer.writeLine(line)
    },
    {
      tls: material(),
      onHandlerError: (_address, error) => {
        if (!isClientError(error)) throw error
      },
    },
  )
  server.on('clientError', (error, address) => console.warn(address, error.code))

  process.on('SIGHUP', () => server.setSecureContext(material()))
  // #endregion
  const visit = async (ca: string) => {
    const client = tls.connect({
      port: server.listeningOn,
      ca,
      servername: 'localhost',
      checkServerIdentity: () => undefined,
    })
    client.on('error', () => {})
    let text = ''
    client.setEncoding('utf8').on('data', (data) => {
      text += data
    })
    client.end('hello\n')
    await once(client, 'close')
    return text
  }
  expect(await visit(certificate.cert)).toBe('this is secret, by TLSv1.3\nhello\n')
  writeFileSync(file('server.key'), stranger.key)
  writeFileSync(file('server.crt'), stranger.cert)
  const [reload] = process.listeners('SIGHUP').filter((one) => !listeners.includes(one))
  process.emit('SIGHUP')
  expect(await visit(stranger.cert)).toBe('this is secret, by TLSv1.3\nhello\n')
  if (reload) process.off('SIGHUP', reload)
  const plain = net.connect(server.listeningOn).resume()
  plain.write('no handshake at all')
  await once(plain, 'close')
  await server.waitForConnections((count) => count === 0)
  expect(console.warn).toHaveBeenLastCalledWith(expect.anything(), expect.stringMatching(/^ERR_SSL_/))
  await server.close()
})

test('a server asks for certificates of its own authority', async () => {
  const { key, cert } = certificate
  // #region client-certificates
  const server = await Server.create(
    { port: 0, host: '127.0.0.1' },
    async (_address, _reader, writer, { tls }) => {
      writer.writeLine(`hello, ${tls?.peerCertificate()?.subject.CN}`)
    },
    {
      tls: { key, cert, ca: cert, requestCert: true, rejectUnauthorized: true },
      onHandlerError: 'ignore',
    },
  )
  // #endregion
  const options = { port: server.listeningOn, ca: cert, servername: 'localhost' }
  const client = tls.connect({ ...options, key, cert })
  expect(String((await once(client, 'data'))[0])).toBe('hello, localhost\n')
  client.destroy()
  const other = tls.connect({ ...options, ...stranger })
  other.on('error', () => {}).resume()
  await once(other, 'close')
  await server.drain({ timeout: 0 })
})

test('sockets are sent to another process with all that their clients had sent, and a dead one keeps none', async () => {
  const { createServer } = net
  const fork = (_file: string) => childProcess.fork('test/support/fixtures/echo-worker.mjs')
  // #region child
  const child = fork('worker.js')
  const sender = createServer({ pauseOnConnect: true }, (socket) => {
    child.send('socket', socket)
  })
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handTo(sender))

  child.once('exit', () => {
    for (const connection of server.connections) connection.destroy()
  })
  // #endregion
  const clients = Array.from({ length: 20 }, async (_, index) => {
    const client = connectTo(server)
    client.send(`${index}`)
    return (await client.closed).received
  })
  const answers = await Promise.all(clients)
  expect(answers).toEqual(clients.map((_, index) => `your child got ${index}`))
  await server.waitForConnections((count) => count === 0)
  process.kill(child.pid as number, 'SIGSTOP')
  connectTo(server)
  await server.waitForConnections((count) => count === 1)
  child.kill('SIGKILL')
  await server.waitForConnections((count) => count === 0)
  await server.close()
})
