import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bindToInterface, InterfaceUnavailableError } from '../../src/index.ts'
import { knowsReusePort } from '../../src/options/where-to-listen.ts'
import { type Libc, loadLibc } from '../../src/os/libc.ts'
import { closeSomebodyElse, somebodyElse } from '../support/acceptor.ts'
import { connectTo, connectToAddress } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { loopback, serve, untilSnapshot } from '../support/serve.ts'

const libc = (await loadLibc()) as Libc
const SOL_SOCKET = 1
const SO_BINDTODEVICE = 25
const isRoot = process.getuid?.() === 0
const hasIPv6 = networkInterfaces()['lo']?.some(({ family }) => family === 'IPv6')

function interfaceOf({ fd }: { fd: number }): string {
  const value = Buffer.alloc(16)
  const length = new Uint32Array([value.length])
  expect(libc.getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, value, length)).toBe(0)
  return value.toString('utf8', 0, Math.max(0, (length[0] ?? 0) - 1))
}

const say = async (_address: unknown, socket: { end(text: string): void }) => void socket.end('served')
const listenOn = (where: object) => serve(say, {}, where as never)

afterEach(() => {
  vi.restoreAllMocks()
})

describe.runIf(process.platform === 'linux')('a server on { port, interface }', () => {
  const hosts = [
    '127.0.0.1',
    '127.0.0.2',
    'localhost',
    '0.0.0.0',
    ...(hasIPv6 ? ['::1', '::', '0::0:1'] : []),
  ]

  it.each([undefined, ...hosts])(
    'is bound to it on the host %s, through a hold and a rebind',
    async (host) => {
      const server = await listenOn({ port: 0, interface: 'lo', ...(host && { host }) })
      const { listeningOnAddress } = server
      expect(interfaceOf(server.listeningSocket)).toBe('lo')
      const ways = [listeningOnAddress]
      const isBoth = listeningOnAddress.family === 'IPv6' && listeningOnAddress.address === '::'
      if (isBoth) ways.push({ family: 'IPv4', address: '127.0.0.1', port: server.listeningOn as number })
      for (const strategy of ['hold', 'rebind', 'hold'] as const) {
        for (const way of ways) {
          const { received, error } = await connectToAddress(way).closed
          expect([received, error]).toEqual(['served', undefined])
        }
        server.pause({ strategy })
        if (strategy === 'hold') expect(interfaceOf(server.listeningSocket)).toBe('lo')
        await server.resume()
        expect(server.state).toBe('listening')
        expect(server.listeningOnAddress).toEqual(listeningOnAddress)
        expect(interfaceOf(server.listeningSocket)).toBe('lo')
      }
      server.pause({ strategy: 'rebind' })
      server.pause({ strategy: 'hold' })
      await untilSnapshot(server, { 'accept-paused': 'waiting' })
      expect(interfaceOf(server.listeningSocket)).toBe('lo')
    },
  )

  it.runIf(hasIPv6)('leaves IPv4 to others if it is of IPv6 only', async () => {
    const server = await listenOn({ port: 0, host: '::', ipv6Only: true, interface: 'lo' })
    const other = await somebodyElse({ port: server.listeningOn as number, host: '127.0.0.1' })
    await closeSomebodyElse(other)
  })

  it.runIf(hasIPv6)('listens on IPv4 where IPv6 is taken, as Node does', async () => {
    const other = createServer().listen({ port: 0, host: '::', ipv6Only: true })
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const server = await listenOn({ port, interface: 'lo' })
    expect(server.listeningOnAddress).toEqual({ family: 'IPv4', address: '0.0.0.0', port })
    other.close()
  })

  it('fails as Node does where somebody listens, and leaves nothing open', async () => {
    const other = await somebodyElse(loopback)
    const { port } = other.address() as { port: number }
    const before = openDescriptors()
    await expect(listenOn({ port, host: '127.0.0.1', interface: 'lo' })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      syscall: 'listen',
      address: '127.0.0.1',
      port,
      message: expect.stringContaining(`127.0.0.1:${port}`),
    })
    expect(openDescriptors()).toEqual(before)
    await closeSomebodyElse(other)
  })

  it.each([
    [{ interface: 'no-such-if' }, { code: 'ENODEV', syscall: 'setsockopt', address: 'no-such-if' }],
    [
      { interface: 'no-such-if', host: '127.0.0.1' },
      { code: 'ENODEV', syscall: 'setsockopt' },
    ],
    [
      { interface: 'lo', host: '192.0.2.1' },
      { code: 'EADDRNOTAVAIL', syscall: 'listen', address: '192.0.2.1' },
    ],
    [
      { interface: 'lo', host: 'fe80::1%no-such-if' },
      { code: 'ENODEV', syscall: 'listen' },
    ],
    [
      { interface: 'lo', host: 'no-such-host.invalid' },
      { code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) },
    ],
  ])('of %j fails with %j, and leaves nothing open', async (where, error) => {
    const before = openDescriptors()
    await expect(listenOn({ port: 0, ...where })).rejects.toMatchObject(error)
    expect(openDescriptors()).toEqual(before)
  })

  it.runIf(knowsReusePort(process.versions.node))('shares a port with others if it is asked to', async () => {
    const where = { host: '127.0.0.1', interface: 'lo', reusePort: true }
    const one = await listenOn({ ...where, port: 0 })
    const other = await listenOn({ ...where, port: one.listeningOn })
    expect(other.listeningOn).toBe(one.listeningOn)
  })
})

