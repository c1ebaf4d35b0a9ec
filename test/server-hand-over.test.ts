import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Server } from '../src/index.ts'
import { connectTo } from './support/client.ts'
import { temporaryFolder } from './support/folder.ts'
import { Fixture, packageEntry } from './support/package.ts'
import { loopback, serve } from './support/serve.ts'

const entry = packageEntry()
const AT_A_TIME = 8
/** So many are served by the successor alone before the load ends. */
const AFTERWARDS = 50

const answer = async (_address: unknown, socket: Socket) => {
  for await (const data of socket) {
    socket.end(`giver ${data}`)
    return
  }
}

/** Clients without a break, until `stop`; resolves with what each of them got. */
function load(server: Server): { answers: string[]; stop: () => Promise<string[]> } {
  const answers: string[] = []
  let isOver = false
  let number = 0
  const one = async () => {
    while (!isOver) {
      const text = String(number++)
      const client = connectTo(server)
      client.send(text)
      await client.closed
      const [who, what] = client.received.split(' ')
      answers.push(client.error || what !== text ? `${text}: ${client.error} ${client.received}` : `${who}`)
    }
  }
  const clients = Array.from({ length: AT_A_TIME }, one)
  return {
    answers,
    stop: async () => {
      isOver = true
      await Promise.all(clients)
      return answers
    },
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn()
}

const places = [
  ['a port', () => loopback],
  ['a path', () => ({ path: `${temporaryFolder()}/s` })],
] as const

describe.each(places)('a server on %s that gives its descriptor to a successor', (_, where) => {
  test('loses no client, whatever comes while it drains', async () => {
    const server = await serve(answer, { maxConnections: 4 }, where())
    const clients = load(server)
    await until(() => clients.answers.length >= AFTERWARDS)
    const child = new Fixture(entry, 'successor.mjs', [], 0, [server.listeningSocket.fd])
    expect(await child.next()).toEqual(server.listeningOnAddress)
    server.pause()
    // Whoever was accepted in this turn gets a handler first: none starts once the server closes.
    await nextTurn()
    expect((await server.drain()).destroyed).toBe(0)
    const before = clients.answers.length
    await until(() => clients.answers.length >= before + AFTERWARDS)
    const answers = await clients.stop()
    expect(new Set(answers)).toEqual(new Set(['giver', 'successor']))
    child.process.kill('SIGTERM')
    expect(await child.next<number>()).toBe(answers.filter((who) => who === 'successor').length)
  })

  test('leaves the address to it, as an outage says if it binds again', async () => {
    const server = await serve(answer, {}, where())
    const child = new Fixture(entry, 'successor.mjs', [], 0, [server.listeningSocket.fd])
    await child.next()
    const outage = new Promise<Error>((resolve) => server.once('error', resolve))
    server.pause({ strategy: 'rebind' })
    void server.resume()
    expect(await outage).toMatchObject({ code: 'ERR_SERVER_OUTAGE', cause: { code: 'EADDRINUSE' } })
    const client = connectTo(server)
    client.send('x')
    await client.receives('successor x')
    child.process.kill('SIGTERM')
    await child.next()
    await server.resume()
    await until(() => server.state === 'listening')
    const other = connectTo(server)
    other.send('y')
    await other.receives('giver y')
  })
})

describe('the file of a unix socket that two processes have', () => {
  const path = () => `${temporaryFolder()}/s`

  test.each(['hold', 'rebind'] as const)(
    'stays until the last of them closes, where a full server pauses by %s',
    async (pauseStrategy) => {
      const where = { path: path() }
      const server = await Server.createSock(where, answer, { pauseStrategy })
      const child = new Fixture(entry, 'successor.mjs', [], 0, [server.listeningSocket.fd])
      await child.next()
      await server.close()
      expect(existsSync(where.path)).toBe(true)
      const client = connectTo(server)
      client.send('x')
      await client.receives('successor x')
      child.process.kill('SIGTERM')
      await child.next()
      expect(existsSync(where.path)).toBe(false)
    },
  )

  test('goes with the first of them if that is the successor’s and the last one closes after it', async () => {
    const where = { path: path() }
    const server = await serve(answer, {}, where)
    const child = new Fixture(entry, 'successor.mjs', [], 0, [server.listeningSocket.fd])
    await child.next()
    child.process.kill('SIGTERM')
    await child.next()
    expect(existsSync(where.path)).toBe(true)
    await server.close()
    expect(existsSync(where.path)).toBe(false)
  })

  test('stays with a child that is killed, until the giver closes', async () => {
    const where = { path: path() }
    const server = await serve(answer, {}, where)
    const child = new Fixture(entry, 'successor.mjs', [], 0, [server.listeningSocket.fd])
    await child.next()
    child.process.kill('SIGKILL')
    await child.output()
    await server.close()
    expect(existsSync(where.path)).toBe(false)
  })
})
