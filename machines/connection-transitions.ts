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
