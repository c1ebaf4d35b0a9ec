/** Node's own handle of a server or a socket. Not documented, and stable for ten years. */
export interface NativeHandle {
  /** -1 on Windows and Deno. */
  readonly fd?: number
  close?(callback?: () => void): void
}

/** `undefined` while it is not open. */
export function nativeHandleOf(owner: object): NativeHandle | undefined {
  return (owner as { _handle?: NativeHandle | null })._handle ?? undefined
}

/** The class of such handles: Node makes one for each socket that a server accepts. */
export type HandleClass = new (
  type: number,
) => {
  readonly fd?: number
  /** Gives it a descriptor. 0, or an error of libuv. */
  open(fd: number): number
  close(): void
}

/** Of a connection, where that of a server is 1. */
const TYPE_OF_CONNECTION = 0

/** Of the handle of a server; `undefined` on runtimes whose handles are not Node's. */
export function handleClassOf(owner: object): HandleClass | undefined {
  const handle = nativeHandleOf(owner) as { getAsyncId?: unknown; open?: unknown } | undefined
  if (typeof handle?.getAsyncId !== 'function' || typeof handle.open !== 'function') return undefined
  return handle.constructor as HandleClass
}

/**
 * A handle that owns `fd` from now on, for a `Socket`. `undefined` where there is none to be had in
 * this way, which no document of Node promises; `fd` is the caller's then.
 */
export function handleOn(fd: number, handleClass: HandleClass): object | undefined {
  try {
    const handle = new handleClass(TYPE_OF_CONNECTION)
    if (handle.open(fd) !== 0) handle.close()
    else if (handle.fd === fd) return handle
  } catch {
    // Another release of Node.
  }
  return undefined
}
