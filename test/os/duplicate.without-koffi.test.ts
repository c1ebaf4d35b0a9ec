import { chmodSync, closeSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { bindToInterface, Server } from '../../src/index.ts'
import { loadDuplicate } from '../../src/os/duplicate.ts'
import { connectTo } from '../support/client.ts'
import { nameOf, openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { loopback, ManualHandler, serve } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

vi.mock('koffi', () => {
  throw new Error('Cannot find package koffi')
})

const warnings: (Error & { code?: string })[] = []
process.on('warning', (warning) => warnings.push(warning))

describe('without koffi', () => {
  it('nothing can be duplicated', async () => {
    expect(await loadDuplicate()).toBeUndefined()
  })

  it('a full server refuses new clients, says so once, and comes back on the same port', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1 })
    await serve(async () => {})
    const port = server.listeningOn
    const first = connectTo(server)
    const run = await handler.run(0)
    expect(server.state).toBe('accept-paused')
    const { error } = await connectTo(server).closed
    expect(error?.code).toBe('ECONNREFUSED')
    run.settle()
    await first.closed
    await server.waitForConnections((count) => count === 0)
    await server.resume()
    const second = connectTo(server)
    await handler.run(1)
    handler.settleAll()
    await second.closed
    expect(server.listeningOn).toBe(port)
    expect(warnings.map(({ code }) => code)).toEqual(['XSTATE_TCP_NO_HOLD'])
  })

  it('there is no way to listen on one interface, and nothing is opened', async () => {
    const before = openDescriptors()
    await expect(serve(async () => {}, {}, { port: 0, interface: 'lo' })).rejects.toMatchObject({
      name: 'InterfaceUnavailableError',
      code: 'ERR_INTERFACE_UNAVAILABLE',
      message: expect.stringMatching(/lo needs .*koffi/),
    })
    await expect(bindToInterface({ fd: 0 }, 'lo')).rejects.toMatchObject({
      code: 'ERR_INTERFACE_UNAVAILABLE',
    })
    expect(openDescriptors()).toEqual(before)
  })

  it('a full server on a path keeps the mode of its file through a rebind', async () => {
    const handler = new ManualHandler()
    const path = join(temporaryFolder(), 's')
    const server = await serve(handler.handle, { maxConnections: 1 }, { path })
    chmodSync(path, 0o606)
    const first = connectTo(server)
    const run = await handler.run(0)
    expect((await connectTo(server).closed).error?.code).toBe('ENOENT')
    run.settle()
    await first.closed
    await server.waitForConnections((count) => count === 0)
    await server.resume()
    expect(statSync(path).mode & 0o777).toBe(0o606)
  })

  it('hold by name rejects, and nothing is opened', async () => {
    const before = openDescriptors()
    await expect(
      Server.createSock(loopback, async () => {}, { pauseStrategy: 'hold' }),
    ).rejects.toMatchObject({
      name: 'HoldUnavailableError',
      code: 'ERR_HOLD_UNAVAILABLE',
    })
    expect(openDescriptors()).toEqual(before)
    const server = await serve(async () => {})
    expect(() => server.pause({ strategy: 'hold' })).toThrow(
      expect.objectContaining({ code: 'ERR_HOLD_UNAVAILABLE' }),
    )
    expect(server.state).toBe('listening')
  })

  it('{ fd } rejects, and the descriptor stays open', async () => {
    const fd = openSync('/dev/null', 'r')
    await expect(Server.createSock({ fd }, async () => {})).rejects.toMatchObject({
      code: 'ERR_HOLD_UNAVAILABLE',
    })
    expect(nameOf(fd)).toBe('/dev/null')
    closeSync(fd)
  })

  it('a path works, through a pause, and its file goes at close', async () => {
    const path = join(temporaryFolder(), 's')
    const server = await serve(async (_, socket) => void socket.end('hello'), {}, { path })
    server.pause()
    await server.resume()
    await connectTo(server).receives('hello')
    await server.close()
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  it('a file at the path that is somebody else’s survives close', async () => {
    const path = join(temporaryFolder(), 's')
    const server = await serve(async () => {}, {}, { path })
    rmSync(path)
    writeFileSync(path, 'precious')
    await server.close()
    await turns(2)
    expect(readdirSync(join(path, '..'))).toEqual(['s'])
  })
})
