import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { acceptNow } from '../../src/os/accept.ts'
import { type Libc, loadLibc } from '../../src/os/libc.ts'
import { type HandleClass, handleClassOf, listeningHandleOf } from '../../src/os/native-handle.ts'
import { heldSocket, places } from '../support/acceptor.ts'
import { connected } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { loopback } from '../support/serve.ts'
import { descriptorOfSocket, socketOptions } from '../support/socket-options.ts'
import { turns } from '../support/turns.ts'

const libc = (await loadLibc()) as Libc

describe.runIf(process.platform === 'linux').each(places)('accept(2) on $name', ({ where }) => {
  it('gives the first client that waits, and none where none does', async () => {
    const { fd, address } = await heldSocket(where())
    const [client] = await connected(1, address)
    const socket = acceptNow(fd, libc, { allowHalfOpen: true }) as Socket
    expect(acceptNow(fd, libc, {})).toBeUndefined()
    socket.write('hello')
    await client?.receives('hello')
    expect(socket.allowHalfOpen).toBe(true)
    socket.destroy()
    await client?.closed
  })
})

/** The class of the handles of Node's servers on a port. */
async function realClass(): Promise<HandleClass> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const found = handleClassOf(server) as HandleClass
  server.close()
  return found
}

describe.runIf(process.platform === 'linux')('with a class of handles', () => {
  class Throwing {
    constructor() {
      throw new Error('Illegal constructor')
    }
  }
  class WithoutOpen {}
  class OpenThrows {
    open(): number {
      throw new Error('Illegal invocation')
    }
  }
  class OpenFails {
    isClosed = false
    open(): number {
      return -22
    }
    close(): void {
      this.isClosed = true
    }
  }
  class NoHandle {
    open(): number {
      return 0
    }
  }

  it.each([Throwing, WithoutOpen, OpenThrows, OpenFails, NoHandle])(
    'that is not what it was (%o), a client is served all the same',
    async (handleClass) => {
      const { fd, address } = await heldSocket(loopback)
      const [client] = await connected(1, address)
      const socket = acceptNow(fd, libc, { noDelay: true }, handleClass as never) as Socket
      client?.send('hello')
      expect(String((await once(socket, 'data'))[0])).toBe('hello')
      socket.end('bye')
      await client?.receives('bye')
    },
  )

  it('there is one where handles are Node’s, and none of a server that is closed', async () => {
    expect(typeof (await realClass())).toBe('function')
    expect(handleClassOf(createServer())).toBeUndefined()
    expect(handleClassOf({ _handle: { open: () => 0 } })).toBeUndefined()
    expect(handleClassOf({ _handle: { getAsyncId: () => 1 } })).toBeUndefined()
    expect(listeningHandleOf({ _handle: { onconnection: () => {} } })).toBeUndefined()
  })

  it('a client is paused, as by a server of Node', async () => {
    const { fd, address } = await heldSocket(loopback)
    const [client] = await connected(1, address)
    const socket = acceptNow(fd, libc, { pauseOnConnect: true }, await realClass()) as Socket
    client?.send('hello')
    await turns(3)
    expect([socket.isPaused(), socket.bytesRead]).toEqual([true, 0])
    socket.resume()
    expect(String((await once(socket, 'data'))[0])).toBe('hello')
    socket.destroy()
  })
})

describe.runIf(process.platform === 'linux').each([
  { name: 'without a class of handles', classOf: async () => undefined },
  { name: 'with one', classOf: realClass },
])('a client that is accepted by hand $name', ({ classOf }) => {
  it('has the socket options of the server', async () => {
    const { fd, address } = await heldSocket(loopback)
    await connected(2, address)
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 77_000, highWaterMark: 1234 }
    const handleClass = await classOf()
    const one = acceptNow(fd, libc, options, handleClass) as Socket
    expect(socketOptions(descriptorOfSocket(one), libc)).toEqual({
      noDelay: true,
      keepAlive: true,
      keepAliveDelay: 77,
    })
    expect([one.readableHighWaterMark, one.writableHighWaterMark]).toEqual([1234, 1234])
    expect(one.allowHalfOpen).toBe(false)
    const other = acceptNow(fd, libc, {}, handleClass) as Socket
    expect(socketOptions(descriptorOfSocket(other), libc)).toMatchObject({
      noDelay: false,
      keepAlive: false,
    })
    one.destroy()
    other.destroy()
  })

  it('is an error with its code where accept(2) fails, and nothing is left open', () => {
    const fd = openSync('/dev/null', 'r')
    onTestFinished(() => closeSync(fd))
    const before = openDescriptors()
    expect(() => acceptNow(fd, libc, {})).toThrow(
      expect.objectContaining({
        code: 'ENOTSOCK',
        syscall: 'accept',
        errno: -88,
        message: 'accept ENOTSOCK: socket operation on non-socket',
      }),
    )
    expect(openDescriptors()).toEqual(before)
  })
})
