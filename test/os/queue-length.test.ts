import { closeSync, openSync, unlinkSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { WhereToListen } from '../../src/options/where-to-listen.ts'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { type Libc, loadLibc } from '../../src/os/libc.ts'
import { queueLength } from '../../src/os/queue-length.ts'
import { listenOn } from '../support/acceptor.ts'
import { connected, connectToAddress } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { loopback } from '../support/serve.ts'

const libc = (await loadLibc()) as Libc

/** A listening socket that nobody polls. */
async function heldSocket(where: WhereToListen, backlog = 511) {
  const { acceptor } = await listenOn(where, { backlog })
  acceptor.stop('hold')
  return acceptor
}

const places: { name: string; where: () => WhereToListen }[] = [
  { name: 'a port', where: () => loopback },
  { name: 'an IPv6 port', where: () => ({ port: 0, host: '::1' }) },
  { name: 'a port of both families', where: () => ({ port: 0, host: '::' }) },
  { name: 'a path', where: () => ({ path: `${temporaryFolder()}/a b` }) },
  { name: 'an abstract path', where: () => ({ path: `\0xstate-tcp ${temporaryFolder()}` }) },
]

describe.runIf(process.platform === 'linux')('the length of the queue', () => {
  it.each(places)('of $name is exact', async ({ where }) => {
    const { fd, address } = await heldSocket(where())
    const other = await heldSocket(where())
    await connected(2, other.address)
    expect(queueLength(fd, libc)).toBe(0)
    let waiting = 0
    for (const more of [5, 4, 291]) {
      await connected(more, address)
      waiting += more
      expect(queueLength(fd, libc)).toBe(waiting)
    }
    for (let left = waiting; left > waiting - 5; left--) {
      expect(queueLength(fd, libc)).toBe(left)
      closeSync(libc.accept(fd))
    }
    expect(queueLength(other.fd, libc)).toBe(2)
  })

  it.each(places)('of $name counts clients that have gone before their turn', async ({ where }) => {
    const { fd, address } = await heldSocket(where())
    const [one, other] = await connected(3, address)
    if (address.family === 'unix') one?.destroy()
    else one?.reset()
    other?.destroy()
    await Promise.all([one?.closed, other?.closed])
    expect(queueLength(fd, libc)).toBe(3)
  })

  it.each(places)('of $name is at most one above the backlog', async ({ where }) => {
    const { fd, address } = await heldSocket(where(), 8)
    let established = 0
    const full = new Promise<void>((resolve) => {
      for (let index = 0; index < 20; index++) {
        const count = () => ++established === 9 && resolve()
        connectToAddress(address).connected.then(count, () => {})
      }
    })
    await full
    expect(queueLength(fd, libc)).toBe(9)
    expect(established).toBe(9)
  })

  it('is undefined where no socket listens, and without the C library', async () => {
    const file = openSync('/dev/null', 'r')
    onTestFinished(() => closeSync(file))
    const closed = openSync('/dev/null', 'r')
    closeSync(closed)
    const { fd, address } = await heldSocket(loopback)
    const { address: path } = await heldSocket({ path: `${temporaryFolder()}/s` })
    const clients = [...(await connected(1, address)), ...(await connected(1, path))]
    const before = openDescriptors()
    for (const other of [-1, file, closed, ...clients.map(({ socket }) => descriptorOf(socket))]) {
      expect(queueLength(other, libc)).toBeUndefined()
    }
    expect(queueLength(fd, undefined)).toBeUndefined()
    expect(openDescriptors()).toEqual(before)
  })

  it.each(places)('of $name leaves nothing open', async ({ where }) => {
    const { fd } = await heldSocket(where())
    const before = openDescriptors()
    for (let count = 0; count < 10; count++) queueLength(fd, libc)
    expect(openDescriptors()).toEqual(before)
  })

  it.each([
    { what: 'a kernel that imitates Linux, and knows no queues', state: 10, backlog: 0 },
    { what: 'a connection, whose segments were acknowledged in part', state: 1, backlog: 3 },
  ])('is not taken from $what', async ({ state, backlog }) => {
    const { fd } = await heldSocket(loopback)
    const getsockopt: Libc['getsockopt'] = (_fd, _level, _name, value) => {
      value.fill(0)
      new Uint32Array(value.buffer).set([state === 10 ? 0 : 2, backlog], 6)
      value[0] = state
      return 0
    }
    expect(queueLength(fd, { ...libc, getsockopt })).toBeUndefined()
  })

  it('of a path is undefined where the kernel does not answer', async () => {
    const { fd, address } = await heldSocket({ path: `${temporaryFolder()}/s` })
    await connected(1, address)
    expect(queueLength(fd, { ...libc, socket: () => -1 })).toBeUndefined()
    const [AF_INET, SOCK_STREAM] = [2, 1]
    const before = openDescriptors()
    expect(queueLength(fd, { ...libc, socket: () => libc.socket(AF_INET, SOCK_STREAM, 0) })).toBeUndefined()
    expect(openDescriptors()).toEqual(before)
  })

  it('is that of the socket, where another one was bound to its path', async () => {
    const path = `${temporaryFolder()}/s`
    const old = await heldSocket({ path })
    await connected(2, old.address)
    unlinkSync(path)
    const young = await heldSocket({ path })
    await connected(1, young.address)
    expect([old, young].map(({ fd }) => queueLength(fd, libc))).toEqual([2, 1])
  })
})
