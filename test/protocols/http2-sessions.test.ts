// Servers of HTTP/2, with and without TLS of this library, when the listener in front closes.
import { once } from 'node:events'
import {
  type ClientHttp2Session,
  connect,
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2'
import { Agent, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { handTo, type Server, type ServerOptions } from '../../src/index.ts'
import { certificate } from '../support/certificate.ts'
import { fetchFrom, ManualAnswers } from '../support/http.ts'
import { serve } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

interface Host {
  create: () => Http2Server | Http2SecureServer
  options: ServerOptions
  scheme: 'http' | 'https'
  /** HTTP/1 as well. */
  both: boolean
}

const hosts: [string, Host][] = [
  ['without TLS', { create: () => createServer(), options: {}, scheme: 'http', both: false }],
  [
    'with TLS of its own',
    {
      create: () => createSecureServer({ ...certificate, allowHTTP1: true }),
      options: {},
      scheme: 'https',
      both: true,
    },
  ],
  [
    'with the option tls',
    {
      create: () => createServer(),
      options: { tls: { ...certificate, ALPNProtocols: ['h2'] } },
      scheme: 'https',
      both: false,
    },
  ],
  [
    'with the option tls, as a secure one that has no certificate',
    {
      create: () => createSecureServer({ allowHTTP1: true }),
      options: { tls: { ...certificate, ALPNProtocols: ['h2', 'http/1.1'] } },
      scheme: 'https',
      both: true,
    },
  ],
]

function connectTo({ scheme }: Host, server: Server): ClientHttp2Session {
  const client = connect(`${scheme}://127.0.0.1:${server.listeningOn}`, { rejectUnauthorized: false })
  onTestFinished(() => client.destroy())
  return client
}

const ask = (client: ClientHttp2Session) => client.request({ ':path': '/' })

describe.each(hosts)('a server of HTTP/2 %s', (_name, host) => {
  test('says goodbye to idle sessions when the server closes, and frees their places', async () => {
    const emitter = host.create().on('request', (_request, response) => response.end('answer'))
    const server = await serve(handTo(emitter), host.options)
    const client = connectTo(host, server)
    expect((await ask(client).toArray()).join('')).toBe('answer')
    const told = once(client, 'goaway')
    const closed = once(client, 'close')
    expect(await server.drain()).toEqual({ settled: 1, destroyed: 0 })
    expect((await told)[0]).toBe(constants.NGHTTP2_NO_ERROR)
    await closed
  })

  test('lets streams that have begun go on to their end', async () => {
    const answers = new ManualAnswers()
    const emitter = host.create()
    emitter.on('request', answers.listener as never)
    const server = await serve(handTo(emitter), host.options)
    const client = connectTo(host, server)
    const streams = [ask(client), ask(client)]
    const [first, second] = [await answers.exchange(0), await answers.exchange(1)]
    const told = once(client, 'goaway')
    const draining = server.drain()
    await told
    first.response.end('first')
    expect((await streams[0]?.toArray())?.join('')).toBe('first')
    await turns(3)
    expect(server.numConnections).toBe(1)
    second.response.end('second')
    expect((await streams[1]?.toArray())?.join('')).toBe('second')
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
  })

  test('is left with no listener of its protocol, so that streams are served as ever', async () => {
    const emitter = host.create()
    emitter.on('stream', (stream: ServerHttp2Stream) => {
      stream.respond({ ':status': 200 })
      stream.end('by stream')
    })
    const counts = () =>
      ['connection', 'secureConnection', 'session', 'stream', 'request'].map((name) =>
        emitter.listenerCount(name),
      )
    const before = counts()
    const server = await serve(handTo(emitter), host.options)
    const client = connectTo(host, server)
    expect((await ask(client).toArray()).join('')).toBe('by stream')
    expect(counts()).toEqual(before)
    client.close()
    await server.waitForConnections((count) => count === 0)
    expect(counts()).toEqual(before)
  })

  test.runIf(host.both)('speaks HTTP/1 to who asks for it, and closes such connections', async () => {
    const answers = new ManualAnswers()
    const emitter = host.create()
    emitter.on('request', answers.listener as never)
    const server = await serve(handTo(emitter), host.options)
    for (const ALPNProtocols of [['http/1.1'], undefined]) {
      const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, ALPNProtocols } as object)
      onTestFinished(() => agent.destroy())
      const answer = fetchFrom({ port: server.listeningOn as number, agent, path: '/' }, request)
      const { request: asked, response } = await answers.exchange(ALPNProtocols ? 0 : 1)
      expect([asked.httpVersion, (asked.socket as TLSSocket).encrypted]).toEqual(['1.1', true])
      response.end('idle from now on')
      expect(await answer).toMatchObject({ connection: 'keep-alive', body: 'idle from now on' })
    }
    const agent = new Agent({ rejectUnauthorized: false })
    const busy = fetchFrom({ port: server.listeningOn as number, agent, path: '/' }, request)
    const { response } = await answers.exchange(2)
    const draining = server.drain()
    await server.waitForConnections((count) => count === 1)
    response.end('finished')
    expect(await busy).toMatchObject({ connection: 'close', body: 'finished' })
    expect(await draining).toEqual({ settled: 3, destroyed: 0 })
  })
})
