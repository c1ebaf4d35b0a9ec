// The options of each socket, as in `net`.
import { requireBoolean, requireDuration, requireInteger } from '../common/validate.ts'
import { MAX_INT } from './checks.ts'
import { option, optional, type SettingsOf } from './option.ts'

/** Of both factories. */
export const socketTable = {
  /**
   * As in `net`: the handler, not the peer's FIN, decides when the socket closes.
   * @default true
   */
  allowHalfOpen: option<boolean>({
    doc: 'as in `net`: a peer that has sent FIN can still be answered',
    default: true,
    check: requireBoolean,
  }),
  /**
   * As in `net`: send small writes at once (`TCP_NODELAY`).
   * @default true
   */
  noDelay: option<boolean>({
    doc: 'as in `net`, where it is `false`: send small writes at once (`TCP_NODELAY`)',
    default: true,
    check: requireBoolean,
  }),
  /**
   * As in `net`: let the kernel probe idle peers (`SO_KEEPALIVE`).
   * @default false
   */
  keepAlive: option<boolean>({
    doc: 'as in `net`: let the kernel probe idle peers (`SO_KEEPALIVE`)',
    default: false,
    check: requireBoolean,
  }),
  /**
   * As in `net`: milliseconds before the first probe; 0 leaves it to the OS.
   * @default 0
   */
  keepAliveInitialDelay: option<number>({
    doc: 'as in `net`: milliseconds before the first probe; 0 leaves it to the OS',
    default: 0,
    check: requireDuration,
  }),
}

/** Of `createSock` only. */
export const sockTable = {
  /**
   * As in `net`: bytes that a socket buffers, each way, before it pushes back.
   * @default Node's own: 64 KiB from Node 22 on, 16 KiB before and on Windows
   */
  highWaterMark: optional<number>({
    doc: 'as in `net`: bytes that a socket buffers, each way, before it pushes back',
    defaultText: "Node's own: 64 KiB from Node 22 on, 16 KiB before and on Windows",
    check: (name, value) => requireInteger(name, value, 0, MAX_INT),
  }),
}

export type SocketSettings = SettingsOf<typeof socketTable> &
  SettingsOf<typeof sockTable> & {
    /** Not an option: it is for handlers that hand their sockets on. */
    pauseOnConnect?: boolean
  }
