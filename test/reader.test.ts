import { connect } from 'node:net'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { deferred } from '../src/deferred.ts'
import { MaxLengthExceededError, ReadPendingError, UnexpectedEndError } from '../src/index.ts'
import { SocketReader } from '../src/reader.ts'
import { agree } from './support/agreement.ts'
import { connectTo } from './support/client.ts'
import { create } from './support/serve.ts'
import { hasSettled } from './support/settled.ts'
import { turns } from './support/turns.ts'

/** A reader of these chunks, as if a socket had received them, and then the end unless told otherwise. */
function readerOf(chunks: readonly Uint8Array[], { ends = true } = {}): SocketReader {
  const socket = { on: () => socket, pause: () => {}, resume: () => {} }
  const reader = new SocketReader(socket as never, 64)
  for (const chunk of chunks) reader.received(Buffer.from(chunk))
  if (ends) reader.ended()
  return reader
}

type Step = { kind: 'line' | 'until' | 'exactly'; size: number }

async function results(chunks: readonly Uint8Array[], steps: readonly Step[]): Promise<unknown[]> {
  const reader = readerOf(chunks)
  const seen: unknown[] = []
  for (const { kind, size } of steps) {
    const read =
      kind === 'line'
        ? reader.readLine({ maxLength: size })
        : kind === 'until'
          ? reader.readUntil('\r\n\r', { maxLength: size })
          : reader.readExactly(size)
    seen.push(
      await read
        .catch((error) => [error.code, error.partial?.toString('hex')])
        .then((value) => String(value)),
    )
  }
  return seen
}

test('however bytes are cut up, the same is read', async () => {
  const byte = fc.oneof(fc.constantFrom(10, 13, 0xc3, 0xa9, 0xf0, 65), fc.integer({ min: 0, max: 255 }))
  const bytes = fc.uint8Array({ maxLength: 600 }).chain(() => fc.array(byte, { maxLength: 600 }))
  const step = fc.record({
    kind: fc.constantFrom('line' as const, 'until' as const, 'exactly' as const),
    size: fc.integer({ min: 0, max: 400 }),
  })
  await fc.assert(
    fc.asyncProperty(
      bytes,
      fc.array(fc.nat(600)),
      fc.array(step, { maxLength: 20 }),
      async (all, cuts, steps) => {
        const whole = Uint8Array.from(all)
        const at = [...new Set(cuts.filter((cut) => cut < whole.length))].sort((a, b) => a - b)
        const pieces = [0, ...at].map((start, index) => whole.slice(start, at[index] ?? whole.length))
        expect(await results(pieces, steps)).toEqual(await results([whole], steps))
      },
    ),
  )
})

test('lines come whole, with LF or CRLF, inside of a character or not, and a last one without an end', async () => {
  const lines: string[] = []
  const server = await create(async (_address, reader, writer) => {
    for await (const line of reader.lines()) lines.push(line)
    writer.write('done')
  })
  const client = connectTo(server)
  for (const byte of Buffer.from('one\r\nzwö\n\nlast')) client.socket.write(Buffer.of(byte))
  client.end()
  await client.closed
  expect(lines).toEqual(['one', 'zwö', '', 'last'])
  expect(client.received).toBe('done')
})

test('a second read while one is pending, an end in the middle and a line that is too long reject', async () => {
  const errors: unknown[] = []
  const server = await create(async (_address, reader) => {
    const first = reader.readExactly(3)
    await reader.read().catch((error) => errors.push(error))
    await first
    await reader.readLine({ maxLength: 2 }).catch((error) => errors.push(error))
    expect(await reader.readLine()).toBe('long')
    await reader.readUntil('\0').catch((error) => errors.push(error))
    expect(await reader.read()).toBeNull()
  })
  const client = connectTo(server)
  client.send('abclong\nrest')
  client.end()
  await client.closed
  expect(errors.map((error) => (error as Error).constructor)).toEqual([
    ReadPendingError,
    MaxLengthExceededError,
    UnexpectedEndError,
  ])
  expect(String((errors[2] as UnexpectedEndError).partial)).toBe('rest')
})

test('8 MiB go through and come back, byte for byte, while the reader is slow', async () => {
  const sent = Buffer.alloc(8 * 1024 * 1024, 'all of these bytes ')
  const server = await create(async (_address, reader, writer) => {
    for await (const chunk of reader) {
      await new Promise((resolve) => setImmediate(resolve))
      if (!writer.write(chunk)) await writer.flushed()
    }
  })
  const socket = connect(server.listeningOn, '127.0.0.1')
  socket.end(sent)
  const received: Buffer[] = []
  for await (const chunk of socket) received.push(chunk)
  expect(Buffer.concat(received).equals(sent)).toBe(true)
})

test('while nobody asks, no more than the buffer and two chunks are read', async () => {
  const server = await create(async (_address, _reader, _writer, { closing }) => {
    await new Promise((resolve) => closing.addEventListener('abort', resolve))
  })
  const client = connectTo(server)
  client.socket.write(Buffer.alloc(16 * 1024 * 1024))
  await server.waitForConnections((count) => count === 1)
  const [connection] = server.connections
  await agree(() => (connection?.bytesRead ?? 0) >= 64 * 1024, true)
  await turns(200)
  expect(connection?.bytesRead).toBeLessThanOrEqual(3 * 64 * 1024)
})

