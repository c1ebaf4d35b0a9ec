import type { ConnectionEvent } from '../../machines/index.ts'
import { invalid } from '../common/validate.ts'

/** Gives back the command that a user sends to a connection's actor, which is `destroy`, or throws a `TypeError`. */
export function requireConnectionCommand(event: unknown): ConnectionEvent {
  const command = event as ConnectionEvent
  if ((event as Partial<ConnectionEvent> | null | undefined)?.type !== 'destroy') {
    return invalid('What is sent to connection.actor', "a command: { type: 'destroy' }", event)
  }
  const { error } = command as { error?: unknown }
  return error === undefined || error instanceof Error ? command : invalid('error', 'an Error', error)
}
