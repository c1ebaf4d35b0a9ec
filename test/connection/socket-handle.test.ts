import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { followHandle, type HandleOwner, isFinDue } from '../../src/connection/socket-handle.ts'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { agree } from '../support/agreement.ts'
import { Client } from '../support/client.ts'
import { nameOf } from '../support/descriptors.ts'

/** An accepted socket, and what is told of its descriptor. */
async function accepted(disguise: (socket: Socket) => void = () => {}) {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const client = new Client({ host: '127.0.0.1', port })
  const [socket] = (await once(server, 'connection')) as [Socket]
  server.close()
  const told: string[] = []
  const fd = descriptorOf(socket)
  const name = nameOf(fd)
  const owner: HandleOwner = {
    get isFinDue() {
      return isFinDue(socket)
    },
    descriptorCloses: () => told.push('closes'),
    descriptorClosed: () => told.push(nameOf(fd) === name ? 'told too early' : 'closed'),
  }
  disguise(socket)
  const handle = followHandle(socket, owner)
  return { client, socket, handle, told }
}

/** As sockets of other runtimes are: there is a handle, and it is not Node's. */
function disguise(socket: Socket): void {
  const { _handle: handle } = socket as unknown as { _handle: { getAsyncId: unknown } }
  handle.getAsyncId = undefined
}

const ends: Record<string, (socket: Socket, client: Client) => void> = {
  'by both ends': (socket, client) => {
    socket.resume().end()
    client.end()
  },
  'by destroy()': (socket) => void socket.destroy(),
  'by an error': (socket) => void socket.destroy(new Error('mine')),
  'by a reset of its own': (socket) => void socket.resetAndDestroy(),
  'by a reset of the peer': (socket, client) => {
    socket.resume()
    client.reset()
  },
}

describe.each([
  { kind: "Node's", dress: () => {}, hasHandle: true },
  { kind: 'another runtime', dress: disguise, hasHandle: false },
])('a handle of $kind', ({ dress, hasHandle }) => {
  it.each(Object.entries(ends))(
    'tells of a descriptor that is closed %s, without any listener',
    async (_, end) => {
      const { client, socket, handle, told } = await accepted(dress)
      expect(handle !== undefined).toBe(hasHandle)
      socket.removeAllListeners().on('error', () => {})
      end(socket, client)
      await agree(() => told, ['closes', 'closed'])
      client.destroy()
    },
  )
})

describe('a reset after the end', () => {
  it.each<[string, (reset: () => void) => void]>([
    ['in the same turn', (reset) => reset()],
    ['in a microtask', queueMicrotask],
    ['in the next tick', process.nextTick],
    ['in the next turn', setImmediate],
  ])('%s closes the descriptor, though libuv refuses it while FIN is due', async (_, later) => {
    const { client, socket, told } = await accepted()
    const errors: unknown[] = []
    socket.on('error', (error) => errors.push(error))
    const closed = once(socket, 'close')
    socket.end('all of it')
    later(() => socket.resetAndDestroy())
    await closed
    await agree(() => told, ['closes', 'closed'])
    expect(errors).toEqual([])
    client.destroy()
  })

  it('still resets where data waits to be taken', async () => {
    const { client, socket, told } = await accepted()
    client.socket.pause()
    // More than the OS takes.
    socket.end(Buffer.alloc(32 << 20))
    expect(socket.writableLength).toBeGreaterThan(0)
    socket.resetAndDestroy()
    await agree(() => told, ['closes', 'closed'])
    client.socket.resume()
    await client.closed
    expect(client.error?.code).toBe('ECONNRESET')
  })

  it('leaves the peer what was written before it, and an end', async () => {
    const { client, socket } = await accepted()
    socket.write('all of it', () => {
      socket.end()
      socket.resetAndDestroy()
    })
    await client.closed
    expect([client.received, client.error]).toEqual(['all of it', undefined])
  })
})
