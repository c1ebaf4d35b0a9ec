// A client whose machine is gone, as by a power cut: no FIN, no reset, nothing.
import { execFileSync, spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { canMakeNamespaces, makeNetwork, type Network } from '../support/namespaces.ts'
import { Fixture, packageEntry } from '../support/package.ts'

const CLIENT = `
const [host, ...ports] = process.argv.slice(1)
for (const port of ports) require('node:net').connect(port, host).on('error', () => {}).resume()
`
/** The first probe after a second, then ten of them, a second apart: Node's own. */
const PROBED = 11_000
const SLACK = 10_000

const entry = packageEntry()
const name = canMakeNamespaces
  ? 'a client that has vanished'
  : 'a client that has vanished (skipped: no network namespaces can be made here)'

describe.skipIf(!canMakeNamespaces)(name, () => {
  let network: Network

  beforeAll(() => {
    network = makeNetwork(1)
  })

  afterAll(() => network.remove())

  it('is noticed with keepAlive, ten seconds after the first probe, and never without', async () => {
    const [client] = network.clients as [Network['clients'][number]]
    const server = new Fixture(entry, 'vanished.mjs', [], 0, [], network.server)
    const ports = await server.next<number[]>()
    const args = ['netns', 'exec', client.name, process.execPath, '-e', CLIENT, client.serverAddress]
    const peer = spawn('ip', [...args, ...ports.map(String)])
    onTestFinished(() => void peer.kill('SIGKILL'))
    expect(await server.next()).toBe('connected')
    execFileSync('ip', ['-n', client.name, 'link', 'set', 'eth0', 'down'])
    const { after, left } = await server.next<{ after: number; left: number }>()
    expect(after).toBeGreaterThan(PROBED - 2_000)
    expect(after).toBeLessThan(PROBED + SLACK)
    expect(left).toBe(1)
  }, 60_000)
})
