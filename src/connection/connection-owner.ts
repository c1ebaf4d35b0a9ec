// What a connection needs of the collection that holds it.
import type { connectionMachine } from '../../machines/index.ts'
import type { Role } from '../chart/chart-actor-ref.ts'
import type { Deadlines } from '../common/deadlines.ts'
import type { Timeouts } from '../common/timeouts.ts'
import type { Batch } from '../streams/batch.ts'
import type { WriterOwner } from '../streams/socket-writer.ts'
import type { Buffers } from './buffers.ts'
import type { LiveConnection } from './live-connection.ts'
import type { Upgrades } from './upgrade.ts'

export type ConnectionRole = Role<typeof connectionMachine, LiveConnection>

export interface ConnectionOwner {
  /** Of all its connections' actors. */
  readonly role: ConnectionRole
  readonly isClosing: boolean
  /** The socket's descriptor is closed. */
  socketClosed(connection: LiveConnection): void
  /** Its handler is to be started when its turn comes. */
  queueHandler(connection: LiveConnection): void
  /** It did something wrong before its handler was called: an error that says what. */
  clientFailed(connection: LiveConnection, error: unknown): void
  /** A rule keeps its client out. */
  denied(connection: LiveConnection): void
  /** Its handler never ran: the server closed first. */
  discarded(connection: LiveConnection): void
  /** What its handler threw after its end. */
  failedLate(connection: LiveConnection, error: unknown): void
  startFlushing(connection: LiveConnection): void
  startLingering(connection: LiveConnection): void
  /** It goes on lingering, for as long again. */
  lingerOn(connection: LiveConnection): void
  /** In milliseconds, from now on; `Infinity` for no limit. */
  setIdleTimeout(connection: LiveConnection, milliseconds: number): void
  /** It is too old, and has some time to end. */
  startGrace(connection: LiveConnection): void
  /** Whether the peer has taken everything, FIN included; `undefined` where nobody can say. */
  hasPeerAll(fd: number): boolean | undefined
  /** How long what a writer writes may wait; undefined for ever. */
  readonly bufferAges: Deadlines<Batch<WriterOwner>> | undefined
  readonly bufferAgeLimit: number
  /** Connections that begin with TLS while their handler runs. */
  readonly upgrades: Upgrades
  /** Of reads and flushes that may not wait for ever. */
  readonly timeouts: Timeouts
  /** What all readers and writers hold; undefined where that has no limit. */
  readonly buffers: Buffers | undefined
  /** The connection has settled; `failure` is what its handler threw. */
  settled(connection: LiveConnection, failure: Failure | undefined): void
}

export interface Failure {
  readonly error: unknown
}

/** Sizes in bytes. */
export interface BufferSizes {
  readerBufferSize: number
  writerBufferSize: number
}
