import { connect } from 'node:net'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { deferred } from '../../src/common/deferred.ts'
import { MaxLengthExceededError, type Reader, ReadPendingError, UnexpectedEndError } from '../../src/index.ts'
import { SocketReader } from '../../src/streams/socket-reader.ts'
import { agree } from '../support/agreement.ts'
import { connectTo } from '../support/client.ts'
import { readerOf, readerOwner } from '../support/reader.ts'
import { create } from '../support/serve.ts'
import { hasSettled } from '../support/settled.ts'
import { turns } from '../support/turns.ts'

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

test('without a read, no more than the buffer and two chunks are taken', async () => {
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

test('when half of the buffer is read, the peer may go on, though no read is pending', async () => {
  const asked: string[] = []
  const socket = { on: () => socket, pause: () => asked.push('pause'), resume: () => asked.push('resume') }
  const reader = new SocketReader(socket as never, 64, readerOwner())
  reader.received(Buffer.alloc(100))
  expect(asked).toEqual(['pause'])
  await reader.readExactly(67)
  expect(asked).toEqual(['pause'])
  await reader.readExactly(1)
  expect(asked).toEqual(['pause', 'resume'])
})

test('while a read waits, the few bytes that have come for it keep nothing else in memory', async () => {
  const waiting = readerOf([Buffer.alloc(100), Buffer.alloc(64 * 1024)], { ends: false })
  await waiting.readExactly(64 * 1024 + 90)
  const pending = waiting.readExactly(12)
  waiting.received(Buffer.alloc(2))
  expect((await pending)?.buffer.byteLength).toBeLessThan(100)
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

test('arguments of reads are checked, and nothing is read by a wrong one', async () => {
  const reader = readerOf([Buffer.from('abc')])
  const wrong: [Promise<unknown>, string, string][] = [
    [reader.readExactly(-1), 'ERR_OUT_OF_RANGE', 'count must be an integer'],
    [reader.readExactly('3' as never), 'ERR_INVALID_ARG_VALUE', "it is '3'"],
    [reader.readUntil(''), 'ERR_INVALID_ARG_VALUE', 'delimiter must be a string or bytes, not empty'],
    [reader.readUntil(10 as never), 'ERR_INVALID_ARG_VALUE', 'it is 10'],
    [reader.readUntil('x', { maxLength: 0.5 }), 'ERR_OUT_OF_RANGE', 'maxLength must be'],
    [reader.readLine({ maxlength: 5 } as never), 'ERR_INVALID_ARG_VALUE', 'readLine.maxlength is not known'],
    [
      reader.readLine(80 as never),
      'ERR_INVALID_ARG_VALUE',
      'The argument of readLine() must be { maxLength?, timeout?, signal? }',
    ],
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
    reader.ended('fin')
    expect(await reading).toBe(text.replaceAll('\r\n', '').length)
  } finally {
    Buffer.prototype.indexOf = indexOf
  }
  expect(looked).toBeLessThan(40 * bytes.length)
})

/** Reads that settle without anything having happened. Each is called again and again. */
const spins: Record<string, (reader: Reader) => () => Promise<unknown>> = {
  'read() at the end': (reader) => () => reader.read(),
  'readExactly() at the end': (reader) => () => reader.readExactly(5),
  'readUntil() at the end': (reader) => () => reader.readUntil('x'),
  'readLine() at the end': (reader) => () => reader.readLine(),
  'readLine() with a limit at the end': (reader) => () => reader.readLine({ maxLength: 5 }),
  'a loop over lines() at the end': (reader) => async () => {
    for await (const _ of reader.lines()) throw new Error('there is none')
  },
  'a loop over the chunks at the end': (reader) => async () => {
    for await (const _ of reader) throw new Error('there is none')
  },
  'next() of lines() that are over': (reader) => {
    const lines = reader.lines()
    return () => lines.next()
  },
  'next() of chunks that are over': (reader) => {
    const chunks = reader[Symbol.asyncIterator]()
    return () => chunks.next()
  },
  'return() of an iteration that is over': (reader) => {
    const lines = reader.lines()
    return () => lines.return?.() as Promise<unknown>
  },
  'readExactly(0)': (reader) => () => reader.readExactly(0),
  'a wrong count': (reader) => () => reader.readExactly(-1).catch(() => {}),
  'a wrong delimiter': (reader) => () => reader.readUntil('').catch(() => {}),
}

/**
 * Calls it until a timer of the event loop fires; how often, and whether a turn passed in between.
 */
async function spin(read: () => Promise<unknown>): Promise<number> {
  let isOver = false
  let calls = 0
  setImmediate(() => setImmediate(() => (isOver = true)))
  while (!isOver && calls < 10_000) {
    calls++
    await read()
  }
  return calls
}

test.each(Object.keys(spins))('a loop of %s lets the event loop go on', async (name) => {
  const ended = readerOf([])
  const closed = readerOf([], { ends: false })
  await closed.close()
  for (const reader of [ended, closed]) {
    const read = (spins[name] as (reader: Reader) => () => Promise<unknown>)(reader)
    expect(await spin(read)).toBeLessThan(20)
  }
})

test('a loop that goes on after an error lets the event loop go on', async () => {
  const tooLong = readerOf([Buffer.from('much too long')], { ends: false })
  expect(await spin(() => tooLong.readLine({ maxLength: 2 }).catch(() => {}))).toBeLessThan(20)
  expect(await spin(() => tooLong.readUntil('x', { maxLength: 2 }).catch(() => {}))).toBeLessThan(20)
  const lines = async () => {
    for await (const _ of tooLong.lines({ maxLength: 2 })) throw new Error('there is none')
  }
  expect(await spin(() => lines().catch(() => {}))).toBeLessThan(20)
  expect(String(await tooLong.read())).toBe('much too long')
  const waiting = readerOf([], { ends: false })
  const first = waiting.readLine()
  expect(await spin(() => waiting.read().catch(() => {}))).toBeLessThan(20)
  const more = async () => {
    for await (const _ of waiting.lines()) throw new Error('there is none')
  }
  expect(await spin(() => more().catch(() => {}))).toBeLessThan(20)
  waiting.received(Buffer.from('here\n'))
  expect(await first).toBe('here')
})

test('the first end comes at once, also after buffered data, and only later ones take a turn', async () => {
  const reader = readerOf([Buffer.from('a\nb')])
  let turn = 0
  setImmediate(() => turn++)
  expect([await reader.readLine(), await reader.readLine(), await reader.readLine(), turn]).toEqual([
    'a',
    'b',
    null,
    0,
  ])
  expect([await reader.readLine(), turn]).toEqual([null, 1])
  const waiting = readerOf([], { ends: false })
  const pending = waiting.readLine()
  waiting.ended('reset')
  turn = 0
  setImmediate(() => turn++)
  expect([await pending, turn, await waiting.readLine(), turn]).toEqual([null, 0, null, 1])
})

test('a handler that ignores the end does not stop the process when its client ends', async () => {
  let reads = 0
  let isOver = false
  const server = await create(async (_address, reader) => {
    while (!isOver) {
      await reader.readLine()
      reads++
    }
  })
  connectTo(server).socket.end('x\n')
  await agree(() => reads > 3, true)
  const before = reads
  await turns(5)
  expect(reads - before).toBeLessThan(20)
  isOver = true
})
