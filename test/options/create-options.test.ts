import { expect, it, test } from 'vitest'
import { type CreateOptions, Server } from '../../src/index.ts'
import { parseCreateOptions } from '../../src/options/create-options.ts'
import { parseOptions } from '../../src/options/server-options.ts'
import { memoryLimit } from '../../src/os/memory-limit.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { expectRejected } from '../support/invalid.ts'
import { loopback } from '../support/serve.ts'

const noIntegers = ['1', '', true, null, {}, [], 1n, NaN, Infinity, -1, 0.5, 2 ** 31]

type Name = 'bufferAgeLimit' | 'maxBufferedBytes' | 'readerBufferSize' | 'writerBufferSize'

/** Wrong values of the options that `createSock` does not have. */
const wrong: { [Each in Name]: unknown[] } = {
  maxBufferedBytes: [null, 0, -1, 0.5, Number.NaN, Infinity, '1', 'Unlimited', {}, [], true],
  bufferAgeLimit: [null, 0, 120_000, true, '', 'Unlimited', [], () => {}],
  readerBufferSize: [...noIntegers, 0],
  writerBufferSize: noIntegers,
}

for (const [name, values] of Object.entries(wrong)) {
  test.each(values.map((value) => ({ value })))(
    `a wrong option is rejected by name: ${name} $value`,
    async ({ value }) => {
      await expectRejected(loopback, { [name]: value }, name, value, 'create')
    },
  )
}

test.each([undefined, null, '1', 0, -1, NaN, Infinity, 2 ** 31])(
  'bufferAgeLimit is rejected by name: %o',
  async (atMost) => {
    await expectRejected(loopback, { bufferAgeLimit: { atMost } }, 'bufferAgeLimit.atMost', atMost, 'create')
  },
)

test('options of the one are none of the other', async () => {
  await expectRejected(loopback, { highWaterMark: 5 }, 'options.highWaterMark', 5, 'create')
  for (const name of Object.keys(wrong)) await expectRejected(loopback, { [name]: 5 }, `options.${name}`, 5)
  await expectRejected(loopback, { bufferAgeLimit: { atmost: 5 } }, 'bufferAgeLimit.atmost', 5, 'create')
  await expectRejected(loopback, { maxConnections: 0 }, 'maxConnections', 0, 'create')
  await expectRejected(loopback, null, 'options', null, 'create')
})

test.each([undefined, null, {}, 'handler'])('a handler that is %o is rejected', async (handler) => {
  const before = openDescriptors()
  await expect(Server.create(loopback, handler as never)).rejects.toThrow(/^handler must be a function/)
  expect(openDescriptors()).toEqual(before)
})

it('has the defaults that are documented, and those of createSock', () => {
  expect(parseCreateOptions()).toEqual({
    ...parseOptions(),
    socket: { ...parseOptions().socket, highWaterMark: 1 },
    bufferAgeLimit: 120_000,
    maxBufferedBytes: Math.floor(memoryLimit() / 8),
    readerBufferSize: 65_536,
    writerBufferSize: 65_536,
  })
  const nothing = Object.fromEntries(Object.keys(wrong).map((name) => [name, undefined]))
  expect(parseCreateOptions(nothing)).toEqual(parseCreateOptions({}))
})

test.each<[CreateOptions, object]>([
  [{ bufferAgeLimit: 'unlimited' }, { bufferAgeLimit: Infinity }],
  [{ maxBufferedBytes: 'unlimited' }, { maxBufferedBytes: Infinity }],
  [{ maxBufferedBytes: 1 }, { maxBufferedBytes: 1 }],
  [{ bufferAgeLimit: { atMost: 1 } }, { bufferAgeLimit: 1 }],
  [
    { readerBufferSize: 1, writerBufferSize: 0 },
    { readerBufferSize: 1, writerBufferSize: 0 },
  ],
])('an option of value %o is taken as it is', (options, settings) => {
  expect(parseCreateOptions(options)).toMatchObject(settings)
})
