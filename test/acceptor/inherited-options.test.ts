import { createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { InheritedOptions } from '../../src/acceptor/inherited-options.ts'
import { type Duplicate, loadDuplicate } from '../../src/os/duplicate.ts'
import { type Libc, loadLibc } from '../../src/os/libc.ts'
import { nativeHandleOf } from '../../src/os/native-handle.ts'
import { closed, heldSocket, type Listening, listenOn, places } from '../support/acceptor.ts'
import { connected } from '../support/client.ts'
import { loopback } from '../support/serve.ts'
import { descriptorOfSocket, socketOptions } from '../support/socket-options.ts'

const libc = (await loadLibc()) as Libc
const duplicate = (await loadDuplicate()) as Duplicate

const socket = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 77_000 }
const ALL = { noDelay: true, keepAlive: true, keepAliveDelay: 77 }
const NONE = { noDelay: false, keepAlive: false }

const optionsOf = (accepted: Socket) => socketOptions(descriptorOfSocket(accepted), libc)

/** Calls of Node's own handles, of servers and sockets, from now on. */
function countCalls(of: Socket) {
  const { prototype } = (nativeHandleOf(of) as object).constructor
  const setNoDelay = vi.spyOn(prototype, 'setNoDelay')
  const setKeepAlive = vi.spyOn(prototype, 'setKeepAlive')
  onTestFinished(() => void vi.restoreAllMocks())
  return () => [setNoDelay.mock.calls.length, setKeepAlive.mock.calls.length]
}

/** The next client of a server, as it was accepted. */
async function accept({ acceptor, owner }: Listening, address = acceptor.address): Promise<Socket> {
  const count = owner.sockets.length + 1
  await connected(1, address)
  await owner.accepted(count)
  return owner.sockets[count - 1] as Socket
}

describe.runIf(process.platform === 'linux')('the socket options of clients', () => {
  it.each(places.slice(0, 2))(
    'of $name come from the listening socket, with no call for each',
    async ({ where }) => {
      const listening = await listenOn(where(), { socket })
      const first = await accept(listening)
      expect(optionsOf(first)).toEqual(ALL)
      const calls = countCalls(first)
      for (let count = 0; count < 5; count++) expect(optionsOf(await accept(listening))).toEqual(ALL)
      expect(calls()).toEqual([0, 0])
    },
  )

  it('can be changed as those of any socket', async () => {
    const listening = await listenOn(loopback, { socket })
    const accepted = await accept(listening)
    accepted.setNoDelay(false)
    accepted.setKeepAlive(true, 55_000)
    expect(optionsOf(accepted)).toEqual({ noDelay: false, keepAlive: true, keepAliveDelay: 55 })
    accepted.setNoDelay(true)
    accepted.setKeepAlive(false)
    expect(optionsOf(accepted)).toMatchObject({ noDelay: true, keepAlive: false })
  })

  it('are none where none were asked for', async () => {
    const accepted = await accept(await listenOn(loopback, { socket: {} }))
    expect(optionsOf(accepted)).toMatchObject(NONE)
    accepted.setNoDelay()
    expect(optionsOf(accepted)).toMatchObject({ ...NONE, noDelay: true })
  })

  it('are there again after a pause that binds anew', async () => {
    const listening = await listenOn(loopback, { socket })
    listening.acceptor.stop('rebind')
    const told = listening.owner.reports.length + 1
    listening.acceptor.start(1_000)
    await listening.owner.reportedSo(told)
    expect(optionsOf(await accept(listening))).toEqual(ALL)
  })

  it('are set one by one for who came before they were set on the listening socket', async () => {
    const held = await heldSocket(loopback)
    await connected(3, held.address)
    const server = createServer().listen({ fd: duplicate(held.fd) })
    onTestFinished(() => void server.close())
    const inherited = new InheritedOptions(socket, libc)
    inherited.listens(server, true)
    const seen = Array.from({ length: 5 }, () => {
      const { areOnNext } = inherited
      inherited.accepted()
      return areOnNext
    })
    expect(seen).toEqual([false, false, false, true, true])
  })

  it('are set one by one where the listening socket is another process’s too, and it is left alone', async () => {
    const { fd, address } = await heldSocket(loopback)
    const listening = await listenOn({ fd: duplicate(fd) }, { socket })
    expect(optionsOf(await accept(listening, address))).toEqual(ALL)
    expect(socketOptions(fd, libc)).toMatchObject(NONE)
    await closed(listening)
  })

  it.each([
    { name: 'without koffi', library: undefined, failing: {} },
    { name: 'where setting one fails', library: libc, failing: { setNoDelay: () => -22 } },
    { name: 'where setting the other fails', library: libc, failing: { setKeepAlive: () => -22 } },
    { name: 'on a unix socket', library: libc, failing: { setNoDelay: undefined } },
  ])('are set one by one $name', async ({ library, failing }) => {
    const { fd } = await heldSocket(loopback)
    const native = { fd, setNoDelay: () => 0, setKeepAlive: () => 0, ...failing }
    const inherited = new InheritedOptions(socket, library)
    inherited.listens({ _handle: native } as never, true)
    expect(inherited.areOnNext).toBe(false)
  })
})
