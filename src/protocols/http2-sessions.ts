// Ends the sessions of HTTP/2 when the listener in front of their server closes.
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from 'node:http2'

type AnyServer = Http2Server | Http2SecureServer

/** Also a secure one that may speak HTTP/1 to some. `node:http2` is not loaded for this. */
export function isHttp2Server(emitter: object): emitter is Http2Server {
  return 'updateSettings' in emitter && typeof emitter.updateSettings === 'function'
}

/**
 * For one socket: what is returned is to be called with what hands that to `server`, which begins a
 * session by it, or none. When `closing` is aborted, the session tells its peer (GOAWAY), refuses
 * new streams, and ends with the last that has begun. Nothing is left listening when `gone` is
 * aborted.
 */
export function closeSessionOn(
  server: AnyServer,
  closing: AbortSignal,
  gone: AbortSignal,
): (begin: () => void) => void {
  return (begin) => {
    let begun: ServerHttp2Session | undefined
    const listener = (session: ServerHttp2Session) => {
      begun ??= session
    }
    server.prependListener('session', listener)
    try {
      begin()
    } finally {
      server.off('session', listener)
    }
    const session = begun
    if (!session) return
    const close = () => session.close()
    if (closing.aborted) return close()
    closing.addEventListener('abort', close)
    gone.addEventListener('abort', () => closing.removeEventListener('abort', close), { once: true })
  }
}
