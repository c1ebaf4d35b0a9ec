import type { Socket } from 'node:net'
import type { Libc } from '../../src/os/libc.ts'

const SOL_SOCKET = 1
const SO_KEEPALIVE = 9
const IPPROTO_TCP = 6
const TCP_NODELAY = 1
const TCP_KEEPIDLE = 4

/** What the kernel says of a descriptor on Linux; seconds. */
export function socketOptions(fd: number, libc: Libc) {
  const option = (level: number, name: number) => {
    const value = new Int32Array(1)
    libc.getsockopt(fd, level, name, new Uint8Array(value.buffer), Uint32Array.of(4))
    return value[0]
  }
  return {
    noDelay: option(IPPROTO_TCP, TCP_NODELAY) !== 0,
    keepAlive: option(SOL_SOCKET, SO_KEEPALIVE) !== 0,
    keepAliveDelay: option(IPPROTO_TCP, TCP_KEEPIDLE),
  }
}

export const descriptorOfSocket = (socket: Socket): number =>
  (socket as unknown as { _handle: { fd: number } })._handle.fd
