import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { followHandle, type HandleOwner } from '../../src/connection/socket-handle.ts'
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
