// What the server that `npm start` starts does for its clients.
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { Address, Connection } from '../../src/index.ts'

/**
 * Sends back what it gets, and fails when it gets `fail`. A client that goes away in the middle is
 * no failure. While the server drains, clients may finish.
 */
export async function echo(_address: Address, socket: Socket, { closing }: Connection): Promise<void> {
  closing.addEventListener('abort', () => {
    if (socket.writable) socket.write('The server is closing: finish, and end the connection.\n')
  })
  try {
    await pipeline(socket, failWhenAsked, socket)
  } catch (error) {
    if (error instanceof AskedToFail) throw error
  }
}

class AskedToFail extends Error {}

async function* failWhenAsked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    if (chunk.toString('latin1').trim() === 'fail')
      throw new AskedToFail('A client asked the handler to fail')
    yield chunk
  }
}
