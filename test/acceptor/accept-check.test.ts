import { constants } from 'node:os'
import { describe, expect, it, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { type Libc, loadLibc } from '../../src/os/libc.ts'
import { listenOn } from '../support/acceptor.ts'
import { type Client, connected } from '../support/client.ts'
import { loopback } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

const real = (await loadLibc()) as Libc

describe('a socket whose waiting clients no handle seems to accept', () => {
  /** As poll(2) says it of a socket in whose queue somebody waits. */
  const readable: Libc['poll'] = (descriptors) => {
    descriptors[6] = 1
    return 1
  }

  /** Listens; a second later accept(2) is called by hand, which this answers. */
  async function calledByHand(accept: Libc['accept'], errno = real.errno, isRefusing = false) {
    const clock = new SimulatedClock()
    const libc = { ...real, poll: readable, accept: vi.fn(accept), errno }
    const { acceptor, owner } = await listenOn(loopback, { clock, libc })
    Object.defineProperty(owner, 'isRefusing', { value: isRefusing })
    const refused = vi.spyOn(owner, 'refused')
    await turns(10)
    expect(libc.accept).not.toHaveBeenCalled()
    clock.increment(1_000)
    await turns(10)
    expect(libc.accept).toHaveBeenCalledOnce()
    return { acceptor, owner, refused, libc, clock }
  }

  /** The descriptor of a client that somebody else has accepted. */
  async function acceptedClient() {
    const { acceptor } = await listenOn(loopback)
    acceptor.stop('hold')
    const [client] = await connected(1, acceptor.address)
    return { client: client as Client, fd: real.accept(acceptor.fd) }
  }

  it('goes on where accept(2) finds no client after all', async () => {
    const { acceptor, owner } = await calledByHand(real.accept)
    expect(owner.reported).toEqual([])
    await connected(1, acceptor.address)
    await owner.accepted(1)
  })

  it('serves the client that accept(2) gives after all', async () => {
    const { client, fd } = await acceptedClient()
    const { owner } = await calledByHand(() => fd)
    expect(owner.reported).toEqual([])
    expect(owner.sockets).toHaveLength(1)
    owner.sockets[0]?.write('hello')
    await client.receives('hello')
  })

  it('closes the client that accept(2) gives after all while it drops', async () => {
    const { client, fd } = await acceptedClient()
    const { owner, refused } = await calledByHand(() => fd, real.errno, true)
    await client.closed
    expect(refused).toHaveBeenCalledOnce()
    expect(owner.sockets).toEqual([])
    expect(owner.reported).toEqual([])
  })

  it('fails with the error of accept(2), and is looked at again as soon as it is started', async () => {
    const { acceptor, owner, libc } = await calledByHand(
      () => -1,
      () => constants.errno.ENOBUFS,
    )
    expect(owner.reports).toMatchObject([
      { type: 'accept.failed', error: { code: 'ENOBUFS', syscall: 'accept' } },
    ])
    acceptor.stop('hold')
    acceptor.start()
    await turns(10)
    expect(libc.accept).toHaveBeenCalledTimes(2)
    expect(owner.reported).toEqual(['accept.failed', 'acceptor.ready', 'accept.failed'])
    // One who is accepted shows that all is well.
    await connected(1, acceptor.address)
    await owner.accepted(1)
    acceptor.stop('hold')
    acceptor.start()
    await turns(10)
    expect(libc.accept).toHaveBeenCalledTimes(2)
  })
})