describe('bindToInterface', () => {
  it.runIf(process.platform === 'linux')(
    "binds a listening socket, and rejects with the kernel's error",
    async () => {
      const server = await serve(say)
      expect(interfaceOf(server.listeningSocket)).toBe('')
      await bindToInterface(server.listeningSocket, 'lo')
      expect(interfaceOf(server.listeningSocket)).toBe('lo')
      expect((await connectTo(server).closed).received).toBe('served')
      const error = { syscall: 'setsockopt', address: 'no-such-if' }
      await expect(bindToInterface(server.listeningSocket, 'no-such-if')).rejects.toMatchObject({
        ...error,
        code: 'ENODEV',
      })
      await expect(bindToInterface({ fd: 2 ** 30 }, 'lo')).rejects.toMatchObject({ code: 'EBADF' })
    },
  )

  it.runIf(process.platform === 'linux' && isRoot)('is EPERM where it is not allowed', async () => {
    const server = await serve(say)
    await bindToInterface(server.listeningSocket, 'lo')
    process.seteuid?.(65_534)
    try {
      await expect(bindToInterface(server.listeningSocket, 'lo')).rejects.toMatchObject({ code: 'EPERM' })
    } finally {
      process.seteuid?.(0)
    }
  })

  it.each([
    [{ fd: -1 }, 'lo', 'socket.fd'],
    [{}, 'lo', 'socket.fd'],
    [undefined, 'lo', 'socket'],
    [3, 'lo', 'socket'],
    [{ fd: 3 }, '', 'name'],
    [{ fd: 3 }, undefined, 'name'],
    [{ fd: 3 }, 'x'.repeat(16), 'name'],
    [{ fd: 3 }, 'a/b', 'name'],
    [{ fd: 3 }, 'a\0', 'name'],
  ])('does not take %j and %j', async (socket, name, option) => {
    await expect(bindToInterface(socket as never, name as never)).rejects.toThrow(
      new RegExp(`^${option.replace('.', '\\.')} must be`),
    )
  })

  it('is not possible off Linux', async () => {
    const { platform } = process
    Object.defineProperty(process, 'platform', { value: 'darwin' })
    try {
      await expect(bindToInterface({ fd: 3 }, 'lo')).rejects.toThrow(InterfaceUnavailableError)
      await expect(listenOn({ port: 0, interface: 'lo' })).rejects.toMatchObject({
        code: 'ERR_INTERFACE_UNAVAILABLE',
      })
    } finally {
      Object.defineProperty(process, 'platform', { value: platform })
    }
  })
})
