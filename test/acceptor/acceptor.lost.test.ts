import { closeSync, existsSync, fstatSync, openSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import type { Duplicate } from '../../src/os/duplicate.ts'
import { loadDuplicate } from '../../src/os/duplicate.ts'
import { closed, closeSomebodyElse, type Listening, listenOn, somebodyElse } from '../support/acceptor.ts'
import { connected, connectToAddress } from '../support/client.ts'
import { nameOf } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { loopback } from '../support/serve.ts'

const duplicate = (await loadDuplicate()) as Duplicate
const other = await somebodyElse(loopback)
const places = [
  { name: 'a port', where: () => loopback },
  { name: 'a path', where: () => ({ path: `${temporaryFolder()}/s` }) },
]
const successors = [
  { what: 'a file', open: () => openSync('/dev/null', 'r') },
  { what: 'a socket', open: () => duplicate(descriptorOf(other)) },
]
const theirs: number[] = []

/** Closes the held descriptor and gives its number to something else; gives a look at that. */
function lose({ acceptor }: Listening, open: () => number): () => string | undefined {
  const { fd } = acceptor
  closeSync(fd)
  // The lowest number that is free comes first.
  while (!theirs.includes(fd)) theirs.push(open())
  const name = nameOf(fd)
  return () => (nameOf(fd) === name ? 'untouched' : nameOf(fd))
}

afterEach(() => {
  for (const fd of theirs.splice(0)) closeSync(fd)
})

describe('a held descriptor that somebody else has closed, and whose number is in use again', () => {
  for (const { name, where } of places) {
    for (const { what, open } of successors) {
      it(`by ${what}, is bound again where it was paused, on ${name}`, async () => {
        const listening = await listenOn(where())
        const { acceptor, owner } = listening
        const { address } = acceptor
        acceptor.stop('hold')
        const look = lose(listening, open)
        expect(acceptor.fd).toBe(-1)
        acceptor.start()
        await owner.reportedSo(1)
        expect(owner.reported).toEqual(['acceptor.ready'])
        expect(acceptor.address).toEqual(address)
        connectToAddress(address)
        await owner.accepted(1)
        await closed(listening)
        expect(look()).toBe('untouched')
      })

      it(`by ${what}, lets clients go on waiting where the server listens, on ${name}`, async () => {
        const listening = await listenOn(where())
        const { acceptor, owner } = listening
        const look = lose(listening, open)
        expect(fstatSync(acceptor.fd).isSocket()).toBe(true)
        acceptor.stop('hold')
        await connected(3, acceptor.address)
        acceptor.start()
        await owner.accepted(3)
        expect(owner.reported).toEqual(['acceptor.ready'])
        await closed(listening)
        expect(look()).toBe('untouched')
      })

      it(`by ${what}, is left alone by a rebind and by a close, on ${name}`, async () => {
        const place = where()
        const first = await listenOn(place)
        const looks = [lose(first, open)]
        first.acceptor.stop('rebind')
        first.acceptor.start()
        await first.owner.reportedSo(1)
        looks.push(lose(first, open))
        await closed(first)
        expect(looks.map((look) => look())).toEqual(['untouched', 'untouched'])
        if ('path' in place) expect(existsSync(place.path)).toBe(false)
      })
    }
  }

  it('is not duplicated for more polling handles', async () => {
    const sources: (string | undefined)[] = []
    const counting: Duplicate = (fd) => {
      sources.push(nameOf(fd))
      return duplicate(fd)
    }
    const listening = await listenOn(loopback, { duplicate: counting, maxAcceptsPerBatch: 4 })
    const { acceptor, owner } = listening
    const ours = nameOf(acceptor.fd)
    const look = lose(listening, () => openSync('/dev/null', 'r'))
    acceptor.stop('hold')
    acceptor.start()
    await connected(20, acceptor.address)
    await owner.accepted(20)
    expect(sources.length).toBeGreaterThan(2)
    expect(new Set(sources)).toEqual(new Set([ours]))
    await closed(listening)
    expect(look()).toBe('untouched')
  })

  describe('on { fd }', () => {
    const inherit = async () => {
      const theirServer = await somebodyElse(loopback)
      const listening = await listenOn({ fd: duplicate(descriptorOf(theirServer)) })
      return { theirServer, listening, ...listening }
    }

    it('is an outage where the server was paused: it cannot be bound again', async () => {
      const { theirServer, listening, acceptor, owner } = await inherit()
      acceptor.stop('hold')
      const look = lose(listening, () => openSync('/dev/null', 'r'))
      for (const tries of [1, 2]) {
        acceptor.start()
        await owner.reportedSo(tries)
        expect(owner.reports.at(-1)).toMatchObject({
          type: 'acceptor.failed',
          error: { code: 'EBADF', message: expect.stringContaining('closed by somebody else') },
        })
      }
      await closed(listening)
      expect(look()).toBe('untouched')
      await closeSomebodyElse(theirServer)
    })

    it('is replaced by another duplicate where the server listens', async () => {
      const { theirServer, listening, acceptor, owner } = await inherit()
      const look = lose(listening, () => openSync('/dev/null', 'r'))
      await closeSomebodyElse(theirServer)
      acceptor.stop('hold')
      await connected(3, acceptor.address)
      acceptor.start()
      await owner.accepted(3)
      await closed(listening)
      expect(look()).toBe('untouched')
    })
  })

  it('is bound again if it is lost with every polling handle', async () => {
    const listening = await listenOn(loopback)
    const { acceptor, owner } = listening
    acceptor.stop('hold')
    closeSync(acceptor.fd)
    acceptor.stop('hold')
    acceptor.start()
    await owner.reportedSo(1)
    expect(owner.reported).toEqual(['acceptor.ready'])
    connectToAddress(acceptor.address)
    await owner.accepted(1)
  })
})
