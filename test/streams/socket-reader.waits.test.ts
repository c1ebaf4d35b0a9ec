// Reads that may not wait for ever.
import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import {
  MaxLengthExceededError,
  type Reader,
  ReadPendingError,
  ReadTimeoutError,
  type WaitLimit,
} from '../../src/index.ts'
import { SocketReader } from '../../src/streams/socket-reader.ts'
import { CountingClock } from '../support/counting-clock.ts'
import { readerOf, readerOwner } from '../support/reader.ts'
import { hasSettled } from '../support/settled.ts'
import { turns } from '../support/turns.ts'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

/** A reader of a clock that stands still, with what has arrived. */
function start(...chunks: string[]) {
  const clock = new CountingClock()
  const owner = readerOwner(clock)
  const reader = readerOf(
    chunks.map((chunk) => Buffer.from(chunk)),
    { ends: false, owner },
  )
  const receive = (text: string) => reader.received(Buffer.from(text))
  return { clock, owner, reader, receive }
}

/** Each kind of read, for which 'ab' is not enough, and for which 'ab!\n' is. */
const kinds: Record<string, (reader: Reader, limit: WaitLimit) => Promise<unknown>> = {
  'readExactly()': (reader, limit) => reader.readExactly(3, limit),
  'readUntil()': (reader, limit) => reader.readUntil('!', limit),
  'readLine()': (reader, limit) => reader.readLine(limit),
  'lines()': (reader, limit) => reader.lines(limit).next(),
}

/** Those that find something as soon as there is any byte. */
const chunkKinds: typeof kinds = {
  'read()': (reader, limit) => reader.read(limit),
  'chunks()': (reader, limit) => reader.chunks(limit).next(),
}

const all = { ...kinds, ...chunkKinds }
const nameOf = (error: unknown) => (error as Error).name

test('a line that comes by one byte each 100 ms is given up after the timeout, and nothing of it is lost', async () => {
  const { clock, reader, receive } = start()
  const line = reader.readLine({ timeout: 1000 })
  for (let byte = 0; byte < 9; byte++) {
    clock.increment(100)
    receive(String(byte))
  }
  clock.increment(99)
  expect(await hasSettled(line.catch(() => {}))).toBe(false)
  clock.increment(1)
  await expect(line).rejects.toMatchObject({
    constructor: ReadTimeoutError,
    code: 'ERR_READ_TIMEOUT',
    message: 'What a read waits for has not come within 1000 ms (timeout)',
  })
  receive('9\nnext\n')
  expect([await reader.readLine({ timeout: 1000 }), await reader.readLine()]).toEqual(['0123456789', 'next'])
})

test.each(Object.keys(all))(
  '%s takes nothing when its time is over, and the next read has every byte',
  async (name) => {
    const read = all[name] as (typeof kinds)['x']
    const { clock, reader, receive } = start(...(name in kinds ? ['ab'] : []))
    const given = read(reader, { timeout: 50 }).catch(nameOf)
    clock.increment(49)
    expect(await hasSettled(given)).toBe(false)
    clock.increment(1)
    expect(await given).toBe('ReadTimeoutError')
    receive('!\n')
    expect(String(await reader.readUntil('\n'))).toBe(name in kinds ? 'ab!' : '!')
  },
)

test.each(Object.keys(all))(
  '%s takes nothing when its signal is aborted, and has its reason',
  async (name) => {
    const read = all[name] as (typeof kinds)['x']
    const { reader, receive } = start(...(name in kinds ? ['ab'] : []))
    const controller = new AbortController()
    const { signal } = controller
    const given = read(reader, { signal }).catch((error) => error)
    expect(await hasSettled(given)).toBe(false)
    expect(listeners(signal)).toBe(1)
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await given).toBe(reason)
    expect(listeners(signal)).toBe(0)
    receive('!\n')
    expect(String(await reader.readUntil('\n'))).toBe(name in kinds ? 'ab!' : '!')
  },
)

test.each(Object.keys(all))(
  '%s with a signal that is aborted already rejects, though there is data',
  async (name) => {
    const read = all[name] as (typeof kinds)['x']
    const { reader } = start('ab!\n')
    const signal = AbortSignal.abort('why')
    await expect(read(reader, { signal, timeout: 5 })).rejects.toBe('why')
    expect(String(await reader.readUntil('\n'))).toBe('ab!')
  },
)

test.each(Object.keys(all))('%s without time has what has arrived, and waits for nothing', async (name) => {
  const read = all[name] as (typeof kinds)['x']
  const { clock, reader, receive } = start(...(name in kinds ? ['ab'] : []))
  await expect(read(reader, { timeout: 0 })).rejects.toThrow(ReadTimeoutError)
  expect(clock.pending.size).toBe(0)
  receive('!\n')
  expect(await hasSettled(read(reader, { timeout: 0 }))).toBe(true)
})

