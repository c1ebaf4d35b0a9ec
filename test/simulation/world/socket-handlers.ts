// Handlers with a socket.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { Connection } from '../../../src/index.ts'
import { answerOf } from './handlers.ts'
import type { Visit } from './visit.ts'

export interface GivenSocket {
  visit: Visit
  socket: Socket
  connection: Connection
  size: number
}

type Handler = (given: GivenSocket) => unknown

function write({ visit, socket }: GivenSocket, text: string): void {
  if (!socket.writable) return
  visit.written += text
  socket.write(text)
}

function listen({ visit, socket }: GivenSocket): void {
  socket.on('data', (chunk: Buffer) => {
    visit.read += chunk.toString('latin1')
  })
}

/** It has not ended yet: nothing is read before the handler starts. */
async function ended({ socket }: GivenSocket): Promise<void> {
  if (!socket.destroyed) await Promise.race([once(socket, 'end'), once(socket, 'close')])
}

export const socketHandlers: readonly Handler[] = [
  /** Answers at once, and reads nothing. */
  async (given) => write(given, answerOf(given.visit, given.size)),
  /** Answers when it is let. */
  async (given) => {
    await given.visit.turn()
    write(given, answerOf(given.visit, given.size))
  },
  /** Echoes. */
  async (given) => {
    given.socket.on('data', (chunk: Buffer) => write(given, chunk.toString('latin1')))
    await ended(given).catch(() => {})
  },
  /** Has its listeners taken away, as upgrades and proxies do. */
  async (given) => {
    listen(given)
    given.socket.removeAllListeners()
    write(given, answerOf(given.visit, given.size))
    await given.visit.turn()
  },
  /** Ends and resets in one turn. */
  async (given) => {
    given.visit.excuse = 'its handler has reset it'
    given.visit.written = answerOf(given.visit, given.size)
    given.socket.end(given.visit.written)
    given.socket.resetAndDestroy()
  },
  /** Leaves a write behind. */
  async (given) => {
    write(given, answerOf(given.visit, given.size))
    void given.visit.turn().then(() => {
      if (given.visit.isRunning) given.visit.written += 'late'
      given.socket.write('late', () => {})
    })
  },
  /** Ends its side itself. */
  async (given) => {
    write(given, answerOf(given.visit, given.size))
    given.socket.end()
    given.socket.resume()
    await ended(given).catch(() => {})
  },
  /** Fails. */
  (given) => {
    write(given, answerOf(given.visit, given.size))
    throw new Error('a handler fails')
  },
  /** Is paused, and leaves what comes in the buffers. */
  async (given) => {
    given.socket.pause()
    write(given, answerOf(given.visit, given.size))
    await given.visit.turn()
  },
]
