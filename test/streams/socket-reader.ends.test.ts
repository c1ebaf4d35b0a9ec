import { once } from 'node:events'
import type { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { deferred } from '../../src/common/deferred.ts'
import type { Connection, EndReason, Reader } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { connectTo } from '../support/client.ts'
import { accepted, readerOf } from '../support/reader.ts'
import { create } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

test('a reset reads as the end, after what had arrived', async () => {
  const seen: unknown[] = []
  const server = await create(async (_address, reader, writer) => {
    seen.push(await reader.readLine())
    writer.write('got it')
    seen.push(await reader.readLine())
  })
  const client = connectTo(server)
  client.send('one\n')
  await client.receives('got it')
  client.reset()
  await server.waitForConnections((count) => count === 0)
  await agree(() => seen, ['one', null])
})

/** Every way to read all of it, as text. */
const waysToRead: Record<string, (reader: Reader) => Promise<string>> = {
  read: async (reader) => {
    let all = ''
    for (let chunk = await reader.read(); chunk; chunk = await reader.read()) all += chunk
    return all
  },
  readExactly: async (reader) => {
    let all = ''
    for (let byte = await reader.readExactly(1); byte; byte = await reader.readExactly(1)) all += byte
    return all
  },
  readUntil: async (reader) => {
    let all = ''
    for (let part = await reader.readUntil('\n'); part; part = await reader.readUntil('\n'))
      all += `${part}\n`
    return all
  },
  readLine: async (reader) => {
    let all = ''
    for (let line = await reader.readLine(); line !== null; line = await reader.readLine()) all += `${line}\n`
    return all
  },
  lines: async (reader) => {
    let all = ''
    for await (const line of reader.lines()) all += `${line}\n`
    return all
  },
  iteration: async (reader) => {
    let all = ''
    for await (const chunk of reader) all += chunk
    return all
  },
}

/**
 * How a connection ends while its handler is busy, what that is to its reader, and whether the
 * place is free at once.
 */
const ends: Record<string, { end: (its: Ending) => unknown; reason: EndReason; isForgotten: boolean }> = {
  FIN: { end: ({ client }) => client.end(), reason: 'fin', isForgotten: false },
  'FIN, and then a reset': {
    end: async ({ client, reader }) => {
      client.end()
      await agree(() => reader.endReason, 'fin')
      client.reset()
    },
    reason: 'fin',
    isForgotten: false,
  },
  'a reset': { end: ({ client }) => client.reset(), reason: 'reset', isForgotten: true },
  'connection.destroy()': {
    end: ({ connection }) => connection.destroy(),
    reason: 'closed',
    isForgotten: false,
  },
  'connection.destroy(error)': {
    end: ({ connection }) => connection.destroy(new Error('enough')),
    reason: 'closed',
    isForgotten: false,
  },
  'drain()': { end: ({ drain }) => void drain(), reason: 'closed', isForgotten: false },
}

interface Ending {
  client: ReturnType<typeof connectTo>
  connection: Connection
  reader: Reader
  drain: () => Promise<unknown>
}

test.each(Object.keys(ends).flatMap((how) => Object.keys(waysToRead).map((way) => [how, way] as const)))(
  'after %s, data that had arrived is read first, by %s',
  async (how, way) => {
    const { end, reason, isForgotten } = ends[how] as (typeof ends)[string]
    const text = 'one\ntwo\nthree\nfour\n'.repeat(20)
    const busy = deferred()
    const all = deferred<string>()
    let ending: Omit<Ending, 'client' | 'drain'> | undefined
    const server = await create(async (_address, reader, _writer, connection) => {
      ending = { connection, reader }
      await busy.promise
      all.resolve(await (waysToRead[way] as (reader: Reader) => Promise<string>)(reader))
      expect([await reader.read(), reader.endReason]).toEqual([null, reason])
    })
    const client = connectTo(server)
    client.send(text)
    await agree(() => ending?.connection.bytesRead, Buffer.byteLength(text))
    const its = ending as NonNullable<typeof ending>
    expect(its.reader.endReason).toBeUndefined()
    await end({ ...its, client, drain: () => server.drain({ timeout: 0 }) })
    await agree(() => its.reader.endReason, reason)
    if (isForgotten) await server.waitForConnections((count) => count === 0)
    busy.resolve()
    expect(await all.promise).toBe(text)
    await server.waitForConnections((count) => count === 0)
  },
)

test.each(['a write', 'a flush at close()', 'connection.destroy()'])(
  'data that the socket held back is read as well, where %s ends the connection',
  async (how) => {
    const busy = deferred()
    const read = deferred<string>()
    let connection: Connection | undefined
    const server = await create(
      async (_address, reader, writer, its) => {
        connection = its
        await busy.promise
        if (how === 'connection.destroy()') its.destroy()
        else writer.write('are you there?')
        if (how === 'a flush at close()') void writer.close()
        await agree(() => reader.endReason !== undefined, true)
        read.resolve(await (waysToRead['lines'] as (reader: Reader) => Promise<string>)(reader))
      },
      { readerBufferSize: 4 },
    )
    const client = connectTo(server)
    client.send('line 1\n')
    await agree(() => connection?.bytesRead, 7)
    client.send('line 2\n')
    // The reader has paused the socket, which takes one more chunk.
    await agree(() => connection?.bytesRead, 14)
    client.reset()
    await turns(2)
    busy.resolve()
    expect(await read.promise).toBe('line 1\nline 2\n')
  },
)

test('what the OS held is read as well, where a write finds the connection reset', async () => {
  const lines = Array.from({ length: 2_000 }, (_, index) => `line ${index}`)
  const busy = deferred()
  const read = deferred<string>()
  let connection: Connection | undefined
  const server = await create(
    async (_address, reader, writer, its) => {
      connection = its
      await busy.promise
      writer.write('are you there?')
      await writer.consumerLeft
      read.resolve(await (waysToRead['lines'] as (reader: Reader) => Promise<string>)(reader))
    },
    { readerBufferSize: 4 },
  )
  const client = connectTo(server)
  client.send('first\n')
  await agree(() => connection?.bytesRead, 6)
  client.send('second\n')
  await agree(() => connection?.bytesRead, 13)
  await new Promise((resolve) => client.socket.write(`${lines.join('\n')}\n`, resolve))
  client.reset()
  await client.closed
  expect(connection?.bytesRead).toBe(13)
  busy.resolve()
  expect((await read.promise).split('\n')).toEqual(['first', 'second', ...lines, ''])
})

test('it is told of a reset before the descriptor is closed, and reads what the OS held, where a write finds the connection reset', async () => {
  const { socket, peer, reader } = await accepted(4)
  const lines = Array.from({ length: 2_000 }, (_, index) => `line ${index}`)
  peer.write('first\n')
  await agree(() => socket.bytesRead, 6)
  peer.write('second\n')
  await agree(() => socket.bytesRead, 13)
  await new Promise((resolve) => peer.write(`${lines.join('\n')}\n`, resolve))
  peer.resetAndDestroy()
  await once(peer, 'close')
  expect([socket.bytesRead, reader.endReason]).toEqual([13, undefined])
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.write('are you there?')
  await closed
  expect(reader.endReason).toBe('reset')
  const all = await (waysToRead['lines'] as (reader: Reader) => Promise<string>)(reader)
  expect(all.split('\n')).toEqual(['first', 'second', ...lines, ''])
})

test('the OS is asked for more where a write finds a reset, not where a read does', async () => {
  const piecesFor = async (find: (peer: Socket, socket: Socket) => Promise<unknown>) => {
    const { socket, peer } = await accepted(1_000)
    const closed = new Promise((resolve) => socket.on('close', resolve))
    // A piece of memory for what there may be: that of ten thousand resets at once is 640 MB.
    const allocated = vi.spyOn(Buffer, 'allocUnsafeSlow')
    try {
      await find(peer, socket)
      await closed
      return allocated.mock.calls.filter(([size]) => size === 65_536).length
    } finally {
      allocated.mockRestore()
    }
  }
  const byRead = piecesFor(async (peer) => peer.resetAndDestroy())
  expect(await byRead).toBe(0)
  const byWrite = piecesFor(async (peer, socket) => {
    socket.pause()
    await turns(2)
    peer.resetAndDestroy()
    await once(peer, 'close')
    socket.write('are you there?')
  })
  expect(await byWrite).toBe(1)
})

test('the OS is not asked for more where this side closes', async () => {
  const { socket, peer, reader } = await accepted(4)
  peer.write('first\n')
  await agree(() => socket.bytesRead, 6)
  peer.write('second\n')
  await agree(() => socket.bytesRead, 13)
  peer.write('third\n')
  await turns(2)
  socket.destroy()
  expect(reader.endReason).toBe('closed')
  expect(String(await reader.read())).toBe('first\nsecond\n')
  expect(await reader.read()).toBeNull()
})

test('bytes that arrive while the end is dealt with are read once', async () => {
  const { socket, peer, reader } = await accepted(4)
  peer.write('first\n')
  await agree(() => socket.bytesRead, 6)
  peer.write('second\n')
  await agree(() => socket.bytesRead, 13)
  // Its socket is still open, and emits what is taken from it.
  reader.ended('closed')
  peer.write('discarded\n')
  await agree(() => socket.bytesRead, 23)
  expect(String(await reader.read())).toBe('first\nsecond\n')
  expect(await reader.read()).toBeNull()
})

test('with allowHalfOpen: false, a handler that is forgotten because it answers can read the rest', async () => {
  const ended = deferred()
  const rest = deferred<unknown[]>()
  const server = await create(
    async (_address, reader, writer) => {
      const lines: unknown[] = [await reader.readLine()]
      await ended.promise
      writer.write('to nobody')
      await server.waitForConnections((count) => count === 0)
      lines.push(await reader.readLine(), await reader.readLine(), await reader.readLine(), reader.endReason)
      rest.resolve(lines)
    },
    { allowHalfOpen: false },
  )
  const client = connectTo(server)
  client.socket.end('one\ntwo\nthree\n')
  await client.closed
  ended.resolve()
  expect(await rest.promise).toEqual(['one', 'two', 'three', null, 'fin'])
})

test('a request that came together with a reset, before the handler was started, is read; the end is a reset', async () => {
  const seen: unknown[] = []
  const server = await create(async (_address, reader) => {
    seen.push([await reader.readLine(), await reader.readLine(), reader.endReason, reader.endReason])
  })
  for (let index = 0; index < 20; index++) {
    const client = await connectTo(server).connected
    client.send('request\n')
    client.reset()
  }
  await agree(() => seen, Array(20).fill(['request', null, 'reset', 'reset']))
})

test('a reset that looked like FIN is told from one by the write that fails', async () => {
  const seen = deferred<unknown>()
  const server = await create(async (_address, reader, writer) => {
    await reader.readExactly(7)
    expect(await reader.read()).toBeNull()
    writer.write('are you there?')
    await writer.consumerLeft
    seen.resolve(reader.endReason)
  })
  const client = await connectTo(server).connected
  client.send('request')
  client.reset()
  expect(await seen.promise).toBe('reset')
})

test('the reader’s own close() takes what had arrived away, and its reason does not replace an earlier one', async () => {
  const closed = readerOf([Buffer.from('x')], { ends: false })
  await closed.close()
  expect([await closed.read(), closed.endReason]).toEqual([null, 'closed'])
  const ended = readerOf([Buffer.from('x')])
  await ended.close()
  expect([await ended.read(), ended.endReason]).toEqual([null, 'fin'])
})

test('closeFinished resolves when the connection is gone, though there is something left to read', async () => {
  const { socket, peer, reader } = await accepted(64)
  peer.write('left')
  await agree(() => reader.unread, 4)
  peer.resetAndDestroy()
  await reader.closeFinished
  expect(String(await reader.read())).toBe('left')
  expect(socket.destroyed).toBe(true)
})
