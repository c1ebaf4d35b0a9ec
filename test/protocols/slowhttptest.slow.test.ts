// Slow clients of HTTP, as Debian's slowhttptest plays them.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { handTo } from '../../src/index.ts'
import { fetchFrom } from '../support/http.ts'
import { serve } from '../support/serve.ts'

const isInstalled = spawnSync('slowhttptest', ['-h']).error === undefined
const PLACES = 50
const SECONDS = 6

/** Of each mode, the arguments that make it one. */
const modes = {
  'slow headers': ['-H', '-i', '1'],
  'slow body': ['-B', '-i', '1', '-s', '8192'],
  'slow read': ['-X', '-w', '10', '-y', '20', '-n', '5', '-z', '5', '-k', '3'],
}

test.skipIf(!isInstalled).each(Object.entries(modes))(
  '%s hold no place for longer than HTTP lets them; needs slowhttptest, which must be installed for this',
  async (mode, args) => {
    const answer = Buffer.alloc(4_000_000)
    const httpServer = createServer(
      {
        headersTimeout: 1_000,
        requestTimeout: 1_500,
        keepAliveTimeout: 1_000,
        connectionsCheckingInterval: 100,
      },
      (request, response) => {
        request.resume().once('end', () => response.end(request.url === '/honest' ? 'served' : answer))
      },
    )
    httpServer.timeout = 1_000
    const server = await serve(handTo(httpServer), { maxConnections: PLACES, onHandlerError: 'ignore' })
    let most = 0
    server.actor.subscribe(() => {
      most = Math.max(most, server.numConnections)
    })
    const url = `http://127.0.0.1:${server.listeningOn}/`
    const attack = spawn(
      'slowhttptest',
      [...args, '-c', String(2 * PLACES), '-r', '100', '-l', String(SECONDS), '-u', url],
      { stdio: 'ignore' },
    )
    const ended = once(attack, 'exit')
    await server.waitForConnections((count) => count >= PLACES / 2)
    const honest = await fetchFrom({ port: server.listeningOn, path: '/honest' })
    expect(honest.body).toBe('served')
    await ended
    expect(most).toBeGreaterThanOrEqual(PLACES / 2)
    await server.waitForConnections((count) => count === 0)
    const after = await fetchFrom({ port: server.listeningOn, path: '/honest' })
    expect(after.body, mode).toBe('served')
  },
  60_000,
)
