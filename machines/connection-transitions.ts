// What several states of the connection chart have in common.

const errorOf = ({ event }: { event: { error: unknown } }) => ({ error: event.error })
export const reportClientError = { type: 'reportClientError', params: errorOf } as const
export const keepError = { type: 'keepError', params: errorOf } as const
export const publishFailure = { type: 'publishLateFailure', params: errorOf } as const
export const destroySocket = {
  type: 'destroySocket',
  params: ({ event }: { event: { error?: Error | undefined } }) => ({ error: event.error }),
} as const
export const cutSocket = { type: 'destroySocket', params: { error: undefined } } as const

/**
 * A handler has failed with the reason for which this side has ended its connection, or has asked
 * it to end: it did as it was told.
 */
export const interrupted = <const Target extends string>(target: Target) =>
  ({
    description: 'It has failed with what this side has done to its connection: that is no failure.',
    target,
    actions: publishFailure,
  }) as const

/**
 * The server cuts a connection off, for what its client does or leaves undone: its handler has
 * failed with the event's error, and is forgotten. The place is free once the descriptor is closed.
 */
export const cutForClient = (description: string) =>
  ({
    description,
    target: '#connection.closing.cutting',
    actions: ['forgetHandler', keepError],
  }) as const

/** The same, but that its handler is told, and goes on. */
export const cutUnsecured = (description: string) =>
  ({
    description,
    target: '#connection.serving.destroyed',
    actions: cutSocket,
  }) as const

export const refusedTls = cutUnsecured(
  'It cannot be: TLS is spoken already, or something was sent or is read ahead of it.',
)
export const bufferTooLarge = {
  description:
    'Of all connections, which hold too much memory together, it holds the most: the handler has failed, and is forgotten.',
  target: '#connection.closing.cutting',
  actions: ['discardBuffers', keepError],
} as const

/** What ends a connection whose handler runs on an open socket. */
export const ofOpenSocket = {
  'handler.settled': { target: '#connection.closing.flushing' },
  'handler.failed': { target: '#connection.closing.flushing', actions: keepError },
  'handler.interrupted': interrupted('#connection.closing.flushing'),
  'tls.asked': {
    description: 'The handler has agreed with its peer to go on with TLS.',
    target: '#connection.serving.securing',
  },
  'tls.refused': refusedTls,
  'peer.left': {
    description: 'The peer has reset the connection: the handler has succeeded, and is forgotten.',
    target: '#connection.closing.cutting',
    actions: 'forgetHandler',
  },
  'buffer.too-old': cutForClient(
    'The peer does not take what was written: the handler has failed, and is forgotten.',
  ),
  'buffer.too-large': bufferTooLarge,
  'deadline.reached': cutForClient(
    'Nothing has happened for too long, or it has had its time to end: the handler has failed, and is forgotten.',
  ),
} as const
