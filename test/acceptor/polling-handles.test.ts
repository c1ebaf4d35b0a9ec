import { closeSync } from 'node:fs'
import { Server as NetServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { monotonicNow } from '../../src/common/timers.ts'
import type { WhereToListen } from '../../src/options/where-to-listen.ts'
import type { Duplicate } from '../../src/os/duplicate.ts'
import { loadDuplicate } from '../../src/os/duplicate.ts'
import { turnsOfLoop } from '../../src/os/event-loop.ts'
import { closed, listenOn } from '../support/acceptor.ts'
import { connected, connectToAddress } from '../support/client.ts'
import { nameOf, openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { loopback } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

vi.mock('../../src/common/timers.ts', async (original) => {
  const timers = await original<typeof import('../../src/common/timers.ts')>()
  return { ...timers, monotonicNow: vi.fn(timers.monotonicNow) }
})

/**
 * Lets the event loop seem to have so many milliseconds of other work in each turn. Each look at
 * the clock seems to take a microsecond, which is what accepting costs.
 */
function letOthersTake(milliseconds: number): void {
  let looks = 0
  vi.mocked(monotonicNow).mockImplementation(() => turnsOfLoop() * milliseconds + 0.001 * looks++)
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.mocked(monotonicNow).mockReset()
})

describe('stopped inside the accept callback', () => {
  it('lets not one more through, with 64 handles', async () => {
    letOthersTake(1_000)
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
  /**
   * 300 clients come at once, then one after the other. Resolves with how many handles there were
   * at most.
   */
  async function storm(maxAcceptsPerBatch: number, where: WhereToListen = loopback) {
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
    const { acceptor, owner } = await listenOn(where, { maxAcceptsPerBatch, duplicate: counting })
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
    expect(pollingNow()).toBe(1)
    return most
  }

  it('become as many as maxAcceptsPerBatch in a storm on a busy server, and few again in calm times', async () => {
    letOthersTake(1_000)
    expect(await storm(64)).toBe(64)
  })

  it('are never more than maxAcceptsPerBatch', async () => {
    letOthersTake(1_000)
    expect(await storm(5)).toBe(5)
    expect(await storm(1)).toBe(1)
  })

  it('become as many where nobody tells how many clients wait', async () => {
    letOthersTake(1_000)
    expect(await storm(64, { path: join(temporaryFolder(), 'socket') })).toBe(64)
  })

  it('are one where nobody else needs the loop, and as many as wait are no reason for more', async () => {
    letOthersTake(0)
    expect(await storm(64)).toBe(1)
  })

  it('are one where clients come one by one, however busy the loop is', async () => {
    letOthersTake(1_000)
    const duplicate = (await loadDuplicate()) as Duplicate
    let copies = 0
    const counting: Duplicate = (fd) => {
      copies++
      return duplicate(fd)
    }
    const { acceptor, owner } = await listenOn(loopback, { duplicate: counting })
    copies = 0
    for (let accepted = 1; accepted <= 80; accepted++) {
      await connected(1, acceptor.address)
      await owner.accepted(accepted)
      await turns(2)
    }
    expect(copies).toBe(0)
  })

  it('are one again a second or two after the last client of a storm, without another one', async () => {
    letOthersTake(1_000)
    const clock = new SimulatedClock()
    const { acceptor, owner } = await listenOn(loopback, { clock })
    const polling = () => openDescriptors().filter((fd) => nameOf(fd) === nameOf(acceptor.fd)).length - 1
    acceptor.stop('hold')
    await connected(300, acceptor.address)
    acceptor.start()
    await owner.accepted(300)
    await turns(2)
    expect(polling()).toBeGreaterThan(8)
    clock.increment(1_000)
    clock.increment(1_000)
    expect(polling()).toBe(1)
    await connected(1, acceptor.address)
    await owner.accepted(301)
  })

  it('are looked at by one timer while there are any, and by none when all is over', async () => {
    const clock = new SimulatedClock()
    const set = vi.spyOn(clock, 'setTimeout')
    const cleared = vi.spyOn(clock, 'clearTimeout')
    const listening = await listenOn(loopback, { clock })
    const { acceptor } = listening
    for (let times = 0; times < 3; times++) {
      acceptor.stop('hold')
      acceptor.start()
    }
    expect(set).toHaveBeenCalledTimes(1)
    clock.increment(1_000)
    expect(set).toHaveBeenCalledTimes(2)
    acceptor.stop('hold')
    clock.increment(1_000)
    clock.increment(1_000)
    expect(set).toHaveBeenCalledTimes(2)
    acceptor.start()
    expect(set).toHaveBeenCalledTimes(3)
    await closed(listening)
    expect(cleared).toHaveBeenCalledTimes(1)
    clock.increment(10_000)
    expect(set).toHaveBeenCalledTimes(3)
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

describe('a handle that cannot listen', () => {
  const failure = Object.assign(new Error('listen EMFILE'), { code: 'EMFILE', syscall: 'listen' })

  /**
   * What Node does with the descriptor when it fails: it closes it if it had made a handle of it.
   */
  const ways = [
    { name: 'whose descriptor Node has closed', fail: (fd: number) => closeSync(fd) },
    { name: 'whose descriptor Node has forgotten', fail: () => {} },
  ]

  /** From now on, handles fail to listen on a descriptor as Node's do. */
  function letListenFail(fail: (fd: number) => void): { calls: number; restore: () => void } {
    const { listen } = NetServer.prototype
    const spy = vi.spyOn(NetServer.prototype, 'listen').mockImplementation(function (
      this: NetServer,
      ...args
    ) {
      const [{ fd } = {}] = args as unknown as [{ fd?: number }]
      if (fd === undefined) return listen.apply(this, args as never)
      result.calls++
      fail(fd)
      process.nextTick(() => this.emit('error', failure))
      return this
    })
    const result = { calls: 0, restore: () => spy.mockRestore() }
    return result
  }

  it.each(ways)('$name is no outage while others poll, and leaves nothing open', async ({ fail }) => {
    letOthersTake(1_000)
    const { acceptor, owner } = await listenOn(loopback)
    acceptor.stop('hold')
    await connected(20, acceptor.address)
    acceptor.start()
    const before = openDescriptors().filter((fd) => nameOf(fd) === nameOf(acceptor.fd))
    const failing = letListenFail(fail)
    await owner.accepted(20)
    expect(failing.calls).toBeGreaterThan(0)
    expect(openDescriptors().filter((fd) => nameOf(fd) === nameOf(acceptor.fd))).toEqual(before)
    expect(owner.reported).toEqual(['acceptor.ready'])
    failing.restore()
    const clients = Array.from({ length: 50 }, () => connectToAddress(acceptor.address))
    await owner.accepted(20 + clients.length)
    expect(owner.reported).toEqual(['acceptor.ready'])
  })

  it.each(ways)(
    '$name is reported if it is the only one, leaves nothing open, and can be tried again',
    async ({ fail }) => {
      const { acceptor, owner } = await listenOn(loopback)
      acceptor.stop('hold')
      const before = openDescriptors()
      const failing = letListenFail(fail)
      acceptor.start()
      expect(owner.reported).toEqual([])
      await owner.reportedSo(1)
      expect(owner.reports).toEqual([{ type: 'acceptor.failed', error: failure }])
      expect(openDescriptors()).toEqual(before)
      failing.restore()
      acceptor.start()
      expect(owner.reported).toEqual(['acceptor.failed', 'acceptor.ready'])
      await connected(1, acceptor.address)
      await owner.accepted(1)
    },
  )
})
