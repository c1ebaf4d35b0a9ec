import { isIPv6 } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Address } from '../../src/index.ts'
import { closed, closeSomebodyElse, listenOn, somebodyElse } from '../support/acceptor.ts'
import { connectToAddress } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { loopback } from '../support/serve.ts'
import { ticks, turns } from '../support/turns.ts'

const portOf = (address: Address) => (address.family === 'unix' ? -1 : address.port)

/**
 * Each step of a bind is a tick or a microtask, and something else may come at any of them; no bind
 * takes so many.
 */
const MOST_TICKS = 12

/** What was asked for, and where else than at its own address clients reach it. */
const places = [
  { name: 'a port of the choice of the OS', where: loopback, also: undefined },
  { name: 'localhost', where: { port: 0, host: 'localhost' }, also: undefined },
  { name: 'IPv6', where: { port: 0, host: '::1' }, also: undefined },
  { name: 'IPv6 and IPv4 at once', where: { port: 0 }, also: '127.0.0.1' },
  { name: 'IPv6 and IPv4 by name', where: { port: 0, host: '::' }, also: '127.0.0.1' },
] as const

const machines = [
  { name: 'where descriptors can be duplicated', options: {} },
  { name: 'where they cannot', options: { duplicate: undefined, libc: undefined } },
]

