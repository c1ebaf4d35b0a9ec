// What bad clients can make a server hold in memory, by the figures of the guide.
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { BufferLimitError, type CreateOptions, type Handler } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { figuresOf } from '../support/figures.ts'
import { hasAll } from '../support/fin.ts'
import { honest, PLACES, Siege } from '../support/siege.ts'
import { turns } from '../support/turns.ts'

const MIB = 1024 * 1024

const readLines: Handler = async (_address, reader, writer) => {
  for await (const line of reader.lines()) writer.writeLine(line)
}

/** Until nothing more comes of it. */
async function peace(value: () => number): Promise<void> {
  for (let before = -1; before !== value(); ) {
    before = value()
    await turns(100)
  }
}

const sends = (bytes: number) => (socket: Socket) => void socket.write(Buffer.alloc(bytes, 'x'))

async function besiege(handler: Handler, options: CreateOptions, attack: (socket: Socket) => void) {
  const siege = await Siege.begin(handler, options, () => {})
  for (const socket of siege.attackers) attack(socket)
  await agree(() => siege.buffered.max > 0, true)
  await peace(() => siege.buffered.held + siege.errors.length)
  return siege
}

test('a line without an end costs as much as the guide says, and no place any more when it is too long', async () => {
  const [bytes = 0] = figuresOf('sends a line without an end').bytes
  const almost = await besiege(readLines, {}, sends(MIB))
  expect(almost.buffered.max).toBeGreaterThan(PLACES * MIB)
  expect(almost.buffered.max).toBeLessThan(PLACES * bytes)
  const over = await Siege.begin(readLines, {}, sends(2 * MIB))
  // The handlers have failed. What still comes is discarded until the clients have had their time.
  await agree(() => [...over.server.connections].every(hasAll), true)
  over.clock.increment(2_000)
  await agree(() => over.errors.length, PLACES)
  await honest(over.server)
  expect(over.buffered.max).toBeLessThan(PLACES * bytes)
})

test('many of them hold maxBufferedBytes at most, and an honest client is served meanwhile', async () => {
  const siege = await besiege(readLines, { maxBufferedBytes: 8 * MIB }, sends(MIB))
  expect(siege.buffered.max).toBeLessThan(8 * MIB + 1.2 * MIB)
  await honest(siege.server)
  expect(siege.errors.length).toBeGreaterThanOrEqual(PLACES - 8)
  expect(siege.errors.every((error) => error instanceof BufferLimitError)).toBe(true)
})

test('a client that nobody reads is made to wait, and costs as much as the guide says', async () => {
  const [bytes = 0] = figuresOf('sends more than the handler reads').bytes
  const waits: Handler = async (_address, _reader, _writer, { signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }
  const siege = await besiege(waits, {}, sends(8 * MIB))
  expect(siege.server.numConnections).toBe(PLACES)
  expect(siege.buffered.max).toBeGreaterThanOrEqual(PLACES * 128 * 1024)
  expect(siege.buffered.max).toBeLessThan(PLACES * bytes)
})

test('clients that read nothing of what a careless handler writes hold maxBufferedBytes at most', async () => {
  const floods: Handler = async (_address, reader, writer, { signal }) => {
    if ((await reader.readLine()) === 'hello') return void writer.writeLine('hello')
    while (!signal.aborted) {
      writer.write(Buffer.alloc(16 * 1024))
      await turns(1)
    }
  }
  const siege = await Siege.begin(floods, { maxBufferedBytes: 4 * MIB }, () => {})
  for (const socket of siege.attackers) socket.pause().write('much\n')
  // It waits until the first of them is cut.
  await honest(siege.server)
  expect(siege.buffered.max).toBeLessThan(4 * MIB + PLACES * 17 * 1024)
})
