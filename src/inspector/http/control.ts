// Performs the commands of the page's buttons.
import {
  rejectUnknownKeys,
  requireBoolean,
  requireDuration,
  requireInteger,
  requireObject,
  requireOneOf,
} from '../../common/validate.ts'
import { checkFields, type Fields, listenerCommands, maybe } from '../../options/commands.ts'
import type { Server } from '../../server.ts'
import type { ControlRequest } from '../protocol.ts'
import type { Watch } from '../watch/watch.ts'

/** The commands, each with its fields. */
const FIELDS = {
  pause: listenerCommands.pause,
  resume: listenerCommands.resume,
  drop: { isDropping: requireBoolean },
  limit: listenerCommands['limit.changed'],
  drain: { timeout: maybe(requireDuration) },
  close: listenerCommands.close,
  destroy: { connection: requireNumber },
} satisfies Record<ControlRequest['command'], Fields>

const COMMANDS = Object.keys(FIELDS) as (keyof typeof FIELDS)[]

/** The server or connection of a request does not exist, or not any more. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}

/**
 * Does what `request` asks for, or throws what the server throws. Nothing is done of a request with
 * anything wrong in it. Returns when it has begun, not when it is done.
 */
export function control(watch: Watch, request: unknown): void {
  const asked = requireObject('The request', request, 'an object') as ControlRequest
  const id = requireNumber('server', asked.server)
  const fields = FIELDS[requireOneOf('command', asked.command, COMMANDS)]
  rejectUnknownKeys('The request', asked, ['server', 'command', ...Object.keys(fields)])
  checkFields(fields, asked)
  const watched = watch.servers.get(id)
  const server = watched?.server
  if (!watched || !server) throw new NotFoundError(`There is no server ${id}`)
  if (asked.command !== 'destroy') return perform(server, asked)
  const connection = watched.connections.get(asked.connection)
  if (!connection) throw new NotFoundError(`Connection ${asked.connection} is gone`)
  connection.handle.destroy()
}

/** `request` has been checked. */
function perform(server: Server, request: Exclude<ControlRequest, { command: 'destroy' }>): void {
  switch (request.command) {
    case 'pause':
      return server.pause(optionsOf(request))
    case 'resume':
      void server.resume()
      return
    case 'drop':
      return server.setDropIncomingConnections(request.isDropping)
    case 'limit':
      server.maxConnections = request.maxConnections
      return
    case 'close':
      void server.close(optionsOf(request))
      return
    case 'drain':
      void server.drain(optionsOf(request)).catch(() => {})
  }
}

function optionsOf<Request extends { server: number; command: string }>(
  request: Request,
): Omit<Request, 'server' | 'command'> {
  const { server: _server, command: _command, ...options } = request
  return options
}

function requireNumber(name: string, value: unknown): number {
  return requireInteger(name, value, 1, Number.MAX_SAFE_INTEGER)
}
