import { closeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Address } from '../../src/index.ts'
import { closed, closeSomebodyElse, type Listening, listenOn, somebodyElse } from '../support/acceptor.ts'
import { connected, connectToAddress } from '../support/client.ts'
import { nameOf, openDescriptors } from '../support/descriptors.ts'
import { loopback } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

const portOf = (address: Address) => (address.family === 'unix' ? -1 : address.port)

const portsOf = (sockets: Socket[]) => sockets.map((socket) => socket.remotePort)

describe('a held acceptor', () => {
  it('accepts nothing while clients connect, and then all of them in order', async () => {
    const { acceptor, owner } = await listenOn(loopback)
    acceptor.stop('hold')
    const clients = await connected(20, acceptor.address)
    await turns(10)
    expect(owner.sockets).toEqual([])
    acceptor.start()
    await owner.accepted(20)
    expect(portsOf(owner.sockets)).toEqual(clients.map((client) => client.localPort))
    expect(owner.reported).toEqual(['acceptor.ready'])
  })

  it('keeps one descriptor, and the same one', async () => {
    const before = openDescriptors().length
    const { acceptor } = await listenOn(loopback)
    const { fd } = acceptor
    expect(nameOf(fd)).toMatch(/^socket:/)
    acceptor.stop('hold')
    expect(openDescriptors().length).toBe(before + 1)
    expect(acceptor.fd).toBe(fd)
    acceptor.start()
    expect(acceptor.fd).toBe(fd)
  })

  it('can be stopped twice and started twice', async () => {
    const { acceptor, owner } = await listenOn(loopback)
    const before = openDescriptors().length
    acceptor.stop('hold')
    acceptor.stop('hold')
    acceptor.start()
    acceptor.start()
    expect(owner.reported).toEqual(['acceptor.ready', 'acceptor.ready'])
    expect(openDescriptors().length).toBe(before)
    connectToAddress(acceptor.address)
    await owner.accepted(1)
  })

  it('refuses clients once the pause is to be a rebind', async () => {
    const { acceptor } = await listenOn(loopback)
    acceptor.stop('hold')
    acceptor.stop('rebind')
    const { error } = await connectToAddress(acceptor.address).closed
    expect(error?.code).toBe('ECONNREFUSED')
  })
})

describe('a closed acceptor', () => {
  const strategies = ['hold', 'rebind'] as const

  it('has no descriptor open, and leaves its port to others at once', async () => {
    const before = openDescriptors()
    const listening = await listenOn(loopback)
    const { address } = listening.acceptor
    listening.acceptor.close()
    expect(openDescriptors()).toEqual(before)
    expect(listening.acceptor.fd).toBe(-1)
    const other = await somebodyElse({ port: portOf(address), host: '127.0.0.1' })
    await closeSomebodyElse(other)
    await listening.owner.reportedSo(1)
    expect(listening.owner.reported).toEqual(['acceptor.closed'])
  })

  it.each(strategies)('can have been stopped by %s before', async (strategy) => {
    const before = openDescriptors()
    const listening = await listenOn(loopback)
    listening.acceptor.stop(strategy)
    await closed(listening)
    expect(openDescriptors()).toEqual(before)
  })

  it.each(strategies)('stays closed when stopped by %s, started and closed again', async (strategy) => {
    const before = openDescriptors()
    const listening = await listenOn(loopback)
    await closed(listening)
    listening.acceptor.stop(strategy)
    listening.acceptor.start()
    await turns(3)
    expect(openDescriptors()).toEqual(before)
    await closed(listening)
    expect(listening.owner.reported).toEqual(['acceptor.closed', 'acceptor.closed'])
    expect(openDescriptors()).toEqual(before)
  })

  it('never closes a number that belongs to somebody else by then', async () => {
    const listening = await listenOn(loopback)
    const { fd } = listening.acceptor
    listening.acceptor.close()
    // Descriptors are numbered lowest first: the next ones get the numbers that the acceptor had.
    const others: Listening[] = [await listenOn(loopback), await listenOn(loopback)]
    expect(others.map(({ acceptor }) => acceptor.fd)).toContain(fd)
    listening.acceptor.stop('hold')
    listening.acceptor.stop('rebind')
    listening.acceptor.close()
    for (const { acceptor, owner } of others) {
      connectToAddress(acceptor.address)
      await owner.accepted(1)
    }
  })

  it('goes on when a user has closed the descriptor', async () => {
    const before = openDescriptors()
    const listening = await listenOn(loopback)
    closeSync(listening.acceptor.fd)
    await closed(listening)
    expect(openDescriptors()).toEqual(before)
  })
})
