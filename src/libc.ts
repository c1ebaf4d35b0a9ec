// Calls of the C library that Node does not make, by the optional dependency `koffi`.

/** Each returns -1 where it fails, and `errno()` then says why. */
export interface Libc {
  fcntl(fd: number, command: number, argument: number): number
  /** For requests that write an `int`. */
  ioctl(fd: number, request: number, value: Int32Array): number
  /** `length` is a `socklen_t` in the machine's order: how much `value` has room for, then how much was written. */
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, length: Uint32Array): number
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number
  /** -1 or a new descriptor. */
  socket(domain: number, type: number, protocol: number): number
  /** `address` is a `sockaddr` in the machine's form. */
  bind(fd: number, address: Uint8Array, length: number): number
  /** The error of the last call, as a positive number of the OS; `os.constants.errno` has their names. */
  errno(): number
}

let loading: Promise<Libc | undefined> | undefined

/** Resolves with `undefined` where there is no koffi, or no C library (Windows). Never rejects; loads once. */
export function loadLibc(): Promise<Libc | undefined> {
  loading ??= load()
  return loading
}

async function load(): Promise<Libc | undefined> {
  if (process.platform === 'win32') return undefined
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
      errno: () => koffi.errno(),
    }
  } catch {
    return undefined
  }
}
