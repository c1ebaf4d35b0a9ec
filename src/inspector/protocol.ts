// What the inspector's server tells its page, as JSON. The page compiles against this too, so
// nothing of Node is in here.

/** The first message of a stream. */
export interface Hello {
  /** By which the page names itself when it opens a connection. */
  viewer: string
  /** Whether commands are taken. */
  control: boolean
}

/** What has changed since the frame before; the first one has everything. */
export interface Frame {
  /** The server's clock, in milliseconds since the epoch. */
  now: number
  /** Of all servers that are watched. */
  servers: ServerFrame[]
  log: LogFrame
  /** The connection that this viewer has opened, if anything about it has changed. */
  opened?: OpenedConnection
}

export interface ServerFrame {
  id: number
  /** Where it listens. */
  address: string
  /** Dotted, as `accept-paused.waiting`. */
  state: string
  /** What that means, in words. */
  explanation: string
  connections: number
  maxConnections: number
  /**
   * Clients in the kernel's queue, a second ago at most; absent where the OS does not tell.
   */
  waiting?: number | undefined
  pausedByHand: boolean
  pauseStrategy: string
  totals: Totals
  last: Transition | undefined
  /** Those of this frame, each once, the latest last. */
  transitions: Transition[]
  /** Whether `rows` are all connections, rather than those that are new or have changed. */
  isWhole: boolean
  rows: ConnectionRow[]
  /** The numbers of those that are gone. */
  gone: number[]
  /** Once a second: the last minute, oldest first. */
  minute?: Second[]
}

export interface Totals {
  accepted: number
  dropped: number
  refused: number
  errors: number
}

export interface Transition {
  from: string
  to: string
  event: string
}

/**
 * One second: when (seconds since the epoch), the connections at its end, and what was counted in
 * it.
 */
export type Second = [at: number, connections: number, ...counts: Counts]
export type Counts = [accepted: number, dropped: number, refused: number, errors: number]

export type ConnectionRow = [
  id: number,
  state: string,
  address: string,
  acceptedAt: number,
  bytesRead: number,
  bytesWritten: number,
]

export interface LogFrame {
  entries: LogEntry[]
  /** Those that this viewer does not get, because there were too many or it was too slow. */
  missed: number
}

export interface LogEntry {
  /** Milliseconds since the epoch. */
  at: number
  server: number
  /** The number of the connection; 0 for the listener. */
  connection: number
  event: string
  /** Before and after it. */
  from: string
  state: string
  /** What came with the event, shortened. */
  payload?: string
}

export interface OpenedConnection {
  server: number
  row: ConnectionRow
  /** The last events, oldest first. */
  history: readonly LogEntry[]
}

/** A request to open a connection in a viewer, or none. */
export interface OpenRequest {
  viewer: string
  server?: number
  connection?: number
}

/** A request to do something to a server. */
export type ControlRequest = { server: number } & (
  | { command: 'pause'; strategy?: 'hold' | 'rebind' }
  | { command: 'resume' }
  | { command: 'drop'; isDropping: boolean }
  | { command: 'limit'; maxConnections: number }
  | { command: 'drain'; timeout?: number }
  | { command: 'close'; closeExistingConnections?: boolean }
  | { command: 'destroy'; connection: number }
)
