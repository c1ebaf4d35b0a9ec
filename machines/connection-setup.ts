// What the connection chart hears and can ask for: the words that `connection.ts` is written in.
import { setup } from 'xstate'

/**
 * The events of a connection. `destroy` is for users; the others report what happened to the
 * handler and the socket.
 */
export type ConnectionEvent =
  | { type: 'destroy'; error?: Error | undefined }
  | { type: 'cut' }
  | { type: 'discard' }
  | { type: 'header.awaited' }
  | { type: 'header.read' }
  | { type: 'client.denied' }
  | { type: 'handshake.awaited' }
  | { type: 'handshake.done' }
  | { type: 'preface.failed'; error: unknown }
  | { type: 'preface.expired'; error: unknown }
  | { type: 'tls.asked' }
  | { type: 'tls.refused' }
  | { type: 'plaintext.flushed' }
  | { type: 'handler.started' }
  | { type: 'handler.settled' }
  | { type: 'handler.failed'; error: unknown }
  | { type: 'handler.interrupted'; error: unknown }
  | { type: 'peer.left' }
  | { type: 'consumer.left' }
  | { type: 'buffer.too-old'; error: unknown }
  | { type: 'age.reached' }
  | { type: 'deadline.reached'; error: unknown }
  | { type: 'buffer.too-large'; error: unknown }
  | { type: 'writer.flushed' }
  | { type: 'writer.gone' }
  | { type: 'peer.ended' }
  | { type: 'peer.has-all' }
  | { type: 'peer.lacks-some' }
  | { type: 'place.wanted' }
  | { type: 'linger.expired' }
  | { type: 'flush.expired' }
  | { type: 'socket.closed' }

/**
 * What several states have in common. `open`: the descriptor is not closed yet; `unstarted`: the
 * handler is still to be started; `running`: it runs; `timed`: it does, and deadlines with it;
 * `unfinished`: the handler runs, or the peer may lack something of its answer; `cuttable`: it can
 * be cut to free the memory that it holds; `ended`, `cut`: how one has ended whose descriptor is
 * still being closed.
 */
export type ConnectionTag =
  | 'open'
  | 'unstarted'
  | 'running'
  | 'timed'
  | 'unfinished'
  | 'cuttable'
  | 'ended'
  | 'cut'

/** What the chart asks for; whoever runs it says how. Nothing here does anything by itself. */
const effects = {
  readHeader: () => {},
  shakeHands: () => {},
  flushPlaintext: () => {},
  secureStreams: () => {},
  refuseTls: () => {},
  endPreface: () => {},
  queueHandler: () => {},
  reportClientError: (_: unknown, _params: { error: unknown }) => {},
  reportDenied: () => {},
  flushWriter: () => {},
  closeReader: () => {},
  askForRest: () => {},
  forgetHandler: () => {},
  announceRetiring: () => {},
  scheduleCut: () => {},
  discardBuffers: () => {},
  destroySocket: (_: unknown, _params: { error: Error | undefined }) => {},
  keepError: (_: unknown, _params: { error: unknown }) => {},
  publishLateFailure: (_: unknown, _params: { error: unknown }) => {},
  reportDiscarded: () => {},
  releaseConnection: () => {},
}

/** An implementation of everything that the connection chart asks for. */
export type ConnectionEffects = {
  [Name in keyof typeof effects]: (params: Parameters<(typeof effects)[Name]>[1]) => void
}

/** The connection chart's events and actions. It has no guards. */
export const connectionSetup = setup({
  types: { events: {} as ConnectionEvent, tags: {} as ConnectionTag },
  actions: effects,
})
