// Whatever clients and handlers do: what is counted is what is held, and nothing when all is over.
import { connect as connectTls } from 'node:tls'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Connections } from '../../src/connection/connections.ts'
import type { Handler, Reader, Server, StreamConnection, Writer } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { certificate } from '../support/certificate.ts'
import { connectTo } from '../support/client.ts'
import { create } from '../support/serve.ts'
import { StarttlsClient } from '../support/starttls.ts'
import { turns } from '../support/turns.ts'

const KIB = 1024

/** A handler that does what it is told, and settles when the connection is gone. */
class Scene {
  readonly streams: { reader: Reader; writer: Writer; connection: StreamConnection; end: () => void }[] = []
  readonly clients: { write(data: Buffer): unknown; destroy(): unknown; reset(): unknown }[] = []
  server!: Server

  readonly handle: Handler = (_address, reader, writer, connection) =>
    new Promise((end) => this.streams.push({ reader, writer, connection, end: () => end(undefined) }))
}

const acts: Record<string, (scene: Scene, number: number) => void> = {
  sends: ({ clients }, number) => pick(clients, number)?.write(Buffer.alloc((number % 97) * KIB + 1, 'x')),
  sendsLines: ({ clients }, number) =>
    pick(clients, number)?.write(Buffer.from('a line\n'.repeat(number % 9_999))),
  leaves: ({ clients }, number) => pick(clients, number)?.destroy(),
  resets: ({ clients }, number) => pick(clients, number)?.reset(),
  reads: ({ streams }, number) =>
    void pick(streams, number)
      ?.reader.read()
      .catch(() => {}),
  readsLine: ({ streams }, number) =>
    void pick(streams, number)
      ?.reader.readLine()
      .catch(() => {}),
  readsExactly: ({ streams }, number) =>
    void pick(streams, number)
      ?.reader.readExactly((number % 50) * KIB)
      .catch(() => {}),
  closesReader: ({ streams }, number) => void pick(streams, number)?.reader.close(),
  writes: ({ streams }, number) =>
    attempt(() => pick(streams, number)?.writer.write(Buffer.alloc((number % 999) * KIB))),
  writesLines: ({ streams }, number) =>
    attempt(() => {
      for (let line = 0; line < number % 50; line++) pick(streams, number)?.writer.writeLine('x'.repeat(line))
    }),
  upgrades: ({ streams }, number) =>
    void pick(streams, number)
      ?.connection.startTls(certificate)
      .catch(() => {}),
  settles: ({ streams }, number) => pick(streams, number)?.end(),
  destroys: ({ server }, number) => pick([...server.connections], number)?.destroy(),
}

function pick<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % items.length]
}

function attempt(action: () => unknown): void {
  try {
    action()
  } catch {
    // A writer that its handler has closed.
  }
}

const names = Object.keys(acts)
const act = fc.record({
  name: fc.constantFrom(...names),
  number: fc.nat({ max: 9_999 }),
  turns: fc.nat({ max: 2 }),
})

test.each([
  { tls: false, maxBufferedBytes: 300 * KIB },
  { tls: false, maxBufferedBytes: 4_000 * KIB },
  { tls: true, maxBufferedBytes: 300 * KIB },
])('the count is exact, and 0 in the end: $tls, $maxBufferedBytes', async ({ tls, maxBufferedBytes }) => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 60 }), async (steps) => {
      const scene = new Scene()
      scene.server = await create(scene.handle, {
        maxBufferedBytes,
        onHandlerError: 'ignore',
        ...(tls && { tls: certificate }),
      })
      const connections = scene.server.connections as Connections
      const account = connections.buffers?.account
      for (let index = 0; index < 4; index++) scene.clients.push(clientOf(scene.server, tls))
      await scene.server.waitForConnections((count) => count === 4)
      for (const { name, number, turns: pause } of steps) {
        acts[name]?.(scene, number)
        await turns(pause)
      }
      await turns(3)
      for (const { end } of scene.streams) end()
      for (const client of scene.clients) client.destroy()
      await scene.server.drain({ timeout: 0 })
      await scene.server.closeFinishedAndHandlersDetermined
      await turns(2)
      expect(account?.held).toBe(0)
    }),
    { numRuns: 15 },
  )
})

function clientOf(server: Server, tls: boolean): Scene['clients'][number] {
  if (!tls) {
    const client = connectTo(server)
    client.socket.pause()
    return {
      write: (data) => client.socket.write(data),
      destroy: () => client.destroy(),
      reset: () => client.reset(),
    }
  }
  const { port } = server.listeningOnAddress as { port: number }
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  socket.on('error', () => {}).pause()
  return {
    write: (data) => socket.write(data),
    destroy: () => socket.destroy(),
    reset: () => socket.destroy(),
  }
}

test('what comes and goes by TLS that has begun later counts as well, and is 0 in the end', async () => {
  const server = await create(
    async (_address, reader, writer, connection) => {
      await reader.readLine()
      writer.writeLine('go')
      await connection.startTls(certificate)
      writer.write(Buffer.alloc(8_000 * KIB))
      await new Promise((end) => connection.signal.addEventListener('abort', end))
    },
    { onHandlerError: 'ignore' },
  )
  const account = (server.connections as Connections).buffers?.account
  const client = await new StarttlsClient(server).starttls()
  client.secret?.pause().write(Buffer.alloc(60 * KIB))
  await agree(() => Number(account?.held) > 60 * KIB, true)
  client.raw.destroy()
  await server.waitForConnections((count) => count === 0)
  expect(account?.held).toBe(0)
})
