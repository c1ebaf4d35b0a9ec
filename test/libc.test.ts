import { once } from 'node:events'
import { createServer } from 'node:net'
import { constants } from 'node:os'
import { expect, it } from 'vitest'
import { descriptorOf } from '../src/acceptor/bind.ts'
import { type Libc, loadLibc } from '../src/libc.ts'

const libc = (await loadLibc()) as Libc

const SOL_SOCKET = 1
const SO_ACCEPTCONN = 30
const FIONREAD = 0x541b
const F_GETFD = 1
const FD_CLOEXEC = 1

it.runIf(process.platform === 'linux')(
  'calls what Node does not call, with its results and errors',
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

it('is loaded once', async () => {
  expect(await loadLibc()).toBe(libc)
})
