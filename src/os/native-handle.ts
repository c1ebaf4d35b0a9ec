import type { AddressInfo } from 'node:net'
import type { Ends } from '../common/address.ts'

/** Node's own handle of a server or a socket. Not documented, and stable for ten years. */
export interface NativeHandle {
  /** -1 on Windows and Deno. */
  readonly fd?: number
  close?(callback?: () => void): void
  /** Fills in `address`, `family` and `port`. 0, or an error of libuv. */
  getpeername?(into: object): number
  getsockname?(into: object): number
  /** As `getpeername`; of TCP only. */
  setNoDelay?(enable: boolean): number
  setKeepAlive?(enable: boolean, seconds: number): number
}

/** `undefined` while it is not open. */
export function nativeHandleOf(owner: object): NativeHandle | undefined {
  return (owner as { _handle?: NativeHandle | null })._handle ?? undefined
}

/** The class of such handles: Node makes one for each socket that a server accepts. */
export type HandleClass = new (
  type: number,
) => NativeHandle & {
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
export function handleOn(fd: number, handleClass: HandleClass): NativeHandle | undefined {
  try {
    const handle = new handleClass(TYPE_OF_CONNECTION)
    if (handle.open(fd) !== 0) handle.close()
    else if (handle.fd === fd) return handle
  } catch {
    // Another release of Node.
  }
  return undefined
}

/**
 * Both ends of a connection, asked for when they are read: nothing of a unix socket, or of a client
 * that has gone.
 */
export class HandleEnds implements Ends {
  readonly #handle: NativeHandle
  #local: Partial<AddressInfo> | undefined
  #remote: Partial<AddressInfo> | undefined

  constructor(handle: NativeHandle) {
    this.#handle = handle
  }

  get localFamily(): string | undefined {
    return this.#ownName.family
  }

  get localAddress(): string | undefined {
    return this.#ownName.address
  }

  get localPort(): number | undefined {
    return this.#ownName.port
  }

  get remoteFamily(): string | undefined {
    return this.#peerName.family
  }

  get remoteAddress(): string | undefined {
    return this.#peerName.address
  }

  get remotePort(): number | undefined {
    return this.#peerName.port
  }

  get #ownName(): Partial<AddressInfo> {
    this.#local ??= filledBy((into) => this.#handle.getsockname?.(into))
    return this.#local
  }

  get #peerName(): Partial<AddressInfo> {
    this.#remote ??= filledBy((into) => this.#handle.getpeername?.(into))
    return this.#remote
  }
}

function filledBy(fill: (into: object) => void): Partial<AddressInfo> {
  const name = {}
  fill(name)
  return name
}

/** Node's own handle of a server that listens. */
export interface ListeningHandle {
  /** Called for each client that was accepted, or with an error of libuv. */
  onconnection: (error: number, client: NativeHandle | undefined) => void
}

/** `undefined` on runtimes whose handles are not Node's, and where it does not listen. */
export function listeningHandleOf(server: object): ListeningHandle | undefined {
  // Bun calls something else by this name.
  if (!handleClassOf(server)) return undefined
  const handle = nativeHandleOf(server) as Partial<ListeningHandle> | undefined
  return typeof handle?.onconnection === 'function' ? (handle as ListeningHandle) : undefined
}
