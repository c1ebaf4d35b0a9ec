// As much of a server as the drivers need.
import type { Socket } from 'node:net'
import type { ListenerCommand, PauseStrategy } from '../../machines/index.ts'

/** As much of a `Server` as a driver needs. */
export interface DrivenServer {
  readonly state: string
  readonly isClosed: boolean
  readonly numConnections: number
  readonly numWaiting: number | undefined
  readonly connections: Iterable<AcceptedConnection>
  readonly actor: {
    getSnapshot(): { readonly value: unknown; readonly context: unknown }
    send(command: ListenerCommand): void
  }
  readonly closeFinishedAndHandlersDetermined: Promise<void>
  maxConnections: number
  pause(options?: { strategy?: PauseStrategy }): void
  resume(): Promise<void>
  setDropIncomingConnections(isDropping: boolean): void
  close(options?: { closeExistingConnections?: boolean }): Promise<void>
  drain(options?: { timeout?: number }): Promise<unknown>
  on(name: 'error', listener: (error: Error) => void): unknown
}

export interface AcceptedConnection {
  readonly id: number
  readonly state: string
  readonly socket?: Socket | undefined
}

/** As much of a `Server` as a driver of its connection needs. */
export interface DrivenConnectionServer {
  readonly numConnections: number
  readonly connections: Iterable<DrivenConnection>
  readonly actor: { subscribe(next: () => void): { unsubscribe(): void } }
  readonly closeFinishedAndHandlersDetermined: Promise<void>
  close(options?: { closeExistingConnections?: boolean }): Promise<void>
  drain(options?: { timeout?: number }): Promise<unknown>
  on(name: 'error', listener: (error: Error) => void): unknown
}

export interface DrivenConnection {
  readonly state: string
  readonly signal: AbortSignal
  readonly closing: AbortSignal
  readonly bytesRead: number
  readonly bytesWritten: number
  readonly actor: { getSnapshot(): { readonly value: unknown } }
  readonly socket?: Socket | undefined
  destroy(): void
}

/** As PEM. */
export interface KeyAndCertificate {
  key: string | Buffer
  cert: string | Buffer
}

/** A connection whose handler has a reader and a writer. */
export interface SecurableConnection {
  startTls(options: KeyAndCertificate): Promise<unknown>
}
