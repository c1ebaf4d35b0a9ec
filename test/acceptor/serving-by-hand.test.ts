import { AsyncLocalStorage } from 'node:async_hooks'
import { Server as NetServer } from 'node:net'
import { constants } from 'node:os'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { CALLS_TO_POLL } from '../../src/acceptor/serving-by-hand.ts'
import { type Libc, loadLibc } from '../../src/os/libc.ts'
import { listenOn } from '../support/acceptor.ts'
import { agree } from '../support/agreement.ts'
import { connected, connectTo } from '../support/client.ts'
import { temporaryFolder } from '../support/folder.ts'
import { loopback, ManualHandler, serve } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

const libc = (await loadLibc()) as Libc
const canHold = process.platform === 'linux' || process.platform === 'darwin'

/** An acceptor that is stopped and held, and how many handles it has opened since then. */
async function held(where: Parameters<typeof listenOn>[0], options: Parameters<typeof listenOn>[1] = {}) {
  const { acceptor, owner } = await listenOn(where, options)
  acceptor.stop('hold')
  const opened = vi.spyOn(NetServer.prototype, 'listen')
  onTestFinished(() => opened.mockRestore())
  return { acceptor, owner, opened }
}

const wheres = [
  { name: 'a port', where: () => loopback },
  { name: 'a path', where: () => ({ path: `${temporaryFolder()}/socket` }) },
]

describe.runIf(canHold).each(wheres)('at a full server on $name', ({ where }) => {
  it('no handle is opened for those who wait, one place after the other', async () => {
    const { acceptor, owner, opened } = await held(where())
    owner.onOffer = () => acceptor.stop('hold')
    const clients = await connected(20, acceptor.address)
    for (let served = 1; served <= clients.length; served++) {
      acceptor.start(1)
      await owner.accepted(served)
      owner.sockets.at(-1)?.write(`you are ${served}`)
      await clients[served - 1]?.receives(`you are ${served}`)
      await turns(2)
      expect(owner.sockets.length).toBe(served)
    }
    expect(opened).not.toHaveBeenCalled()
    expect(new Set(owner.reported)).toEqual(new Set(['acceptor.ready']))
  })

  it('a handle is opened once nobody waits any more, and accepts whoever comes', async () => {
    const { acceptor, owner, opened } = await held(where())
    await connected(1, acceptor.address)
    acceptor.start(2)
    await owner.accepted(1)
    await turns(2)
    expect(opened).toHaveBeenCalledTimes(1)
    await connected(1, acceptor.address)
    await owner.accepted(2)
    expect(owner.reported).toEqual(['acceptor.ready'])
  })

  it('nobody is accepted after a stop, also in the same turn', async () => {
    const { acceptor, owner, opened } = await held(where())
    await connected(2, acceptor.address)
    acceptor.start(1)
    acceptor.stop('hold')
    await turns(3)
    expect(owner.sockets).toEqual([])
    acceptor.start(1)
    await owner.accepted(1)
    acceptor.stop('hold')
    await turns(3)
    expect(owner.sockets.length).toBe(1)
    expect(opened).not.toHaveBeenCalled()
    acceptor.start(1)
    await owner.accepted(2)
  })
})

describe.runIf(canHold)('places that become free', () => {
  it('are filled by more and more in each turn, and by a handle when there are many', async () => {
    const { acceptor, owner, opened } = await held(loopback)
    await connected(100, acceptor.address)
    const counts: number[] = []
    opened.mockImplementation(function (this: NetServer, ...args) {
      counts.push(owner.sockets.length)
      opened.mockRestore()
      return this.listen(...args)
    })
    acceptor.start(CALLS_TO_POLL)
    for (let turn = 0; turn < 3; turn++) {
      await turns(1)
      counts.push(owner.sockets.length)
    }
    await owner.accepted(100)
    expect(counts).toEqual([1, 3, 7, CALLS_TO_POLL])
  })

  it('in one turn are not filled all at once', async () => {
    const { acceptor, owner, opened } = await held(loopback)
    await connected(5, acceptor.address)
    owner.onOffer = () => acceptor.stop('hold')
    const counts: number[] = []
    for (let times = 0; times < 3; times++) {
      acceptor.start(1)
      await new Promise<void>((resolve) => process.nextTick(resolve))
      counts.push(owner.sockets.length)
    }
    expect(counts).toEqual([1, 1, 1])
    await owner.accepted(2)
    acceptor.start(1)
    await owner.accepted(3)
    expect(opened).not.toHaveBeenCalled()
  })
})

