import type { ListenerCommand, PauseStrategy } from '../../machines/index.ts'
import { listenerCommands, requireCommandOf } from '../options/commands.ts'

/**
 * Gives back a command that a user sends to the listener's actor, or throws a `TypeError` or
 * `RangeError`. `assertStrategy` throws if a strategy is not possible here.
 */
export function requireCommand(
  event: unknown,
  assertStrategy: (strategy: PauseStrategy) => void,
): ListenerCommand {
  const command = requireCommandOf<ListenerCommand>('server.actor', listenerCommands, event)
  if (command.type === 'pause' && command.strategy !== undefined) assertStrategy(command.strategy)
  return command
}
