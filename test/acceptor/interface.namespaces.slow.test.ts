import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client } from '../support/client.ts'
import { temporaryFolder } from '../support/folder.ts'
import { canMakeNamespaces, clientIn, makeNetwork, type Network } from '../support/namespaces.ts'
import { Fixture, packageEntry } from '../support/package.ts'

const entry = packageEntry()
const name = canMakeNamespaces
  ? 'a server on one interface of two'
  : 'a server on one interface of two (skipped: no network namespaces can be made here)'

describe.skipIf(!canMakeNamespaces)(name, () => {
  let network: Network

  beforeAll(() => {
    network = makeNetwork(2)
  })

  afterAll(() => network.remove())

  async function start(host?: string) {
    const control = `${temporaryFolder()}/control`
    const args = [control, 'eth1', ...(host ? [host] : [])]
    const child = new Fixture(entry, 'on-interface.mjs', args, 0, [], network.server)
    const [port, other] = await child.next<[number, number]>()
    const command = async (what: string) => {
      const client = new Client({ path: control })
      client.send(what)
      await once(client.socket, 'close')
      return client.received
    }
    /**
     * What clients see: of the one interface, of the other at its own address and at the first
     * one's, and on the machine at the other's.
     */
    const see = async (at: number, patience?: number) => {
      const [one, two] = network.clients as [Network['clients'][number], Network['clients'][number]]
      return Promise.all([
        clientIn(one.name, one.serverAddress, at, patience),
        clientIn(two.name, two.serverAddress, at, patience),
        // The address is reached by the wrong interface.
        clientIn(two.name, one.serverAddress, at, patience),
        clientIn(network.server, two.serverAddress, at, patience),
      ])
    }
    return { port, other, command, see }
  }

  const refused = ['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED']

  it.each([undefined, '0.0.0.0', '10.77.1.1'])(
    'accepts clients of that one only, on the host %s, through every pause',
    async (host) => {
      const { port, command, see } = await start(host)
      expect(await see(port)).toEqual(['served', ...refused])
      expect(await command('hold')).toBe('accept-paused')
      expect(await see(port, 100)).toEqual(['waits', ...refused])
      expect(await command('resume')).toBe('listening')
      expect(await see(port)).toEqual(['served', ...refused])
      expect(await command('rebind')).toBe('accept-paused')
      expect(await see(port)).toEqual(['ECONNREFUSED', ...refused])
      expect(await command('resume')).toBe('listening')
      expect(await see(port)).toEqual(['served', ...refused])
    },
    60_000,
  )

  it('can be made of any server by bindToInterface', async () => {
    const { other, command, see } = await start()
    expect(await see(other)).toEqual(['served', 'served', 'served', 'served'])
    await command('bind')
    expect(await see(other)).toEqual(['served', ...refused])
  }, 60_000)
})