test.each(Object.keys(all))('%s in time costs the later reads nothing', async (name) => {
  const read = all[name] as (typeof kinds)['x']
  const { clock, reader, receive } = start()
  const { signal } = new AbortController()
  const given = read(reader, { timeout: 50, signal })
  clock.increment(49)
  receive('ab!\n')
  expect(await given).not.toBeNull()
  expect(listeners(signal)).toBe(0)
  await reader.read({ timeout: 0 }).catch(() => {})
  const next = reader.readLine()
  clock.increment(1000)
  expect(await hasSettled(next)).toBe(false)
  receive('next\n')
  expect(await next).toBe('next')
})

test('a line of the window is not read with an aborted signal either', async () => {
  const { reader } = start('a line of text\n'.repeat(100))
  const controller = new AbortController()
  const lines = reader.lines({ signal: controller.signal })
  expect([(await lines.next()).value, (await lines.next()).value]).toEqual([
    'a line of text',
    'a line of text',
  ])
  controller.abort('stop')
  await expect(lines.next()).rejects.toBe('stop')
  let rest = 0
  reader.ended('fin')
  for await (const _ of reader.lines()) rest++
  expect(rest).toBe(98)
})

test('a loop over lines has the time for each line, ends by the error, and another one goes on there', async () => {
  const { clock, reader, receive } = start()
  const seen: string[] = []
  const loop = async (limit: WaitLimit) => {
    for await (const line of reader.lines(limit)) {
      seen.push(line)
      if (line === 'last') return
    }
  }
  const first = loop({ timeout: 1000 }).catch(nameOf)
  for (let line = 0; line < 5; line++) {
    clock.increment(900)
    receive(`${line}\n`)
    await turns(1)
  }
  receive('unfin')
  clock.increment(1000)
  expect(await first).toBe('ReadTimeoutError')
  const second = loop({ timeout: 1000 })
  receive('ished\nlast\n')
  await second
  expect(seen).toEqual(['0', '1', '2', '3', '4', 'unfinished', 'last'])
})

test('an iteration goes on after an error, too', async () => {
  const { clock, reader, receive } = start()
  const lines = reader.lines({ timeout: 10 })
  const first = lines.next().catch(nameOf)
  clock.increment(10)
  expect(await first).toBe('ReadTimeoutError')
  const second = lines.next()
  receive('here\n')
  expect(await second).toEqual({ value: 'here', done: false })
})

test('the end comes before the timeout: it is the result, with what had arrived', async () => {
  const { clock, owner, reader } = start('ab')
  const read = reader.readExactly(3, { timeout: 1000 }).catch((error) => error)
  expect(owner.timeouts.size).toBe(1)
  reader.ended('fin')
  expect(await read).toMatchObject({ code: 'ERR_UNEXPECTED_END', partial: Buffer.from('ab') })
  expect(owner.timeouts.size).toBe(0)
  expect(await reader.readLine({ timeout: 1000 })).toBeNull()
  expect(owner.timeouts.size).toBe(0)
  clock.increment(1000)
})

test.each([
  ['its own close()', (reader) => void reader.close()],
  ['the end', (reader) => reader.ended('fin')],
  ['a reset', (reader) => reader.ended('reset')],
] as [string, (reader: ReturnType<typeof readerOf>) => void][])(
  'nothing is held of a reader after %s',
  async (_what, end) => {
    const { owner, reader, receive } = start()
    const { signal } = new AbortController()
    const line = reader.readLine({ timeout: 1e9, signal })
    receive('x\n')
    await line
    expect(owner.timeouts.size).toBe(1)
    const pending = reader.readLine({ timeout: 1e9, signal })
    expect(listeners(signal)).toBe(1)
    end(reader)
    expect(await pending).toBeNull()
    expect([owner.timeouts.size, listeners(signal)]).toEqual([0, 0])
  },
)

test('reads in the same timeout set no timers and stay where they are', async () => {
  const { clock, owner, reader, receive } = start()
  let timers = 0
  const { setTimeout } = clock
  clock.setTimeout = (...args) => {
    timers++
    return Reflect.apply(setTimeout, clock, args)
  }
  for (let count = 0; count < 1000; count++) {
    const line = reader.readLine({ timeout: 100 })
    clock.increment(1)
    receive('x\n')
    await line
  }
  expect(owner.timeouts.size).toBe(1)
  expect(timers).toBeLessThanOrEqual(11)
})

