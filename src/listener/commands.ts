import type { ListenerCommand, PauseStrategy } from '../../machines/index.ts'
import { invalid, requireBoolean } from '../common/validate.ts'
import { requireMaxConnections, requirePauseStrategy } from '../options/server-options.ts'

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
