// Clients of one address that come again as soon as they are gone.
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Handler } from '../../src/index.ts'
import { figuresOf } from '../support/figures.ts'
import { create } from '../support/serve.ts'
import { honest, PLACES } from '../support/siege.ts'

const BAD = '127.0.0.2'
const ROUNDS = 30

const echo: Handler = async (_address, reader, writer) => {
  for await (const line of reader.lines()) writer.writeLine(line)
}

test.runIf(process.platform === 'linux')(
  'an address with a limit takes no more places, however often it comes',
  async () => {
    const [limit = 0] = figuresOf('comes again at once, as often as it can').places
    let attempts = 0
    let isOver = false
    const sockets = new Set<Socket>()
    const server = await create(echo, { maxConnections: PLACES, maxConnectionsPerAddress: limit })
    const { port } = server.listeningOnAddress as { port: number }
    const attack = () => {
      if (isOver) return
      attempts++
      const socket = connect({ port, host: '127.0.0.1', localAddress: BAD })
      sockets.add(socket)
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket)
          attack()
        })
      socket.resume()
    }
    onTestFinished(() => {
      isOver = true
      for (const socket of sockets) socket.destroy()
    })
    for (let index = 0; index < PLACES; index++) attack()
    await server.waitForConnections((count) => count === limit)
    let most = 0
    const subscription = server.actor.subscribe(({ context }) => {
      most = Math.max(most, context.connections)
    })
    for (let round = 0; round < ROUNDS; round++) await honest(server)
    subscription.unsubscribe()
    expect(attempts).toBeGreaterThan(PLACES)
    expect(most).toBeLessThan(PLACES)
    const bad = [...server.connections].filter(
      ({ address }) => address.family === 'IPv4' && address.address === BAD,
    )
    expect(bad.length).toBe(limit)
  },
)
