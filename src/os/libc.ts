// Calls of the C library that Node does not make, by the optional dependency `koffi`.
import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import type { LibraryHandle } from 'koffi'

/** Each returns -1 where it fails, and `errno()` then says why. */
export interface Libc {
  fcntl(fd: number, command: number, argument: number): number
  /** For requests that write an `int`. */
  ioctl(fd: number, request: number, value: Int32Array): number
  /**
   * `length` is a `socklen_t` in the machine's order: how much `value` has room for, then how much
   * was written.
   */
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, length: Uint32Array): number
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number
  /** -1 or a new descriptor. */
  socket(domain: number, type: number, protocol: number): number
  /** `address` is a `sockaddr` in the machine's form. */
  bind(fd: number, address: Uint8Array, length: number): number
  /**
   * `descriptors` is an array of `struct pollfd`, each of which takes 8 bytes: an `int`, the two
   * sets of events.
   */
  poll(descriptors: Uint8Array, count: number, milliseconds: number): number
  /**
   * A new descriptor for the first client in the queue, which programs that are started do not
   * inherit.
   */
  accept(fd: number): number
  /** `limits` is a `struct rlimit` as 64-bit machines have it: the soft limit, the hard one. */
  getrlimit(resource: number, limits: BigUint64Array): number
  /**
   * The error of the last call, as a positive number of the OS; `os.constants.errno` has their
   * names.
   */
  errno(): number
}

const F_SETFD = 2
const FD_CLOEXEC = 1
/** `SOCK_CLOEXEC | SOCK_NONBLOCK` of Linux. */
const ACCEPT_FLAGS = 0o2000000 | 0o4000

let loading: Promise<Libc | undefined> | undefined

/**
 * Resolves with `undefined` where there is no koffi, or no C library (Windows). Loads once. Rejects
 * only where the process has no descriptor left to read koffi's files with: that is no lack of
 * koffi, and the next call tries again.
 */
export function loadLibc(): Promise<Libc | undefined> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

/** More than koffi opens at once while it is loaded. */
const DESCRIPTORS_TO_LOAD = 16

/**
 * Throws `EMFILE` or `ENFILE` where koffi's files could not be read: an import that has failed once
 * fails for ever.
 */
function assertDescriptors(): void {
  const opened: number[] = []
  try {
    while (opened.length < DESCRIPTORS_TO_LOAD) opened.push(openSync(devNull, 'r'))
  } finally {
    for (const fd of opened) closeSync(fd)
  }
}

async function load(): Promise<Libc | undefined> {
  if (process.platform === 'win32') return undefined
  assertDescriptors()
  try {
    const { default: koffi } = await import('koffi')
    const library = koffi.load(null)
    // On some machines, arguments in the place of dots are passed in another way than others.
    const fcntl = library.func('int fcntl(int fd, int command, ...)')
    const ioctl = library.func('int ioctl(int fd, unsigned long request, ...)')
    return {
      fcntl: (fd, command, argument) => fcntl(fd, command, 'int', argument) as number,
      ioctl: (fd, request, value) => ioctl(fd, request, 'void *', value) as number,
      getsockopt: library.func(
        'int getsockopt(int fd, int level, int name, void *value, _Inout_ uint32_t *length)',
      ),
      setsockopt: library.func(
        'int setsockopt(int fd, int level, int name, const void *value, uint32_t length)',
      ),
      socket: library.func('int socket(int domain, int type, int protocol)'),
      bind: library.func('int bind(int fd, const void *address, uint32_t length)'),
      poll: library.func('int poll(void *descriptors, unsigned long count, int milliseconds)'),
      accept: acceptOf(library, fcntl),
      getrlimit: library.func('int getrlimit(int resource, void *limits)'),
      errno: () => koffi.errno(),
    }
  } catch {
    return undefined
  }
}

/** The same call as libuv's, so that it fails for the same reasons. */
function acceptOf(library: LibraryHandle, fcntl: (...args: unknown[]) => unknown): (fd: number) => number {
  if (process.platform === 'linux') {
    const accept4 = library.func('int accept4(int fd, void *address, void *length, int flags)')
    return (fd) => accept4(fd, null, null, ACCEPT_FLAGS) as number
  }
  const accept = library.func('int accept(int fd, void *address, void *length)')
  return (fd) => {
    const accepted = accept(fd, null, null) as number
    if (accepted !== -1) fcntl(accepted, F_SETFD, 'int', FD_CLOEXEC)
    return accepted
  }
}
