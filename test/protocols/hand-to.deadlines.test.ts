import { createServer } from 'node:http'
import { Agent, createServer as createSecureServer, request as requestSecurely } from 'node:https'
import { expect, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { handTo, isClientError, type ServerOptions } from '../../src/index.ts'
import { certificate } from '../support/certificate.ts'
import { connectTo } from '../support/client.ts'
import { createHttpServer, fetchFrom, get, ManualAnswers } from '../support/http.ts'
import { serve } from '../support/serve.ts'

const IDLE = 8_000
const LOOK = IDLE / 8
const none = (count: number) => count === 0

function timed(options: ServerOptions) {
  const clock = new SimulatedClock()
  const errors: unknown[] = []
  const onHandlerError = (_address: unknown, error: unknown) => {
    errors.push(error)
  }
  const pass = (milliseconds: number) => {
    for (let left = milliseconds; left > 0; left -= LOOK) clock.increment(Math.min(LOOK, left))
  }
  return { clock, errors, pass, options: { clock, onHandlerError, ...options } }
}

test('an old connection of HTTP ends when the request that has begun is answered', async () => {
  const { clock, errors, options } = timed({ maxConnectionAge: { atMost: 100_000, jitter: 0 } })
  const answers = new ManualAnswers()
  const server = await serve(handTo(createHttpServer(answers.listener)), options)
  const client = connectTo(server)
  client.send(get('/first'))
  const { response } = await answers.exchange(0)
  clock.increment(100_000)
  response.end('first')
  await client.closed
  expect(client.received).toMatch(/Connection: close\r\n[\s\S]*first$/)
  expect(client.error).toBe(undefined)
  await server.waitForConnections(none)
  const next = connectTo(server)
  next.send(get('/next'))
  ;(await answers.exchange(1)).response.end('next')
  await next.receives('next')
  expect(next.received).toMatch(/Connection: keep-alive/)
  expect(errors).toEqual([])
})

test('an old connection of HTTP on which nothing goes on ends at once', async () => {
  const { clock, errors, options } = timed({ maxConnectionAge: { atMost: 100_000, jitter: 0 } })
  const httpServer = createHttpServer((_request, response) => response.end('done'))
  const server = await serve(handTo(httpServer), options)
  const client = connectTo(server)
  client.send(get('/'))
  await client.receives('done')
  clock.increment(100_000)
  await client.closed
  await server.waitForConnections(none)
  expect(errors).toEqual([])
})

test('an idle connection of HTTP is cut off, and one that is answered slowly is not', async () => {
  const { errors, pass, options } = timed({ idleTimeout: IDLE })
  const answers = new ManualAnswers()
  const server = await serve(handTo(createHttpServer(answers.listener)), options)
  const client = connectTo(server)
  client.send(get('/'))
  const { response } = await answers.exchange(0)
  for (let count = 0; count < 10; count++) {
    pass(IDLE - LOOK)
    response.write(`${count}\n`)
    await client.receives(`${count}\n`)
  }
  response.end()
  await client.receives('0\r\n\r\n')
  expect(server.numConnections).toBe(1)
  pass(IDLE + 2 * LOOK)
  await client.closed
  await server.waitForConnections(none)
  expect(errors).toMatchObject([{ code: 'ERR_IDLE_TIMEOUT' }])
  expect(errors.every(isClientError)).toBe(true)
})

test.each(['http', 'https'])('a client of %s that takes a large answer slowly is not idle', async (kind) => {
  const { errors, pass, options } = timed({ idleTimeout: IDLE })
  const size = 24_000_000
  const answer = Buffer.alloc(size)
  const httpServer =
    kind === 'http'
      ? createServer((_request, response) => response.end(answer))
      : createSecureServer(certificate, (_request, response) => response.end(answer))
  const server = await serve(handTo(httpServer), options)
  const agent = new Agent({ rejectUnauthorized: false })
  const where = { port: server.listeningOn, host: '127.0.0.1' }
  let taken = 0
  const { request } = await import('node:http')
  const sent = kind === 'http' ? request(where) : requestSecurely({ ...where, agent })
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject).end()
  })
  response.on('error', () => {})
  response.on('data', (chunk: Buffer) => {
    taken += chunk.length
    if (taken % 2_000_000 < chunk.length) response.pause()
  })
  // What is left then is with the kernel.
  while (taken < size - 9_000_000) {
    pass(IDLE - LOOK)
    expect(server.numConnections).toBe(1)
    const before = taken
    response.resume()
    await vi.waitFor(() => expect(taken).toBeGreaterThan(before), { timeout: 20_000 })
  }
  expect(errors).toEqual([])
  response.destroy()
  agent.destroy()
  await server.waitForConnections(none)
})

test('the time-outs of HTTP itself end clients that are slow, and nobody else', async () => {
  const httpServer = createServer(
    {
      headersTimeout: 300,
      requestTimeout: 600,
      keepAliveTimeout: 300,
      connectionsCheckingInterval: 50,
    },
    (request, response) => request.resume().once('end', () => response.end('served')),
  )
  const server = await serve(handTo(httpServer), { maxConnections: 4 })
  const slowHeaders = connectTo(server)
  slowHeaders.send('GET / HTTP/1.1\r\nHost: localhost\r\n')
  const slowBody = connectTo(server)
  slowBody.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n1')
  const mute = connectTo(server)
  const kept = connectTo(server)
  kept.send(get('/'))
  await kept.receives('served')
  const honest = await fetchFrom({ port: server.listeningOn })
  expect(honest.body).toBe('served')
  await Promise.all([slowHeaders, slowBody, mute, kept].map(({ closed }) => closed))
  expect([slowHeaders, slowBody, mute].map(({ received }) => received.split('\r\n')[0])).toEqual([
    'HTTP/1.1 408 Request Timeout',
    'HTTP/1.1 408 Request Timeout',
    'HTTP/1.1 408 Request Timeout',
  ])
  await server.waitForConnections(none)
})
