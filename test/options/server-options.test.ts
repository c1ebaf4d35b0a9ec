import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SimulatedClock } from 'xstate'
import { realClock } from '../../src/common/clock.ts'
import { Server, type ServerOptions } from '../../src/index.ts'
import { parseOptions } from '../../src/options/server-options.ts'
import { softDescriptorLimit } from '../../src/os/descriptor-limit.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { expectRejected } from '../support/invalid.ts'
import { loopback } from '../support/serve.ts'

const noNumbers = ['1', '', true, null, {}, [], [1], 1n, () => 1]
const noIntegers = [...noNumbers, NaN, Infinity, -Infinity, -1, 0.5]
const noDurations = [...noNumbers, NaN, Infinity, -1, 2 ** 31]
const noBooleans = [0, 1, 'true', '', null, {}, []]
const noObjects = [null, 0, true, 'x', []]

/** Wrong values of every option there is. */
const wrong: { [Name in keyof Required<ServerOptions>]: unknown[] } = {
  maxConnections: [...noIntegers, 0, 2 ** 53],
  maxAcceptsPerBatch: [...noIntegers, 0, 1025],
  backlog: [...noIntegers, 0, 2 ** 31],
  onHandlerError: [null, 0, true, '', 'Raise', 'throw', {}, []],
  dropIncomingConnections: noBooleans,
  pauseStrategy: [null, 0, true, '', 'Hold', 'close', {}, ['hold']],
  allowHalfOpen: noBooleans,
  noDelay: noBooleans,
  keepAlive: noBooleans,
  keepAliveInitialDelay: noDurations,
  highWaterMark: [...noIntegers, 2 ** 31],
  flushTimeout: [...noDurations, 0],
  lingerTimeout: noDurations,
  allow: [null, 0, true, 'x', '127.0.0.1', {}, () => true],
  block: [null, 0, true, 'any', '127.0.0.1', {}, () => true],
  maxConnectionsPerAddress: [null, '1', true, [], [1], 0, -1, 0.5, NaN, Infinity],
  maxAcceptRate: [null, '1', true, [], [1], 0, -1, NaN, Infinity, 2e6],
  admit: [null, 0, true, 'any', {}, [], ['127.0.0.1']],
  proxyProtocol: noObjects,
  tls: noObjects,
  prefaceTimeout: [...noDurations, 0],
  idleTimeout: [...noNumbers, NaN, -1, 0.5, 2 ** 31, -Infinity],
  maxConnectionAge: [...noObjects, 1_000],
  inspect: [...noObjects, {}, { next: 1 }, { error: () => {} }],
  clock: noObjects,
  signal: [...noObjects, {}, { aborted: false }, new AbortController()],
}

describe('a wrong option', () => {
  for (const [name, values] of Object.entries(wrong)) {
    it.each(values.map((value) => ({ value })))(`is rejected by name: ${name} $value`, async ({ value }) => {
      await expectRejected(loopback, { [name]: value }, name, value)
    })
  }

  it.each([
    { clock: {}, name: 'clock.setTimeout' },
    { clock: { setTimeout: 1, clearTimeout: () => {} }, name: 'clock.setTimeout' },
    { clock: { setTimeout: () => {} }, name: 'clock.clearTimeout' },
    { clock: { setTimeout: () => {}, clearTimeout: 'no' }, name: 'clock.clearTimeout' },
  ])('is rejected by name: $name', async ({ clock, name }) => {
    const method = name.split('.')[1] as string
    await expectRejected(loopback, { clock }, name, (clock as Record<string, unknown>)[method])
  })

  const ofCreate = [...Object.keys(wrong).filter((name) => name !== 'highWaterMark'), 'bufferAgeLimit']
  it.each(ofCreate)('is rejected by name if it cannot be looked at: %s', async (name) => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const starting = Server.create(loopback, async () => {}, { [name]: proxy })
    await expect(starting).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining(name),
    })
  })

  it.each(['maxConnection', 'maxconnections', 'timeout', 'port', 'pausestrategy'])(
    'is rejected if it is misspelt: %s',
    async (name) => {
      await expectRejected(loopback, { [name]: 5 }, `options.${name}`, 5)
    },
  )

  it.each([...noObjects, 7, () => {}])('is rejected if options is %o', async (options) => {
    await expectRejected(loopback, options, 'options', options)
  })

  it('does not even touch the port', async () => {
    const other = createServer().listen(loopback)
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as { port: number }
    // Binding would be EADDRINUSE.
    await expectRejected({ port, host: '127.0.0.1' }, { maxConnections: 0 }, 'maxConnections', 0)
  })

  it.each([undefined, null, {}, 'handler', 1, []])('is rejected if the handler is %o', async (handler) => {
    const before = openDescriptors()
    await expect(Server.createSock(loopback, handler as never)).rejects.toMatchObject({
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringMatching(/^handler must be a function/),
    })
    expect(openDescriptors()).toEqual(before)
  })
})

