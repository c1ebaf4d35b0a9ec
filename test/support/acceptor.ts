// Acceptors that a test need not clean up, and an owner that remembers what it was told.
import { once } from 'node:events'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import { afterEach } from 'vitest'
import type { ListenerReport } from '../../machines/index.ts'
import { Acceptor, type AcceptorOptions, type AcceptorOwner } from '../../src/acceptor/acceptor.ts'
import { realClock } from '../../src/common/clock.ts'
import { type Deferred, deferred } from '../../src/common/deferred.ts'
import { parseWhere, type WhereToListen } from '../../src/options/where-to-listen.ts'
import { loadDuplicate } from '../../src/os/duplicate.ts'
import { loadLibc } from '../../src/os/libc.ts'
import { destroyClients } from './client.ts'
import { temporaryFolder } from './folder.ts'
import { loopback } from './serve.ts'

export class Owner implements AcceptorOwner {
  readonly sockets: Socket[] = []
  readonly reports: ListenerReport[] = []
  /** Called inside the accept callback. */
  onOffer: (socket: Socket) => void = () => {}
  readonly #waiting: { condition: () => boolean; done: Deferred<void> }[] = []

  readonly isRefusing = false
  readonly isNextTheLast = false

  disconnected(): void {}

  refused(): void {}

  offer(socket: Socket): void {
    socket.on('error', () => {})
    this.sockets.push(socket)
    this.onOffer(socket)
    this.#check()
  }

  report(event: ListenerReport): void {
    this.reports.push(event)
    this.#check()
  }

  get reported(): string[] {
    return this.reports.map(({ type }) => type)
  }

  /** Resolves once so many connections were accepted. */
  accepted(count: number): Promise<void> {
    return this.#until(() => this.sockets.length >= count)
  }

  /** Resolves once so many reports have come. */
  async reportedSo(count: number): Promise<void> {
    await this.#until(() => this.reports.length >= count)
  }

  #until(condition: () => boolean): Promise<void> {
    const done = deferred()
    this.#waiting.push({ condition, done })
    this.#check()
    return done.promise
  }

  #check(): void {
    for (const { condition, done } of this.#waiting) if (condition()) done.resolve()
  }
}

export interface Listening {
  acceptor: Acceptor
  owner: Owner
}

const running = new Set<Listening>()

/** What acceptors do here where nothing else is asked for. */
export async function defaultOptions(): Promise<AcceptorOptions> {
  const socket = { allowHalfOpen: true }
  const [duplicate, libc] = await Promise.all([loadDuplicate(), loadLibc()])
  return { backlog: 511, maxAcceptsPerBatch: 64, socket, duplicate, libc, clock: realClock }
}

export async function listenOn(
  where: WhereToListen,
  options: Partial<AcceptorOptions> = {},
): Promise<Listening> {
  const acceptor = await Acceptor.listen(parseWhere(where), { ...(await defaultOptions()), ...options })
  const listening = { acceptor, owner: new Owner() }
  acceptor.owner = listening.owner
  running.add(listening)
  return listening
}

/** Closes an acceptor; resolves when it has told so. */
export async function closed({ acceptor, owner }: Listening): Promise<void> {
  const told = owner.reports.length + 1
  acceptor.close()
  await owner.reportedSo(told)
}

afterEach(async () => {
  destroyClients()
  const left = [...running]
  running.clear()
  for (const { owner } of left) for (const socket of owner.sockets) socket.destroy()
  await Promise.all(left.map(closed))
})

const socketsOfOthers = new WeakMap<NetServer, Set<Socket>>()

/** Somebody else's server; closed at the end of the test by whoever asked for it. */
export async function somebodyElse(where: {
  port?: number
  host?: string
  path?: string
}): Promise<NetServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => sockets.add(socket.on('error', () => {})))
  socketsOfOthers.set(server, sockets)
  server.listen(where)
  await once(server, 'listening')
  return server
}

/** Resolves once nothing of it is open. */
export async function closeSomebodyElse(server: NetServer): Promise<void> {
  server.close()
  for (const socket of socketsOfOthers.get(server) ?? []) socket.destroy()
  await once(server, 'close')
}

/** For a handle that nobody hears. */
export const handleOptions = {
  socket: {},
  backlog: 511,
  isRefd: true,
  onConnection: () => {},
  isRefusing: () => false,
  onRefused: () => {},
  onError: () => {},
  onClosed: () => {},
  beforeAccept: () => {},
}

/** A listening socket that nobody polls. */
export async function heldSocket(where: WhereToListen): Promise<Acceptor> {
  const { acceptor } = await listenOn(where)
  acceptor.stop('hold')
  return acceptor
}

/** For what has to hold wherever a server listens. */
export const places: { name: string; where: () => WhereToListen }[] = [
  { name: 'a port', where: () => loopback },
  { name: 'an IPv6 port', where: () => ({ port: 0, host: '::1' }) },
  { name: 'a path', where: () => ({ path: `${temporaryFolder()}/a b` }) },
]
