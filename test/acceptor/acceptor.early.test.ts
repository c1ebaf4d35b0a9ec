// In a worker of a cluster, clients may come before the acceptor has its owner. Here they do since
// the test sets the owner late.
import { describe, expect, it, vi } from 'vitest'
import { Acceptor } from '../../src/acceptor/acceptor.ts'
import { parseWhere } from '../../src/options/where-to-listen.ts'
import { closed, defaultOptions, Owner } from '../support/acceptor.ts'
import { type Client, connectToAddress } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { loopback } from '../support/serve.ts'

/** An acceptor without an owner, and clients that it has accepted: one by one. */
async function listenWithout(numClients: number): Promise<{ acceptor: Acceptor; clients: Client[] }> {
  const acceptor = await Acceptor.listen(parseWhere(loopback), await defaultOptions())
  const clients: Client[] = []
  for (let count = 0; count < numClients; count++) {
    const before = openDescriptors().length
    const client = connectToAddress(acceptor.address)
    clients.push(client)
    await client.connected
    // Its own, and the server's.
    await vi.waitFor(() => expect(openDescriptors().length).toBe(before + 2))
  }
  return { acceptor, clients }
}

describe('clients that an acceptor has accepted before it has an owner', () => {
  it('are offered to the owner, in order', async () => {
    const { acceptor, clients } = await listenWithout(3)
    const owner = new Owner()
    acceptor.owner = owner
    expect(owner.sockets.map(({ remotePort }) => remotePort)).toEqual(
      clients.map(({ localPort }) => localPort),
    )
    await closed({ acceptor, owner })
  })

  it('are closed if it is closed before', async () => {
    const before = openDescriptors()
    const { acceptor, clients } = await listenWithout(2)
    acceptor.close()
    await Promise.all(clients.map((client) => client.closed))
    await vi.waitFor(() => expect(openDescriptors()).toEqual(before))
  })
})
