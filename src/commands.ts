import type { ConnectionEvent, ListenerCommand, PauseStrategy } from '../machines/index.ts'
import { requireMaxConnections, requirePauseStrategy } from './options.ts'
import { invalid, requireBoolean } from './validate.ts'

const COMMANDS =
  "a command: { type: 'pause' }, 'resume', 'drop.start', 'drop.stop', 'limit.changed' or 'close'"

/**
 * Gives back a command that a user sends to the listener's actor, or throws a `TypeError` or `RangeError`. The chart's other events
 * report what has happened; a made-up one would set the counts wrong. `assertStrategy` throws where a strategy cannot be done.
 */
export function requireCommand(
  event: unknown,
  assertStrategy: (strategy: PauseStrategy) => void,
): ListenerCommand {
  const command = event as ListenerCommand
  switch ((event as Partial<ListenerCommand> | null | undefined)?.type) {
    case 'pause': {
      const { strategy } = command as { strategy?: PauseStrategy }
      if (strategy !== undefined) assertStrategy(requirePauseStrategy('strategy', strategy))
      return command
    }
    case 'limit.changed':
      requireMaxConnections((command as { maxConnections?: unknown }).maxConnections)
      return command
    case 'close': {
      const { closeExistingConnections = false } = command as { closeExistingConnections?: unknown }
      requireBoolean('closeExistingConnections', closeExistingConnections)
      return command
    }
    case 'resume':
    case 'drop.start':
    case 'drop.stop':
      return command
    default:
      return invalid('What is sent to server.actor', COMMANDS, event)
  }
}

/** The same of a connection's actor, which users may send `destroy`. */
export function requireConnectionCommand(event: unknown): ConnectionEvent {
  const command = event as ConnectionEvent
  if ((event as Partial<ConnectionEvent> | null | undefined)?.type !== 'destroy') {
    return invalid('What is sent to connection.actor', "a command: { type: 'destroy' }", event)
  }
  const { error } = command as { error?: unknown }
  return error === undefined || error instanceof Error ? command : invalid('error', 'an Error', error)
}
