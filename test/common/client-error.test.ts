import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { deferred } from '../../src/common/deferred.ts'
import {
  BufferAgeLimitError,
  BufferLimitError,
  ClientError,
  InvalidOptionError,
  isClientError,
  MaxLengthExceededError,
  ReadTimeoutError,
  UnexpectedEndError,
  WriteTimeoutError,
} from '../../src/index.ts'
import { connectTo } from '../support/client.ts'
import { serve } from '../support/serve.ts'

const coded = (code: string, more = {}) => Object.assign(new Error(code), { code, ...more })

test('isClientError is true of what clients can cause', () => {
  const errors = [
    new ClientError('no header', { code: 'ERR_PROXY_HEADER', phase: 'header', reason: 'signature' }),
    new MaxLengthExceededError('line end', 3),
    new UnexpectedEndError('3 bytes', Buffer.alloc(0)),
    new BufferAgeLimitError('a peer', 1, 1),
    new ReadTimeoutError(1),
    new WriteTimeoutError(1, 1),
    new BufferLimitError('a peer', 2, 1),
    coded('ECONNRESET'),
    coded('EPIPE', { syscall: 'write' }),
    coded('ETIMEDOUT', { syscall: 'read' }),
  ]
  expect(errors.map(isClientError)).toEqual(errors.map(() => true))
})

test('isClientError is false of anything else, and never throws', () => {
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const others = [
    new Error('a bug'),
    new InvalidOptionError('x'),
    coded('ETIMEDOUT', { syscall: 'connect' }),
    coded('ECONNREFUSED'),
    { code: 'ECONNRESET' },
    undefined,
    null,
    'ECONNRESET',
    revoked.proxy,
  ]
  expect(others.map(isClientError)).toEqual(others.map(() => false))
})

test('isClientError is true of what a reset makes of a read, and false of a refused connection', async () => {
  const failed = deferred<unknown>()
  const server = await serve(async (_address, socket) => {
    const closed = new Promise((done) => socket.once('close', done))
    socket.once('error', failed.resolve).resume()
    socket.write('hello')
    await closed
  })
  const client = connectTo(server)
  await client.receives('hello')
  client.reset()
  expect(isClientError(await failed.promise)).toBe(true)
  const refused = await new Promise((resolve) => {
    connect({ port: 1, host: '127.0.0.1' }).once('error', resolve)
  })
  expect(isClientError(refused)).toBe(false)
})
