// Tells of what a handler threw when it could change nothing any more.
import { channel } from 'node:diagnostics_channel'
import type { Connection, LateFailure } from './connection.ts'

const lateFailures = channel('xstate-tcp:handler.late-failure')

export function publishLateFailure(connection: Connection, error: unknown): void {
  if (lateFailures.hasSubscribers) lateFailures.publish({ connection, error } satisfies LateFailure)
}
