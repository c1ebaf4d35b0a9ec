import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import { ListeningSockets } from '../../../src/testing/outside/listening-sockets.ts'
import { processesWith } from '../../../src/testing/outside/processes.ts'
import { connectToAddress, destroyClients } from '../../support/client.ts'
import { node, startLimited } from '../../support/limited.ts'

afterEach(destroyClients)

const isLinux = process.platform === 'linux'

async function listen(host: string, port = 0): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}))
  onTestFinished(() => void server.close())
  await once(server.listen({ host, port, ipv6Only: true }), 'listening')
  return (server.address() as AddressInfo).port
}

const inodesAt = async (host: string, port: number) =>
  (await ListeningSockets.at(host, port)).all().map(({ inode }) => inode)

it.skipIf(!isLinux)('sockets that listen are found by the addresses of their clients', async () => {
  const everywhere = await listen('0.0.0.0')
  const [socket = ''] = await inodesAt('127.0.0.1', everywhere)
  expect(processesWith([socket])).toContain(process.pid)
  expect(await inodesAt('127.0.0.7', everywhere)).toEqual([socket])
  expect(await inodesAt('::ffff:127.0.0.1', everywhere)).toEqual([socket])
  expect(await inodesAt('localhost', everywhere)).toEqual([socket])
  expect(await inodesAt('::1', everywhere)).toEqual([])

  const one = await listen('127.0.0.1')
  expect(await inodesAt('127.0.0.1', one)).toHaveLength(1)
  expect(await inodesAt('127.0.0.2', one)).toEqual([])
  const six = await listen('::1')
  expect(await inodesAt('::1', six)).toHaveLength(1)
  expect(await inodesAt('0:0:0:0:0:0:0:1', six)).toHaveLength(1)
  expect(await inodesAt('127.0.0.1', six)).toEqual([])
})

it.skipIf(!isLinux)('the one with the more exact address is the one that has the clients', async () => {
  const port = await listen('127.0.0.3')
  const [exact = ''] = await inodesAt('127.0.0.3', port)
  const others = createServer()
  onTestFinished(() => void others.close())
  await once(others.listen({ host: '127.0.0.4', port }), 'listening')
  expect(await inodesAt('127.0.0.3', port)).toEqual([exact])
  expect(await inodesAt('127.0.0.4', port)).not.toEqual([exact])
})

it('an address of another machine has none here', async () => {
  const port = await listen('0.0.0.0')
  expect(await inodesAt('192.0.2.77', port)).toEqual([])
  expect(processesWith([])).toEqual([])
})

it.skipIf(!isLinux)('clients that wait to be accepted are counted', async () => {
  const { port, process: server, end } = await startLimited(node, 1, 'wait')
  onTestFinished(end)
  const sockets = await ListeningSockets.at('127.0.0.1', port)
  const queued = () => sockets.all().map((socket) => socket.queued)
  expect(queued()).toEqual([0])
  server.kill('SIGSTOP')
  for (const _ of [1, 2, 3]) await connectToAddress({ family: 'IPv4', address: '127.0.0.1', port }).connected
  expect(queued()).toEqual([3])
  server.kill('SIGCONT')
  // It has one place.
  while (queued()[0] === 3) await turn()
  expect(queued()).toEqual([2])
})
