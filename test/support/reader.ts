// Readers without a server.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Clock, realClock } from '../../src/common/clock.ts'
import { Timeouts } from '../../src/common/timeouts.ts'
import type { ReaderOwner } from '../../src/streams/reads.ts'
import { SocketReader } from '../../src/streams/socket-reader.ts'

/** What a reader needs of its connection. */
export function readerOwner(clock: Clock = realClock): ReaderOwner {
  return { timeouts: new Timeouts(clock), tellsOf: () => false }
}

/**
 * A reader of these chunks, as if a socket had received them, and then the end unless told
 * otherwise.
 */
export function readerOf(
  chunks: readonly Uint8Array[],
  { ends = true, owner = readerOwner() } = {},
): SocketReader {
  const socket = { on: () => socket, pause: () => {}, resume: () => {}, read: () => null }
  const reader = new SocketReader(socket as never, 64, owner)
  for (const chunk of chunks) reader.received(Buffer.from(chunk))
  if (ends) reader.ended('fin')
  return reader
}

/**
 * A socket of an accepted connection, its peer, and a reader that is told of the end before the
 * descriptor is closed.
 */
export async function accepted(
  bufferSize: number,
): Promise<{ socket: Socket; peer: Socket; reader: SocketReader }> {
  const server = createServer({ allowHalfOpen: true, highWaterMark: 1 }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const peer = connect((server.address() as { port: number }).port, '127.0.0.1').on('error', () => {})
  const [socket] = (await once(server, 'connection')) as [Socket]
  server.close()
  onTestFinished(() => void [peer.destroy(), socket.destroy()])
  const reader = new SocketReader(socket, bufferSize, readerOwner())
  socket.on('error', () => {})
  const { _handle: handle } = socket as unknown as { _handle: { close(callback: () => void): void } }
  const { close } = handle
  handle.close = (callback) => {
    reader.ended(socket.errored ? 'reset' : 'closed')
    Reflect.apply(close, handle, [callback])
  }
  return { socket, peer, reader }
}