test('10,000 reads of one signal: one listener, and one abort ends all', async () => {
  const controller = new AbortController()
  const { signal } = controller
  let added = 0
  let removed = 0
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...args: never[]) => {
    added++
    Reflect.apply(addEventListener, signal, args)
  }
  signal.removeEventListener = (...args: never[]) => {
    removed++
    Reflect.apply(removeEventListener, signal, args)
  }
  const owner = readerOwner(new SimulatedClock())
  const readers = Array.from({ length: 10_000 }, () => readerOf([], { ends: false, owner }))
  for (let round = 0; round < 3; round++) {
    const reads = readers.map((reader) => reader.readLine({ signal }))
    expect(listeners(signal)).toBe(1)
    for (const reader of readers.slice(1)) reader.received(Buffer.from('x\n'))
    await Promise.all(reads.slice(1))
    expect(listeners(signal)).toBe(1)
    readers[0]?.received(Buffer.from('x\n'))
    await reads[0]
    expect(listeners(signal)).toBe(0)
  }
  expect([added, removed]).toEqual([3, 3])
  const last = readers.map((reader) => reader.readLine({ signal }).catch((reason) => reason))
  controller.abort('all')
  expect(new Set(await Promise.all(last))).toEqual(new Set(['all']))
  expect(listeners(signal)).toBe(0)
})

test('a read that is refused or fails by itself leaves the pending one alone', async () => {
  const { clock, owner, reader, receive } = start('much too long')
  const controller = new AbortController()
  await expect(reader.readLine({ maxLength: 2, timeout: 5 })).rejects.toThrow(MaxLengthExceededError)
  expect(owner.timeouts.size).toBe(0)
  const first = reader.readLine({ timeout: 100 })
  await expect(reader.read({ timeout: 5, signal: controller.signal })).rejects.toThrow(ReadPendingError)
  await expect(reader.read({ timeout: -1 })).rejects.toThrow(ReadPendingError)
  expect(listeners(controller.signal)).toBe(0)
  clock.increment(99)
  receive('\n')
  expect(await first).toBe('much too long')
})

test('the limits of reads are checked, and nothing is read by wrong ones', async () => {
  const { reader } = start('abc')
  const wrong: [Promise<unknown>, string, string][] = [
    [
      reader.read({ timeout: -1 }),
      'ERR_OUT_OF_RANGE',
      'timeout must be 0 milliseconds or more, but it is -1',
    ],
    [reader.read({ timeout: Number.NaN }), 'ERR_OUT_OF_RANGE', 'it is NaN'],
    [
      reader.readExactly(1, { timeout: '5' as never }),
      'ERR_INVALID_ARG_VALUE',
      "timeout must be a number of milliseconds, but it is '5'",
    ],
    [
      reader.readUntil('b', { signal: {} as never }),
      'ERR_INVALID_ARG_VALUE',
      'signal must be an AbortSignal',
    ],
    [reader.readLine({ timeOut: 5 } as never), 'ERR_INVALID_ARG_VALUE', 'readLine.timeOut is not known'],
    [reader.read({ maxLength: 5 } as never), 'ERR_INVALID_ARG_VALUE', 'read.maxLength is not known'],
    [
      reader.read(5 as never),
      'ERR_INVALID_ARG_VALUE',
      'The argument of read() must be { timeout?, signal? }',
    ],
  ]
  for (const [read, code, message] of wrong) {
    await expect(read).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  }
  expect(() => reader.lines({ timeout: -1 })).toThrow(RangeError)
  expect(() => reader.chunks({ timeout: -1 })).toThrow(RangeError)
  expect(() => reader.chunks({ maxLength: 1 } as never)).toThrow('chunks.maxLength is not known')
  expect(String(await reader.read({ timeout: Infinity }))).toBe('abc')
})

test('a read that was given up with a full buffer holds the peer back, and the next one goes on', async () => {
  const asked: string[] = []
  const clock = new SimulatedClock()
  const socket = { on: () => socket, pause: () => asked.push('pause'), resume: () => asked.push('resume') }
  const reader = new SocketReader(socket as never, 64, readerOwner(clock))
  const read = reader.readExactly(300, { timeout: 10 }).catch(nameOf)
  reader.received(Buffer.alloc(200))
  expect(asked).toEqual([])
  clock.increment(10)
  expect([await read, asked]).toEqual(['ReadTimeoutError', ['pause']])
  await reader.readExactly(300, { timeout: 0 }).catch(nameOf)
  expect(asked).toEqual(['pause', 'resume'])
  reader.received(Buffer.alloc(100))
  expect(asked).toEqual(['pause', 'resume', 'pause'])
  expect((await reader.readExactly(300, { timeout: 0 }))?.length).toBe(300)
})

test('loops that go on after a timeout or an abort let the event loop go on', async () => {
  const { reader } = start()
  const spin = async (read: () => Promise<unknown>) => {
    let isOver = false
    let calls = 0
    setImmediate(() => setImmediate(() => (isOver = true)))
    while (!isOver && calls < 10_000) {
      calls++
      await read().catch(() => {})
    }
    return calls
  }
  const signal = AbortSignal.abort()
  for (const read of Object.values(all)) {
    expect(await spin(() => read(reader, { timeout: 0 }))).toBeLessThan(20)
    expect(await spin(() => read(reader, { signal }))).toBeLessThan(20)
  }
})