describe('the defaults', () => {
  it('are those that are documented', () => {
    expect(parseOptions()).toEqual({
      maxConnections: Math.floor(softDescriptorLimit() * 0.9),
      maxAcceptsPerBatch: 64,
      backlog: 511,
      onHandlerError: 'raise',
      dropIncomingConnections: false,
      pauseStrategy: undefined,
      socket: { allowHalfOpen: true, noDelay: true, keepAlive: false, keepAliveInitialDelay: 0 },
      bufferAgeLimit: Infinity,
      maxBufferedBytes: Infinity,
      flushTimeout: 30_000,
      lingerTimeout: 2_000,
      allow: undefined,
      block: undefined,
      maxConnectionsPerAddress: undefined,
      maxAcceptRate: undefined,
      admit: undefined,
      proxyProtocol: undefined,
      tls: undefined,
      prefaceTimeout: 10_000,
      idleTimeout: Infinity,
      maxConnectionAge: undefined,
      inspect: undefined,
      clock: realClock,
      signal: undefined,
    })
  })

  it('stand for what is undefined', () => {
    const names = Object.keys(wrong)
    const nothing = Object.fromEntries(names.map((name) => [name, undefined]))
    expect(parseOptions(nothing)).toEqual(parseOptions({}))
  })
})

describe('an option', () => {
  /** The settings are made of them. */
  type Made = 'proxyProtocol' | 'tls' | 'allow' | 'block' | 'maxConnectionsPerAddress' | 'maxAcceptRate'
  const right: {
    [Name in Exclude<keyof Required<ServerOptions>, Made>]: NonNullable<ServerOptions[Name]>[]
  } = {
    maxConnections: [1, 5, Number.MAX_SAFE_INTEGER],
    maxAcceptsPerBatch: [1, 1024],
    backlog: [1, 2 ** 31 - 1],
    onHandlerError: ['raise', 'ignore', () => {}],
    dropIncomingConnections: [true, false],
    pauseStrategy: ['hold', 'rebind'],
    allowHalfOpen: [true, false],
    noDelay: [true, false],
    keepAlive: [true, false],
    keepAliveInitialDelay: [0, 1000],
    highWaterMark: [0, 1024],
    flushTimeout: [1, 60_000],
    lingerTimeout: [0, 5_000],
    prefaceTimeout: [1, 60_000],
    idleTimeout: [1, 60_000, Infinity],
    maxConnectionAge: [
      { atMost: 1, jitter: 0, grace: 0 },
      { atMost: 2 ** 31 - 1, jitter: 1, grace: 5 },
    ],
    inspect: [() => {}, { next: () => {} }],
    clock: [new SimulatedClock()],
    admit: [() => true],
    signal: [new AbortController().signal],
  }

  for (const [name, values] of Object.entries(right)) {
    it(`${name} is taken as it is`, () => {
      for (const value of values) {
        const settings = parseOptions({ [name]: value })
        expect({ ...settings, ...settings.socket }).toHaveProperty(name, value)
      }
    })
  }
})
