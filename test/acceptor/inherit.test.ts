import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createServer, type Server as NetServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { type Duplicate, loadDuplicate } from '../../src/os/duplicate.ts'
import { pathOfSocket } from '../../src/os/unix-table.ts'
import { closed, closeSomebodyElse, listenOn, somebodyElse } from '../support/acceptor.ts'
import { connected, connectToAddress } from '../support/client.ts'
import { nameOf, openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { loopback } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

/** A listening descriptor without anybody who polls it, as systemd passes one on. */
async function listeningDescriptor(where: { port?: number; host?: string; path?: string } = loopback) {
  const server = await somebodyElse(where)
  const fd = await copyOf(server)
  // A unix socket's file goes with the handle that bound it; the descriptor is what counts here.
  await closeSomebodyElse(server)
  return fd
}

async function copyOf(server: NetServer): Promise<number> {
  const duplicate = (await loadDuplicate()) as Duplicate
  return duplicate(descriptorOf(server))
}

describe('a server on an inherited descriptor', () => {
  it('accepts, knows its address, and closes the descriptor in the end', async () => {
    const before = openDescriptors()
    const fd = await listeningDescriptor()
    const listening = await listenOn({ fd })
    const { acceptor, owner } = listening
    expect(acceptor.fd).toBe(fd)
    expect(acceptor.address).toMatchObject({ family: 'IPv4', address: '127.0.0.1' })
    connectToAddress(acceptor.address)
    await owner.accepted(1)
    for (const socket of owner.sockets) await once(socket.destroy(), 'close')
    await closed(listening)
    await expect.poll(openDescriptors).toEqual(before)
  })

  it('holds', async () => {
    const { acceptor, owner } = await listenOn({ fd: await listeningDescriptor() })
    acceptor.stop('hold')
    const clients = await connected(10, acceptor.address)
    await turns(10)
    expect(owner.sockets).toEqual([])
    acceptor.start()
    await owner.accepted(10)
    expect(owner.sockets.map((socket) => socket.remotePort)).toEqual(
      clients.map((client) => client.localPort),
    )
  })

  it('serves clients that waited before it took over', async () => {
    const server = await somebodyElse(loopback)
    const { port } = server.address() as { port: number }
    const fd = await copyOf(server)
    await closeSomebodyElse(server)
    await connected(3, { family: 'IPv4', address: '127.0.0.1', port })
    const { owner } = await listenOn({ fd })
    await owner.accepted(3)
  })

  it('knows the path of a unix socket', async () => {
    const path = join(temporaryFolder(), 'two  blanks')
    const server = await somebodyElse({ path })
    const { acceptor, owner } = await listenOn({ fd: await copyOf(server) })
    expect(acceptor.address).toEqual({ family: 'unix', path })
    server.removeAllListeners('connection')
    acceptor.stop('hold')
    acceptor.start()
    const { fd } = acceptor
    expect(pathOfSocket(fd)).toBe(path)
    expect(owner.reported).toEqual(['acceptor.ready'])
    await closeSomebodyElse(server)
  })

  it('knows the abstract name of a unix socket', async () => {
    const path = `\0xstate-tcp-inherit-${process.pid}`
    const server = await somebodyElse({ path })
    const { acceptor } = await listenOn({ fd: await copyOf(server) })
    expect(acceptor.address).toEqual({ family: 'unix', path })
    await closeSomebodyElse(server)
  })
})

describe('a wrong descriptor', () => {
  /** Expects a rejection that leaves everything as it was, the descriptor itself included. */
  async function expectRejected(fd: number, code: string | RegExp) {
    const before = openDescriptors()
    const name = nameOf(fd)
    const error = await listenOn({ fd }).catch((thrown: NodeJS.ErrnoException) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect((error as NodeJS.ErrnoException).code).toMatch(code)
    await turns(2)
    expect(openDescriptors()).toEqual(before)
    expect(nameOf(fd)).toBe(name)
  }

  it('that is closed is EBADF', async () => {
    const fd = openSync('/dev/null', 'r')
    closeSync(fd)
    await expectRejected(fd, 'EBADF')
    await expectRejected(2 ** 31 - 1, 'EBADF')
  })

  it('of a file is ENOTSOCK', async () => {
    const fd = openSync('/dev/null', 'r')
    await expectRejected(fd, 'ENOTSOCK')
    closeSync(fd)
  })

  it('of a UDP socket is EINVAL', async () => {
    const before = openDescriptors()
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const fd =
      openDescriptors().find((one) => !before.includes(one) && nameOf(one)?.startsWith('socket:')) ?? -1
    await expectRejected(fd, 'EINVAL')
    socket.close()
    await once(socket, 'close')
  })

  it.each([
    { name: 'TCP', where: () => loopback },
    { name: 'unix', where: () => ({ path: join(temporaryFolder(), 's') }) },
  ])('of a connected $name socket is an error', async ({ where }) => {
    const server = createServer().listen(where())
    await once(server, 'listening')
    const bound = server.address() as string | { port: number }
    const client = connectToAddress(
      typeof bound === 'string'
        ? { family: 'unix', path: bound }
        : { family: 'IPv4', address: '127.0.0.1', port: bound.port },
    )
    const [socket] = await once(server, 'connection')
    await expectRejected(descriptorOf(socket), /EINVAL|EISCONN/)
    // It is still usable, too.
    socket.write('still here')
    await client.receives('still here')
    socket.destroy()
    await closeSomebodyElse(server)
  })

  it('that cannot be duplicated is EMFILE, and stays open', async () => {
    const fd = await listeningDescriptor()
    const before = openDescriptors()
    await expect(listenOn({ fd }, { duplicate: () => -1 })).rejects.toMatchObject({ code: 'EMFILE' })
    expect(openDescriptors()).toEqual(before)
    closeSync(fd)
  })
})
