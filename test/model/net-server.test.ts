// The model knows servers of others by what their clients see: here Node's, which accepts and
// closes what is over the limit.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type ClientView, createListenerModel, type ListenerModelEvent } from '../../src/testing/index.ts'
import { agree } from '../support/agreement.ts'
import { Client } from '../support/client.ts'
import { onPortForNoClient } from '../support/port.ts'

/** A client, and the server's socket of it. */
interface Entry {
  client: Client
  hasLeft: boolean
}

class NetServerReplay {
  readonly #server = createServer()
  readonly #sockets = new Set<Socket>()
  readonly #entries: Entry[] = []
  #port = 0

  static async start(maxConnections: number): Promise<NetServerReplay> {
    const replay = new NetServerReplay()
    const server = replay.#server
    server.maxConnections = maxConnections
    server.on('connection', (socket) => {
      replay.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => replay.#sockets.delete(socket))
      socket.on('data', (data) => (String(data) === 'throw' ? socket.destroy() : socket.end()))
      socket.write('hello')
    })
    replay.#port = await onPortForNoClient(async (where) => {
      server.listen(where)
      await once(server, 'listening')
      return where.port
    })
    return replay
  }

  readonly observe = () => ({
    numConnections: this.#sockets.size,
    clients: this.#entries.map((entry) => this.#viewOf(entry)),
  })

  #viewOf({ client, hasLeft }: Entry): ClientView {
    if (hasLeft) return 'left'
    if (client.error?.code === 'ECONNREFUSED') return 'refused'
    const isOver = client.hasEnded || client.error !== undefined
    if (client.received !== '') return isOver ? 'ended' : 'served'
    if (!isOver) return 'waits'
    return client.hasEnded ? 'dropped' : 'reset'
  }

  get #served(): Entry {
    return this.#entries.find((entry) => this.#viewOf(entry) === 'served') as Entry
  }

  async perform(event: ListenerModelEvent): Promise<void> {
    switch (event.type) {
      case 'connect': {
        const client = new Client({ port: this.#port, host: '127.0.0.1' })
        this.#entries.push({ client, hasLeft: false })
        await client.connected.catch(() => client.closed)
        return
      }
      case 'client.resets': {
        const entry = this.#served
        entry.hasLeft = true
        entry.client.reset()
        return void (await entry.client.closed)
      }
      case 'handler.returns':
        return this.#served.client.send('return')
      case 'handler.throws':
        return this.#served.client.send('throw')
      case 'limit.changed':
        this.#server.maxConnections = event.maxConnections
        return
      case 'close':
        this.#server.close()
        return
      default:
        throw new Error(`${event.type} was not asked for`)
    }
  }

  async end(): Promise<void> {
    for (const { client } of this.#entries) client.destroy()
    for (const socket of this.#sockets) socket.destroy()
    if (this.#server.listening) this.#server.close()
  }
}

const possible = ['connect', 'client.resets', 'handler.returns', 'handler.throws', 'limit.changed', 'close']

describe('a net.Server with a limit does what the model of one that drops does', () => {
  const model = createListenerModel({
    factory: 'create',
    overLimit: 'drop',
    seenFrom: 'outside',
    onHandlerError: 'ignore',
  })
  const paths = model.paths({
    events: (event) => possible.includes(event.type) && !('closeExistingConnections' in event),
  })

  it.each(paths)('$title', async ({ steps }) => {
    const replay = await NetServerReplay.start(2)
    try {
      for (const { event, expected } of steps) {
        await replay.perform(event)
        const { numConnections, clients } = expected
        await agree(replay.observe, { numConnections, clients })
      }
    } finally {
      await replay.end()
    }
  })

  it('and that of one that lets clients wait finds it out', async () => {
    const { steps } = createListenerModel({ maxConnections: 1 }).pathOf([
      { type: 'connect' },
      { type: 'connect' },
    ])
    const replay = await NetServerReplay.start(1)
    for (const { event } of steps) await replay.perform(event)
    await agree(() => replay.observe().clients, ['served', 'dropped'])
    expect(steps[1]?.expected.clients).toEqual(['served', 'waits'])
    await replay.end()
  })
})
