// Numbers of errors, and errors as Node makes them of system calls.
import { constants } from 'node:os'
import { getSystemErrorName } from 'node:util'

export const { EAGAIN, EBADF, ECONNRESET, EMFILE, EPIPE, EADDRINUSE, ENOTCONN, ENOENT, ECANCELED, EINVAL } =
  constants.errno

/** As `node:fs` throws them; `errno` is positive. */
export function systemError(errno: number, syscall: string): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno)
  return Object.assign(new Error(`${code}: ${syscall}`), { errno: -errno, code, syscall })
}
