import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Duplicate } from '../../src/acceptor/duplicate.ts'
import { loadDuplicate } from '../../src/acceptor/duplicate.ts'
import { listenOn } from '../support/acceptor.ts'
import { connected, connectToAddress } from '../support/client.ts'
import { nameOf, openDescriptors } from '../support/descriptors.ts'
import { loopback } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

/** Lets each turn of the event loop seem to take so many milliseconds. */
function letTurnsTake(milliseconds: number): void {
  let now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += milliseconds
    return now
  })
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('stopped inside the accept callback', () => {
  it('lets not one more through, with 64 handles', async () => {
    letTurnsTake(1)
    const { acceptor, owner } = await listenOn(loopback)
    let room = 200
    owner.onOffer = () => {
      if (--room === 0) acceptor.stop('hold')
    }
    // Enough of them at once for all handles to be polling when the last one comes.
    const clients = Array.from({ length: 300 }, () => connectToAddress(acceptor.address))
    await Promise.all(clients.map((client) => client.connected))
    await owner.accepted(200)
    await turns(10)
    expect(owner.sockets.length).toBe(200)
    room = 1
    for (let accepted = 201; accepted <= 205; accepted++) {
      room = 1
      acceptor.start()
      await owner.accepted(accepted)
      await turns(3)
      expect(owner.sockets.length).toBe(accepted)
    }
  })
})

describe('the polling handles', () => {
  /** 300 clients come at once, then one after the other. Resolves with how many handles there were at most. */
  async function storm(maxAcceptsPerBatch: number) {
    const duplicate = (await loadDuplicate()) as Duplicate
    let polling = 0
    let most = 0
    const copies: number[] = []
    const counting: Duplicate = (fd) => {
      const copy = duplicate(fd)
      copies.push(copy)
      polling = copies.filter((one) => nameOf(one) === nameOf(fd)).length
      most = Math.max(most, polling)
      return copy
    }
    const { acceptor, owner } = await listenOn(loopback, { maxAcceptsPerBatch, duplicate: counting })
    acceptor.stop('hold')
    await connected(300, acceptor.address)
    copies.length = 0
    acceptor.start()
    await owner.accepted(300)
    const socket = nameOf(acceptor.fd)
    const pollingNow = () => openDescriptors().filter((fd) => nameOf(fd) === socket).length - 1
    for (let accepted = 301; accepted <= 360; accepted++) {
      await connectToAddress(acceptor.address).connected
      await owner.accepted(accepted)
      await turns(2)
    }
    expect(pollingNow()).toBeLessThanOrEqual(Math.min(2, maxAcceptsPerBatch))
    return most
  }

  it('become as many as maxAcceptsPerBatch in a storm on a busy server, and few again in calm times', async () => {
    letTurnsTake(1)
    expect(await storm(64)).toBe(64)
  })

  it('are never more than maxAcceptsPerBatch', async () => {
    letTurnsTake(1)
    expect(await storm(5)).toBe(5)
    expect(await storm(1)).toBe(1)
  })

  it('are two at the most while the turns are short, in which few are enough', async () => {
    letTurnsTake(0)
    expect(await storm(64)).toBe(2)
  })

  it('stay one where descriptors cannot be duplicated', async () => {
    const { acceptor, owner } = await listenOn(loopback, { duplicate: undefined })
    const before = openDescriptors().filter((fd) => nameOf(fd) === nameOf(acceptor.fd))
    const clients = Array.from({ length: 50 }, () => connectToAddress(acceptor.address))
    await owner.accepted(clients.length)
    await turns(2)
    expect(before).toEqual([acceptor.fd])
    expect(openDescriptors().filter((fd) => nameOf(fd) === nameOf(acceptor.fd))).toEqual(before)
  })
})
