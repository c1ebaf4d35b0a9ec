// Binding a socket to one network interface.

import { InterfaceUnavailableError } from '../common/errors.ts'
import { requireInteger, requireObject } from '../common/validate.ts'
import { requireInterface } from '../options/where-to-listen.ts'
import { loadLibc } from '../os/libc.ts'
import { setInterface } from '../os/raw-socket.ts'

/**
 * Binds any socket, by its descriptor, to the network interface `name` (`SO_BINDTODEVICE`): from
 * then on it takes nothing that came by another one. It is done when the promise resolves.
 *
 * A listening socket may have clients of other interfaces in its queue already, and a `rebind`
 * pause makes a new socket: a server that is to accept from one interface only listens on `{ port,
 * interface }`.
 *
 * Rejects with a `TypeError` or `RangeError` for a wrong argument; with an
 * `InterfaceUnavailableError` where it is not Linux or there is no koffi; with the system's error:
 * `ENODEV` (no such interface), `EPERM` (the capability `CAP_NET_RAW` is missing), `EBADF`,
 * `ENOTSOCK`.
 */
export async function bindToInterface(socket: { readonly fd: number }, name: string): Promise<void> {
  const { fd } = requireObject('socket', socket, '{ fd }') as { fd: unknown }
  const descriptor = requireInteger('socket.fd', fd, 0, 2 ** 31 - 1)
  requireInterface('name', name)
  const libc = process.platform === 'linux' ? await loadLibc() : undefined
  if (!libc) {
    throw new InterfaceUnavailableError(
      `Binding to the interface ${name} needs Linux and the optional dependency koffi (npm install koffi)`,
    )
  }
  setInterface(libc, descriptor, name)
}
