import { describe, expect, it } from 'vitest'
import { connectToAddress } from '../support/client.ts'
import { temporaryFolder } from '../support/folder.ts'
import { packageEntry } from '../support/package.ts'
import { hasStrace, injectFault } from '../support/strace.ts'
import { received, type TellingOptions, TellingServer, type Told } from '../support/telling.ts'

/**
 * All that accept(2) is documented to fail with, and more than a socket of ours ever will; with the
 * names of Node.
 */
const ERRORS = [
  ['ENOBUFS'],
  ['ENOMEM'],
  ['EPERM'],
  ['EPROTO'],
  ['EOPNOTSUPP', 'ENOTSUP'],
  ['ECONNABORTED'],
  ['ENETDOWN'],
  ['ENETUNREACH'],
  ['EHOSTUNREACH'],
  ['ENOPROTOOPT'],
  ['ENONET'],
  ['ETIMEDOUT'],
].map(([error = '', code = error]) => ({ error, code }))
const TRIES_THAT_ARE_SEEN = 3

describe.skipIf(!hasStrace)('accept(2) that fails (needs strace)', () => {
  const entry = packageEntry()
  const start = (options: TellingOptions = {}) => TellingServer.start(entry, options)
  const connect = (server: TellingServer, count: number) =>
    Array.from({ length: count }, () => connectToAddress(server.address))

  it.each(ERRORS)(
    'for some time by $error is reported once, pauses, is tried again, and loses no client',
    async ({ error, code }) => {
      const server = await start()
      const fault = await injectFault(server.pid, 'accept4', error)
      const clients = connect(server, 5)
      await server.error()
      for (let tries = 0; tries < TRIES_THAT_ARE_SEEN; tries++) {
        await server.state('listening')
        await server.state('accept-paused')
      }
      await fault.end()
      await server.state('listening')
      expect(await received(clients)).toEqual(Array(5).fill('served'))
      expect(server.errors).toEqual([
        expect.objectContaining({
          name: 'OutageError',
          code: 'ERR_SERVER_OUTAGE',
          cause: expect.objectContaining({ code, syscall: 'accept' }),
        }),
      ])
    },
  )

  it.each(['EMFILE', 'ENFILE'])(
    'for some time by %s is reported as a possible loss of clients, and loses none',
    async (error) => {
      const server = await start()
      const fault = await injectFault(server.pid, 'accept4', error)
      const clients = connect(server, 5)
      await server.error()
      for (let tries = 0; tries < TRIES_THAT_ARE_SEEN; tries++) {
        await server.state('listening')
        await server.state('accept-paused')
      }
      await fault.end()
      await server.state('listening')
      expect(await received(clients)).toEqual(Array(5).fill('served'))
      const { cause } = server.errors[0] as Told
      expect(cause.code).toBe('ERR_DESCRIPTORS_EXHAUSTED')
      expect(cause.message).toContain('may have been accepted and closed')
    },
  )

  // libuv itself tries again, for ever, when it is interrupted.
  it.each([...ERRORS.map(({ error }) => error), 'EINTR'])(
    'now and then by %s loses no client and reports nothing',
    async (error) => {
      const server = await start()
      const fault = await injectFault(server.pid, 'accept4', error, '2+3')
      const clients = connect(server, 40)
      expect(await received(clients)).toEqual(Array(40).fill('served'))
      await fault.end()
      // Whatever it has told by now comes before the state that is waited for.
      const later = await injectFault(server.pid, 'accept4', 'EPERM')
      const client = connectToAddress(server.address)
      await server.state('accept-paused')
      await later.end()
      await client.closed
      expect(server.errors.filter(({ cause }) => cause.code !== 'EPERM')).toEqual([])
    },
  )

  it('is told again when it has worked in between', async () => {
    const server = await start()
    for (let outages = 1; outages <= 2; outages++) {
      const fault = await injectFault(server.pid, 'accept4', 'ENOBUFS')
      const client = connectToAddress(server.address)
      await server.error()
      await fault.end()
      await server.state('listening')
      expect(await received([client])).toEqual(['served'])
      expect(server.errors).toHaveLength(outages)
    }
  })

  it('is a warning where nobody listens', async () => {
    const server = await start({ listens: false })
    const fault = await injectFault(server.pid, 'accept4', 'EPERM')
    const client = connectToAddress(server.address)
    await server.warning()
    await fault.end()
    expect(await received([client])).toEqual(['served'])
    expect(server.warnings).toEqual([
      expect.objectContaining({ name: 'OutageError', code: 'ERR_SERVER_OUTAGE' }),
    ])
  })

  it.each([
    {
      name: 'on a unix socket',
      options: () => ({ where: { path: `${temporaryFolder()}/s` } }),
      reply: 'served',
    },
    { name: 'on IPv6', options: () => ({ where: { port: 0, host: '::1' } }), reply: 'served' },
    { name: 'of a server that drops', options: () => ({ isDropping: true }), reply: '' },
  ])('$name is found as well', async ({ options, reply }) => {
    const server = await start(options())
    const fault = await injectFault(server.pid, 'accept4', 'ENOBUFS')
    const clients = connect(server, 3)
    await server.error()
    await fault.end()
    expect(await received(clients)).toEqual(Array(3).fill(reply))
    expect(server.errors).toHaveLength(1)
  })

  it.each([
    { name: 'a port', where: () => ({ port: 0, host: '127.0.0.1' }) },
    { name: 'an IPv6 port', where: () => ({ port: 0, host: '::1' }) },
    { name: 'a path', where: () => ({ path: `${temporaryFolder()}/s` }) },
  ])('is noticed without koffi on $name, though not by which error', async ({ where }) => {
    const server = await start({ where: where(), hasKoffi: false })
    const fault = await injectFault(server.pid, 'accept4', 'ENOBUFS')
    // Its pause closes the socket, so this one is lost.
    const lost = connectToAddress(server.address)
    await server.error()
    await lost.closed
    await fault.end()
    await server.state('listening')
    expect(await received([connectToAddress(server.address)])).toEqual(['served'])
    const { cause } = server.errors[0] as Told
    expect(cause).toMatchObject({ syscall: 'accept', message: expect.stringContaining('clients wait') })
    expect(cause.code).toBeUndefined()
  })
})
