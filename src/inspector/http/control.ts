// What the page's buttons ask for.
import type { PauseStrategy } from '../../../machines/index.ts'
import {
  invalid,
  rejectUnknownKeys,
  requireDuration,
  requireInteger,
  requireObject,
  requireOneOf,
} from '../../common/validate.ts'
import type { Server } from '../../server.ts'
import type { ControlRequest } from '../protocol.ts'
import type { Watch } from '../watch/watch.ts'

/** The commands, each with what comes with it. */
const KEYS = {
  pause: ['strategy'],
  resume: [],
  drop: ['isDropping'],
  limit: ['maxConnections'],
  drain: ['timeout'],
  close: ['closeExistingConnections'],
  destroy: ['connection'],
} as const satisfies Record<ControlRequest['command'], readonly string[]>

const COMMANDS = Object.keys(KEYS) as (keyof typeof KEYS)[]

/** What was asked for is not there, or no longer. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}

/**
 * Does what `request` asks for, or throws what the server throws. Nothing is done of a request with anything wrong in it. Settles when it was
 * begun, not when it is done.
 */
export function control(watch: Watch, request: unknown): void {
  const asked = requireObject('The request', request, 'an object') as Partial<ControlRequest>
  const id = requireInteger('server', asked.server, 1, Number.MAX_SAFE_INTEGER)
  const command = requireOneOf('command', asked.command, COMMANDS)
  rejectUnknownKeys('The request', asked, ['server', 'command', ...KEYS[command]])
  const watched = watch.servers.get(id)
  const server = watched?.server
  if (!watched || !server) throw new NotFoundError(`There is no server ${id}`)
  if (asked.command !== 'destroy') return perform(server, asked as ControlRequest)
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
      // `drain` rejects because of a wrong one; that has to be thrown here.
      if (options['timeout'] !== undefined) requireDuration('timeout', options['timeout'])
      void server.drain(options).catch(() => {})
      return
    default:
      return invalid('command', 'one that is done to a server', command)
  }
}
