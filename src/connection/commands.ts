import { type ConnectionCommand, connectionCommands, requireCommandOf } from '../options/commands.ts'

/** Gives back the command that a user sends to a connection's actor, or throws a `TypeError`. */
export function requireConnectionCommand(event: unknown): ConnectionCommand {
  return requireCommandOf<ConnectionCommand>('connection.actor', connectionCommands, event)
}