test('when half of the buffer is read, the peer may go on, though nobody waits for it', async () => {
  const asked: string[] = []
  const socket = { on: () => socket, pause: () => asked.push('pause'), resume: () => asked.push('resume') }
  const reader = new SocketReader(socket as never, 64)
  reader.received(Buffer.alloc(100))
  expect(asked).toEqual(['pause'])
  await reader.readExactly(67)
  expect(asked).toEqual(['pause'])
  await reader.readExactly(1)
  expect(asked).toEqual(['pause', 'resume'])
})

test('bytes are taken apart as a protocol asks for, by lengths, delimiters, lines and chunks in turn', async () => {
  const seen: unknown[] = []
  const server = await create(async (_address, reader) => {
    seen.push(await reader.readLine())
    seen.push(String(await reader.readExactly(4)))
    seen.push(String(await reader.readExactly(0)))
    seen.push(String(await reader.readUntil(Buffer.from([0, 255]))))
    seen.push(String(await reader.readUntil('€')))
    for await (const line of reader.lines()) {
      seen.push(line)
      if (line === 'stop') break
    }
    for await (const chunk of reader) seen.push(String(chunk))
    seen.push(
      await reader.read(),
      await reader.readLine(),
      await reader.readExactly(1),
      await reader.readUntil('x'),
    )
  })
  const client = connectTo(server)
  client.socket.write(Buffer.from('head\r\nbody'))
  client.socket.write(Buffer.concat([Buffer.from('till'), Buffer.of(0, 255), Buffer.from('money€')]))
  client.send('go\nstop\nrest')
  client.end()
  await client.closed
  expect(seen.slice(0, 7)).toEqual(['head', 'body', '', 'till', 'money', 'go', 'stop'])
  expect(seen.slice(7, -4).join('')).toBe('rest')
  expect(seen.slice(-4)).toEqual([null, null, null, null])
})

test('what reads ask for is checked, and nothing is read by a wrong one', async () => {
  const reader = readerOf([Buffer.from('abc')])
  const wrong: [Promise<unknown>, string, string][] = [
    [reader.readExactly(-1), 'ERR_OUT_OF_RANGE', 'count must be an integer'],
    [reader.readExactly('3' as never), 'ERR_INVALID_ARG_VALUE', "it is '3'"],
    [reader.readUntil(''), 'ERR_INVALID_ARG_VALUE', 'delimiter must be a string or bytes, not empty'],
    [reader.readUntil(10 as never), 'ERR_INVALID_ARG_VALUE', 'it is 10'],
    [reader.readUntil('x', { maxLength: 0.5 }), 'ERR_OUT_OF_RANGE', 'maxLength must be'],
    [reader.readLine({ maxlength: 5 } as never), 'ERR_INVALID_ARG_VALUE', 'limit.maxlength is not known'],
    [reader.readLine(80 as never), 'ERR_INVALID_ARG_VALUE', 'limit must be { maxLength? }'],
  ]
  for (const [read, code, text] of wrong) {
    await expect(read).rejects.toMatchObject({ code, message: expect.stringContaining(text) })
  }
  expect(() => reader.lines({ maxLength: -1 })).toThrow('maxLength must be')
  expect(String(await reader.read())).toBe('abc')
})

test('close() discards, ends a pending read, and waits for nothing', async () => {
  const reader = readerOf([], { ends: false })
  const pending = reader.readLine()
  const { closeFinished } = reader
  expect(await hasSettled(closeFinished)).toBe(false)
  expect(reader.close()).toBe(closeFinished)
  expect(reader.close()).toBe(closeFinished)
  await closeFinished
  reader.received(Buffer.from('late'))
  expect([await pending, await reader.read(), await reader.readExactly(2)]).toEqual([null, null, null])
  expect(await readerOf([]).close()).toBeUndefined()
})

test('a reader that is closed when it is full does not keep the peer from sending', async () => {
  const full = deferred()
  const server = await create(async (_address, reader, _writer, { closing }) => {
    await full.promise
    await reader.close()
    await new Promise((resolve) => closing.addEventListener('abort', resolve))
  })
  const client = connectTo(server)
  client.socket.end(Buffer.alloc(16 * 1024 * 1024))
  await server.waitForConnections((count) => count === 1)
  const [connection] = server.connections
  await agree(() => (connection?.bytesRead ?? 0) >= 64 * 1024, true)
  await turns(20)
  full.resolve()
  await agree(() => connection?.bytesRead, 16 * 1024 * 1024)
})

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

test.each([
  ['a long line', 'x'.repeat(400_000), 1],
  ['short lines', 'a short line of text\r\n'.repeat(18_000), 64],
])('the work for %s grows with its bytes, and with nothing else', async (_what, text, piece) => {
  // Counted, not timed: each byte is looked at a few times, however small the pieces are.
  const bytes = Buffer.from(text)
  const reader = readerOf([], { ends: false })
  let looked = 0
  const { indexOf } = Buffer.prototype
  Buffer.prototype.indexOf = function (this: Buffer, ...args: never[]) {
    looked += this.length
    return Reflect.apply(indexOf, this, args)
  } as never
  try {
    const reading = (async () => {
      let count = 0
      for await (const line of reader.lines({ maxLength: 1_000_000 })) count += line.length
      return count
    })()
    for (let start = 0; start < bytes.length; start += piece) {
      reader.received(bytes.subarray(start, start + piece))
      if (start % 6_400 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    reader.ended()
    expect(await reading).toBe(text.replaceAll('\r\n', '').length)
  } finally {
    Buffer.prototype.indexOf = indexOf
  }
  expect(looked).toBeLessThan(40 * bytes.length)
})
