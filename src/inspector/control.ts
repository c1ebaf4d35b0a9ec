// What the page's buttons ask for.
import type { PauseStrategy } from '../../machines/index.ts'
import type { Server } from '../server.ts'
import { invalid, rejectUnknownKeys, requireInteger, requireObject, requireOneOf } from '../validate.ts'
import type { ControlRequest } from './protocol.ts'
import type { Watch } from './watch.ts'

const COMMANDS = ['pause', 'resume', 'drop', 'limit', 'drain', 'close', 'destroy'] as const

/** What was asked for is not there, or no longer. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}

/** Does what `request` asks for, or throws what the server throws. Settles when it was begun, not when it is done. */
export function control(watch: Watch, request: unknown): void {
  const asked = requireObject('The request', request, 'an object') as Partial<ControlRequest>
  const id = requireInteger('server', asked.server, 1, Number.MAX_SAFE_INTEGER)
  const watched = watch.servers.get(id)
  const server = watched?.server
  if (!watched || !server) throw new NotFoundError(`There is no server ${id}`)
  requireOneOf('command', asked.command, COMMANDS)
  if (asked.command !== 'destroy') return perform(server, asked as ControlRequest)
  rejectUnknownKeys('The request', asked, ['server', 'command', 'connection'])
  const number = requireInteger('connection', asked.connection, 1, Number.MAX_SAFE_INTEGER)
  const connection = watched.connections.get(number)
  if (!connection) throw new NotFoundError(`Connection ${number} is gone`)
  connection.handle.destroy()
}

/** The server checks the arguments. */
function perform(server: Server, { server: _, command, ...rest }: ControlRequest): void {
  const options = rest as Record<string, unknown>
  switch (command) {
    case 'pause':
      return server.pause(options as { strategy?: PauseStrategy })
    case 'resume':
      void server.resume()
      return
    case 'drop':
      return server.setDropIncomingConnections(options['isDropping'] as boolean)
    case 'limit':
      server.maxConnections = options['maxConnections'] as number
      return
    case 'close':
      void server.close(options)
      return
    case 'drain':
      // A wrong timeout rejects; what it rejects with has to be thrown here.
      if (options['timeout'] !== undefined) requireInteger('timeout', options['timeout'], 0, 2 ** 31 - 1)
      void server.drain(options).catch(() => {})
      return
    default:
      return invalid('command', 'one that is done to a server', command)
  }
}
