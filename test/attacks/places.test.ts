// 20 bad clients on all of 20 places: an honest client is served when the guide says so.
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Handler } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { certificate } from '../support/certificate.ts'
import { figuresOf } from '../support/figures.ts'
import { hasAll } from '../support/fin.ts'
import { honest, honestByProxy, honestByTls, PLACES, Siege } from '../support/siege.ts'
import { turns } from '../support/turns.ts'

const SECOND = 1_000
const CHUNK = 16 * 1024
const MORE_THAN_THE_KERNEL_TAKES = Buffer.alloc(16 * 1024 * 1024)

const echo: Handler = async (_address, reader, writer) => {
  for await (const line of reader.lines()) if (!writer.writeLine(line)) await writer.flushed()
}

const mute = () => {}

describe('before the handler', () => {
  const prefaces = [
    {
      options: { proxyProtocol: { from: ['127.0.0.1'] } },
      honest: honestByProxy,
      bytes: Buffer.from('PROXY TCP4 192.0'),
    },
    { options: { tls: certificate }, honest: honestByTls, bytes: Buffer.from('16030102000100', 'hex') },
  ]

  test.each(prefaces)('clients that say nothing are gone in time', async (preface) => {
    const [seconds = 0] = figuresOf('says nothing, before TLS or a header').seconds
    const siege = await Siege.begin(echo, preface.options, mute)
    await siege.isLiftedAfter(seconds * SECOND, preface.honest)
  })

  test.each(prefaces)('clients that trickle are gone in time', async (preface) => {
    const [seconds = 0] = figuresOf('trickles that, a byte a second').seconds
    const siege = await Siege.begin(echo, preface.options, mute)
    for (const byte of preface.bytes.subarray(0, seconds - 3)) {
      await siege.sends(Buffer.from([byte]))
      siege.clock.increment(SECOND)
    }
    await siege.isLiftedAfter(3 * SECOND, preface.honest)
    await agree(() => siege.errors.length, PLACES)
  })
})

const [alone = 0, ifWaiting = 0] = figuresOf('has its answer and does not end').seconds

describe('after the handler', () => {
  test('clients that do not take their answer are gone in time', async () => {
    const [seconds = 0] = figuresOf('does not read its answer').seconds
    const siege = await Siege.begin(
      async (_address, reader, writer) => {
        const line = await reader.readLine()
        if (line === 'hello') writer.writeLine(line)
        else writer.write(MORE_THAN_THE_KERNEL_TAKES)
      },
      {},
      (socket) => void socket.pause().write('much\n'),
    )
    const { server } = siege
    await agree(() => [...server.connections].every(({ state }) => state === 'closing'), true)
    await siege.isLiftedAfter(seconds * SECOND, honest)
    expect(siege.errors).toEqual([])
  })

  const greeter: Handler = async (_address, reader, writer) => {
    writer.writeLine((await reader.readLine()) ?? '')
  }

  const never = (socket: Socket) => void socket.resume().write('hi\n')

  test('clients that have their answer and do not end are gone in time', async () => {
    const { server, clock } = await Siege.begin(greeter, { maxConnections: PLACES + 1 }, never)
    await agree(() => [...server.connections].every(hasAll), true)
    clock.increment(alone * SECOND - 1)
    await turns(5)
    expect(server.numConnections).toBe(PLACES)
    clock.increment(1)
    await server.waitForConnections((count) => count === 0)
  })

  test('clients that have their answer and do not end make room where somebody waits', async () => {
    const siege = await Siege.begin(greeter, {}, never)
    await agree(() => [...siege.server.connections].every(hasAll), true)
    await siege.isLiftedAfter(ifWaiting * SECOND, honest)
  })
})

test('clients that trickle a line are gone in time, where the handler gives them one', async () => {
  const [seconds = 0] = figuresOf('trickles a line, a byte a second').seconds
  const siege = await Siege.begin(
    async (_address, reader, writer) => {
      for await (const line of reader.lines({ timeout: 30_000 })) writer.writeLine(line)
    },
    {},
    mute,
  )
  await siege.sends(Buffer.from('a'))
  for (let second = 0; second < seconds - 3; second++) {
    await siege.sends(Buffer.from('a'))
    siege.clock.increment(SECOND)
  }
  // The handler has failed, so the client has its time to end, which it has in vain.
  siege.clock.increment(3 * SECOND - 1)
  await turns(5)
  expect([...siege.server.connections].every(({ state }) => state === 'serving')).toBe(true)
  siege.clock.increment(1)
  await agree(() => [...siege.server.connections].every(hasAll), true)
  await siege.isLiftedAfter(ifWaiting * SECOND, honest)
})

test('clients that do not read are gone in time, where the handler waits for them', async () => {
  const figures = figuresOf('does not read, and the handler awaits `flushed()`')
  const siege = await Siege.begin(
    async (_address, reader, writer, { signal }) => {
      if ((await reader.readLine()) === 'hello') return void writer.writeLine('hello')
      while (!signal.aborted) if (!writer.write(Buffer.alloc(CHUNK))) await writer.flushed()
    },
    {},
    (socket) => void socket.pause().write('much\n'),
  )
  const { server, buffered } = siege
  await agree(() => buffered.held > 0 && server.numConnections, PLACES)
  let held = -1
  // Until none of them takes any more.
  while (held !== buffered.held) {
    held = buffered.held
    await turns(50)
  }
  await siege.isLiftedAfter((figures.seconds[0] ?? 0) * SECOND, honest)
  expect(buffered.max).toBeLessThan(PLACES * (figures.bytes[0] ?? 0))
})