describe.each(machines)('a rebind $name', ({ options }) => {
  const cannotHold = 'duplicate' in options

  for (const { name, where, also } of places) {
    it(`on ${name} refuses clients, and comes back on the same port`, async () => {
      const { acceptor, owner } = await listenOn(where, options)
      const { address } = acceptor
      const port = portOf(address)
      const ways = [address]
      if (also) ways.push({ family: 'IPv4', address: also, port })

      acceptor.stop('rebind')
      expect(acceptor.fd).toBe(-1)
      for (const way of ways) {
        const { error } = await connectToAddress(way).closed
        expect(error?.code).toBe('ECONNREFUSED')
      }
      expect(owner.sockets).toEqual([])

      acceptor.start()
      await owner.reportedSo(1)
      expect(owner.reported).toEqual(['acceptor.ready'])
      expect(acceptor.address).toEqual(address)
      for (const way of ways) connectToAddress(way)
      await owner.accepted(ways.length)
    })
  }

  it('of IPv6 only leaves IPv4 to others', async () => {
    const { acceptor, owner } = await listenOn({ port: 0, host: '::', ipv6Only: true }, options)
    const { address } = acceptor
    if (address.family === 'unix' || !isIPv6(address.address)) throw new Error('not IPv6')
    const other = await somebodyElse({ port: address.port, host: '127.0.0.1' })
    acceptor.stop('rebind')
    acceptor.start()
    await owner.reportedSo(1)
    expect(owner.reported).toEqual(['acceptor.ready'])
    await closeSomebodyElse(other)
  })

  it('fails while somebody else has the address, leaves nothing open, and works afterwards', async () => {
    const { acceptor, owner } = await listenOn(loopback, options)
    const port = portOf(acceptor.address)
    acceptor.stop('rebind')
    const other = await somebodyElse({ port, host: '127.0.0.1' })
    const before = openDescriptors()
    acceptor.start()
    await owner.reportedSo(1)
    expect(owner.reports).toMatchObject([{ type: 'acceptor.failed', error: { code: 'EADDRINUSE' } }])
    expect(openDescriptors()).toEqual(before)
    await closeSomebodyElse(other)
    acceptor.start()
    await owner.reportedSo(2)
    expect(owner.reported).toEqual(['acceptor.failed', 'acceptor.ready'])
    connectToAddress(acceptor.address)
    await owner.accepted(1)
  })

  it.skipIf(cannotHold).each([
    ['a port', () => loopback],
    ['a path', () => ({ path: `${temporaryFolder()}/s` })],
  ] as const)('on %s that is only to hold accepts no client until it is started', async (_, where) => {
    const before = openDescriptors().length
    const listening = await listenOn(where(), options)
    const { acceptor, owner } = listening
    for (let count = 0; count < MOST_TICKS; count++) {
      const told = owner.reports.length
      acceptor.stop('rebind')
      acceptor.bindToHold()
      await owner.reportedSo(told + 1)
      expect(owner.reports.at(-1)).toEqual({ type: 'acceptor.held' })
      const client = await connectToAddress(acceptor.address).connected
      await turns(3)
      expect(owner.sockets.length).toBe(count)
      expect(client.hasEnded).toBe(false)
      expect(acceptor.fd).not.toBe(-1)
      acceptor.bindToHold()
      expect(owner.reported.slice(told)).toEqual(['acceptor.held', 'acceptor.held'])
      acceptor.start()
      await owner.accepted(count + 1)
      owner.sockets[count]?.destroy()
      await client.closed
    }
    await closed(listening)
    expect(openDescriptors().length).toBe(before)
  })

  it.skipIf(cannotHold)(
    'that is only to hold accepts if it is started under way, at any moment of it',
    async () => {
      const { acceptor, owner } = await listenOn(loopback, options)
      const listening = openDescriptors()
      for (let count = 0; count < MOST_TICKS; count++) {
        acceptor.stop('rebind')
        acceptor.bindToHold()
        await ticks(count)
        acceptor.start()
        await owner.reportedSo(1)
        while (owner.reports.at(-1)?.type !== 'acceptor.ready')
          await owner.reportedSo(owner.reports.length + 1)
        owner.reports.length = 0
      }
      await turns(5)
      expect(openDescriptors()).toEqual(listening)
      connectToAddress(acceptor.address)
      await owner.accepted(1)
    },
  )

  it('leaves connections alone that were accepted before', async () => {
    const { acceptor, owner } = await listenOn(loopback, options)
    const client = connectToAddress(acceptor.address)
    await owner.accepted(1)
    acceptor.stop('rebind')
    owner.sockets[0]?.write('still here')
    await client.receives('still here')
  })

  const everywhere = [
    { name: 'a port', where: () => loopback },
    { name: 'localhost', where: () => ({ port: 0, host: 'localhost' }) },
    { name: 'a path', where: () => ({ path: `${temporaryFolder()}/s` }) },
  ]

  for (const { name, where } of everywhere) {
    for (const strategy of ['hold', 'rebind'] as const) {
      it(`on ${name} finds its own address free when stopped by ${strategy} and started under way`, async () => {
        const { acceptor, owner } = await listenOn(where(), options)
        const listening = openDescriptors()
        for (let count = 0; count < MOST_TICKS; count++) {
          acceptor.stop('rebind')
          acceptor.start()
          await ticks(count)
          acceptor.stop(strategy)
          const told = owner.reports.length
          acceptor.start()
          await owner.reportedSo(told + 1)
        }
        await turns(5)
        expect(new Set(owner.reported)).toEqual(new Set(['acceptor.ready']))
        expect(openDescriptors()).toEqual(listening)
        connectToAddress(acceptor.address)
        await owner.accepted(1)
      })

      it(`on ${name} that is not wanted any more leaves nothing open`, async () => {
        const { acceptor, owner } = await listenOn(where(), options)
        acceptor.stop('rebind')
        const before = openDescriptors()
        acceptor.start()
        acceptor.stop(strategy)
        await turns(5)
        expect(owner.reported).toEqual([])
        expect(openDescriptors()).toEqual(before)
        const { error } = await connectToAddress(acceptor.address).closed
        expect(error?.code).toMatch(/ECONNREFUSED|ENOENT/)
      })
    }

    it(`on ${name} that a close overtakes leaves nothing open and the address free`, async () => {
      const before = openDescriptors()
      for (let count = 0; count < MOST_TICKS; count++) {
        const listening = await listenOn(where(), options)
        const { acceptor, owner } = listening
        acceptor.stop('rebind')
        acceptor.start()
        await ticks(count)
        await new Promise<void>((resolve) => process.nextTick(resolve))
        const told = owner.reports.length
        acceptor.close()
        await owner.reportedSo(told + 1)
        expect(owner.reports.at(-1)).toEqual({ type: 'acceptor.closed' })
        expect(openDescriptors()).toEqual(before)
        const { address } = acceptor
        const other = await somebodyElse(
          address.family === 'unix' ? { path: address.path } : { port: address.port, host: address.address },
        )
        await closeSomebodyElse(other)
      }
    })
  }

  it('obeys an unref at any moment of it', async () => {
    const polling = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length
    const before = polling()
    const { acceptor, owner } = await listenOn(loopback, options)
    expect(polling()).toBe(before + 1)
    for (let count = 0; count < MOST_TICKS; count++) {
      acceptor.ref()
      acceptor.stop('rebind')
      const told = owner.reports.length
      acceptor.start()
      await ticks(count)
      acceptor.unref()
      await owner.reportedSo(told + 1)
      // Node lists a closed handle until the end of the turn.
      await turns(1)
      expect(polling()).toBe(before)
    }
    acceptor.ref()
    expect(polling()).toBe(before + 1)
  })

  it('again and again leaves nothing open', async () => {
    const before = openDescriptors()
    const listening = await listenOn(loopback, options)
    for (let times = 1; times <= 50; times++) {
      listening.acceptor.stop('rebind')
      listening.acceptor.start()
      await listening.owner.reportedSo(times)
    }
    expect(new Set(listening.owner.reported)).toEqual(new Set(['acceptor.ready']))
    await closed(listening)
    expect(openDescriptors()).toEqual(before)
  })
})
