// What the live connections of a server need of it.
import type { Socket } from 'node:net'
import type { ListenerReport } from '../../machines/index.ts'
import type { AnyChartActor } from '../chart/children.ts'
import type { System } from '../chart/system.ts'
import type { Address } from '../common/address.ts'
import type { ClientError } from '../common/client-error.ts'
import type { Clock } from '../common/clock.ts'
import type { DeadlineSettings } from '../options/deadline-options.ts'
import type { HandlerQueueOptions } from './handler.ts'
import type { LiveConnection } from './live-connection.ts'
import type { PrefaceSettings } from './preface.ts'

export interface ConnectionsOptions extends HandlerQueueOptions {
  /** The server's own address. */
  address: Address
  system: System
  /** The listener's actor. */
  parent: AnyChartActor
  clock: Clock
  /** In milliseconds; `Infinity` for no limit. */
  bufferAgeLimit: number
  /** `Infinity` for no limit. */
  maxBufferedBytes: number
  /** Both in milliseconds. */
  flushTimeout: number
  lingerTimeout: number
  /**
   * Whether the peer of a socket has taken everything, FIN included; `undefined` where nobody can
   * say.
   */
  hasPeerAll: (fd: number) => boolean | undefined
  deadlines: DeadlineSettings
  /** What has to come before a handler. */
  preface: PrefaceSettings
  /** A client did something wrong before its handler was called. */
  onClientError: (error: ClientError, address: Address) => void
  /** A rule keeps the client out that a header has named. */
  onDenied: (connection: LiveConnection) => void
  /** A connection has begun to linger. */
  onLingering: () => void
  /** Whether the listener closes, or has closed. */
  isClosing: () => boolean
  report: (event: ListenerReport) => void
  /** The accepted socket that the listener has found a place for. */
  takeOffered: () => Socket | undefined
}