describe.runIf(canHold)('a handle is opened at once', () => {
  it('where there are more places than it is worth for', async () => {
    const { acceptor, opened } = await held(loopback)
    acceptor.start(CALLS_TO_POLL + 1)
    expect(opened).toHaveBeenCalledTimes(1)
  })

  it('where somebody else may have the descriptor', async () => {
    const { acceptor, opened } = await held(loopback)
    expect(acceptor.fd).toBeGreaterThan(0)
    acceptor.start(1)
    expect(opened).toHaveBeenCalledTimes(1)
  })

  it('where there is no C library', async () => {
    const { acceptor, opened } = await held(loopback, { libc: undefined })
    acceptor.start(1)
    expect(opened).toHaveBeenCalledTimes(1)
  })
})

describe.runIf(canHold)('where accept(2) fails', () => {
  /** A C library whose accept(2) fails like this. */
  const failing = (errno: number): Libc => ({ ...libc, accept: () => -1, errno: () => errno })

  it.each(['EMFILE', 'ENFILE'] as const)('with %s, that is told, and no handle is opened', async (code) => {
    const { acceptor, owner, opened } = await held(loopback, { libc: failing(constants.errno[code]) })
    await connected(1, acceptor.address)
    const report = owner.report.bind(owner)
    vi.spyOn(owner, 'report').mockImplementation((event) => {
      report(event)
      if (event.type === 'accept.exhausted') acceptor.stop('hold')
    })
    acceptor.start(1)
    await agree(() => owner.reported, ['acceptor.ready', 'accept.exhausted'])
    await turns(2)
    expect(opened).not.toHaveBeenCalled()
  })

  it('because the client has gone, a handle is opened', async () => {
    const { acceptor, owner, opened } = await held(loopback, {
      libc: failing(constants.errno.ECONNABORTED),
    })
    acceptor.start(1)
    await agree(() => opened.mock.calls.length, 1)
    await connected(1, acceptor.address)
    await owner.accepted(1)
    expect(owner.reported).toEqual(['acceptor.ready'])
  })

  it('and the handle cannot listen either, that is told as a failure to accept', async () => {
    const { acceptor, owner, opened } = await held(loopback)
    const failure = new Error('listen')
    opened.mockImplementation(function (this: NetServer) {
      process.nextTick(() => this.emit('error', failure))
      return this
    })
    acceptor.start(1)
    await owner.reportedSo(2)
    expect(owner.reports).toEqual([{ type: 'acceptor.ready' }, { type: 'accept.failed', error: failure }])
    acceptor.stop('hold')
    opened.mockRestore()
    acceptor.start(1)
    await connected(1, acceptor.address)
    await owner.accepted(1)
  })
})

describe.runIf(canHold)('a server of one place', () => {
  it('serves all who wait by hand, and never two at once', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1 })
    const opened = vi.spyOn(NetServer.prototype, 'listen')
    onTestFinished(() => opened.mockRestore())
    const clients = Array.from({ length: 10 }, () => connectTo(server))
    await agree(() => server.numWaiting, clients.length - 1)
    for (let index = 0; index < clients.length; index++) {
      expect(opened).not.toHaveBeenCalled()
      const { socket, settle } = await handler.run(index)
      socket.write('done')
      settle()
      await agree(() => clients.filter(({ received }) => received === 'done').length, index + 1)
      for (const client of clients) if (client.received === 'done') client.socket.end()
    }
    expect(handler.mostRunning).toBe(1)
    await agree(() => opened.mock.calls.length, 1)
  })

  it('keeps the context of whoever makes a place away from the next client', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const server = await serve(
      (_address, socket) =>
        new Promise((resolve) => {
          socket.once('data', () => seen.push(storage.getStore()))
          socket.once('close', resolve)
        }),
      { maxConnections: 1 },
    )
    const [first, second] = [connectTo(server), connectTo(server)]
    await Promise.all([first.connected, second.connected])
    await agree(() => server.numWaiting, 1)
    storage.run('of another', () => {
      server.maxConnections = 2
    })
    await agree(() => server.numConnections, 2)
    second.send('hello')
    first.send('hello')
    await agree(() => seen, [undefined, undefined])
  })
})
