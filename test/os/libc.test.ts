import { once } from 'node:events'
import { closeSync, constants as fsConstants } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { constants } from 'node:os'
import { expect, it } from 'vitest'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { type Libc, loadLibc } from '../../src/os/libc.ts'
import { Fixture, packageEntry } from '../support/package.ts'
import { ticks } from '../support/turns.ts'

const libc = (await loadLibc()) as Libc
const entry = packageEntry()

const SOL_SOCKET = 1
const SO_ACCEPTCONN = 30
const FIONREAD = 0x541b
const F_GETFD = 1
const FD_CLOEXEC = 1
const F_GETFL = 3
const POLLIN = 1
const RLIMIT_NOFILE = 7

it.runIf(process.platform === 'linux')(
  'makes calls that Node does not make, with their results and errors',
  async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const fd = descriptorOf(server)
    const value = new Int32Array([0])
    const bytes = new Uint8Array(value.buffer)
    const length = new Uint32Array([4])
    expect(libc.getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, bytes, length)).toBe(0)
    expect([value[0], length[0]]).toEqual([1, 4])
    expect(libc.fcntl(fd, F_GETFD, 0)).toBe(FD_CLOEXEC)
    expect(libc.ioctl(fd, FIONREAD, value)).toBe(-1)
    expect(libc.errno()).toBe(constants.errno.EINVAL)
    expect(libc.setsockopt(-1, SOL_SOCKET, SO_ACCEPTCONN, bytes, 4)).toBe(-1)
    expect(libc.errno()).toBe(constants.errno.EBADF)
    server.close()
  },
)

it.runIf(process.platform === 'linux')('polls, accepts, and reads limits', async () => {
  const server = createServer()
  const connected = once(server, 'connection')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const fd = descriptorOf(server)
  const pollfd = new Uint8Array(8)
  new Int32Array(pollfd.buffer).set([fd, POLLIN])
  expect(libc.poll(pollfd, 1, 0)).toBe(0)
  expect(libc.accept(fd)).toBe(-1)
  expect(libc.errno()).toBe(constants.errno.EAGAIN)
  const { port } = server.address() as AddressInfo
  const client = connect(port, '127.0.0.1')
  client.on('error', () => {})
  // By then the kernel has connected it, and the event loop has not turned, so that Node has not
  // accepted it.
  await ticks(2)
  expect(libc.poll(pollfd, 1, 10_000)).toBe(1)
  const accepted = libc.accept(fd)
  expect(accepted).toBeGreaterThan(2)
  expect(libc.fcntl(accepted, F_GETFD, 0)).toBe(FD_CLOEXEC)
  expect(libc.fcntl(accepted, F_GETFL, 0) & fsConstants.O_NONBLOCK).not.toBe(0)
  closeSync(accepted)
  client.destroy()
  const limits = new BigUint64Array(2)
  expect(libc.getrlimit(RLIMIT_NOFILE, limits)).toBe(0)
  expect(limits[0]).toBeGreaterThan(0n)
  expect(libc.getrlimit(-1, limits)).toBe(-1)
  server.close()
  expect(await Promise.race([connected, 'nobody'])).toBe('nobody')
})

it('is loaded once', async () => {
  expect(await loadLibc()).toBe(libc)
})

it('is loaded later where no descriptor was left to load it with', async () => {
  const fixture = new Fixture(entry, 'no-descriptors.mjs', [], 128)
  expect(await fixture.next()).toEqual(['EMFILE', 'held', 'held'])
})
