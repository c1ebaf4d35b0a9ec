import { Server as NetServer } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bindHandle } from '../../src/acceptor/bind.ts'
import { parseWhere, type WhereToListen } from '../../src/options/where-to-listen.ts'
import { closeSomebodyElse, handleOptions, somebodyElse } from '../support/acceptor.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { loopback } from '../support/serve.ts'

const bind = (where: WhereToListen) => bindHandle(parseWhere(where) as never, handleOptions)
const portOf = (handle: NetServer) => (handle.address() as { port: number }).port

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a failure to bind', () => {
  it('is EADDRINUSE where somebody listens, and leaves nothing open', async () => {
    const other = await somebodyElse(loopback)
    const before = openDescriptors()
    await expect(bind({ port: portOf(other), host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      syscall: 'listen',
    })
    expect(openDescriptors()).toEqual(before)
    await closeSomebodyElse(other)
  })

  it.each([
    // An address reserved for documentation: no machine has it.
    { where: { port: 0, host: '192.0.2.1' }, code: 'EADDRNOTAVAIL' },
    { where: { port: 0, host: 'no-such-host.invalid' }, code: /ENOTFOUND|EAI_AGAIN/ },
    { where: { path: '/no-such-folder/s' }, code: 'EACCES' },
  ])('has the code $code for $where, and leaves nothing open', async ({ where, code }) => {
    const before = openDescriptors()
    const error = await bind(where).catch((thrown: NodeJS.ErrnoException) => thrown)
    expect((error as NodeJS.ErrnoException).code).toMatch(code)
    expect(openDescriptors()).toEqual(before)
  })

  it('is EADDRINUSE on the path of a live server, whose file stays', async () => {
    const path = `${temporaryFolder()}/s`
    const other = await somebodyElse({ path })
    const before = openDescriptors()
    await expect(bind({ path })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(openDescriptors()).toEqual(before)
    await closeSomebodyElse(other)
  })

  it('is no failure to accept', async () => {
    const onError = vi.fn()
    const other = await somebodyElse(loopback)
    const target = parseWhere({ port: portOf(other), host: '127.0.0.1' })
    await expect(bindHandle(target as never, { ...handleOptions, onError })).rejects.toThrow()
    expect(onError).not.toHaveBeenCalled()
    await closeSomebodyElse(other)
  })
})

describe('a port of the choice of the OS', () => {
  /** Makes the next `failures` calls of listen fail as if the port were taken. */
  function takePorts(failures: number) {
    const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' })
    let calls = 0
    const { listen } = NetServer.prototype
    vi.spyOn(NetServer.prototype, 'listen').mockImplementation(function (this: NetServer, ...args: never[]) {
      if (++calls > failures) return (listen as (...args: never[]) => NetServer).apply(this, args)
      process.nextTick(() => this.emit('error', error))
      return this
    } as never)
    return { calls: () => calls }
  }

  it('is tried up to 10 times', async () => {
    const taken = takePorts(9)
    const handle = await bind(loopback)
    expect(taken.calls()).toBe(10)
    expect(portOf(handle)).toBeGreaterThan(0)
    await closeSomebodyElse(handle)
  })

  it('is given up after 10 times', async () => {
    const taken = takePorts(11)
    await expect(bind(loopback)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(taken.calls()).toBe(10)
  })

  it('is the only one that is tried again', async () => {
    const taken = takePorts(1)
    await expect(bind({ port: 65_000, host: '127.0.0.1' })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(taken.calls()).toBe(1)
  })
})
