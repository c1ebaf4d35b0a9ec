// Clients that come again as soon as they are gone.
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import type { Handler } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
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

test.runIf(process.platform === 'linux')(
  'with a rate no more handlers start, however fast clients come and go, and others wait in order',
  async () => {
    const [perSecond = 0, burst = 0] = figuresOf('comes and goes as fast as it can').handlers
    const clock = new SimulatedClock()
    let starts = 0
    let isOver = false
    const count: Handler = (...given) => {
      starts++
      return echo(...given)
    }
    const server = await create(count, { clock, maxAcceptRate: { perSecond, burst } })
    const { port } = server.listeningOnAddress as { port: number }
    const attack = () => {
      if (isOver) return
      const socket = connect(port, '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => {}).on('close', attack)
      socket.resume().end()
    }
    onTestFinished(() => {
      isOver = true
    })
    for (let index = 0; index < PLACES; index++) attack()
    await agree(() => starts, burst)
    await agree(() => server.numWaiting, PLACES)
    let isServed = false
    const served = honest(server).then(() => {
      isServed = true
    })
    await agree(() => server.numWaiting, PLACES + 1)
    for (let started = 1; started <= PLACES; started++) {
      clock.increment(1000 / perSecond)
      await agree(() => [starts, server.numWaiting], [burst + started, PLACES + 1])
    }
    expect(isServed).toBe(false)
    clock.increment(1000 / perSecond)
    await served
    expect(starts).toBe(burst + PLACES + 1)
  },
)
