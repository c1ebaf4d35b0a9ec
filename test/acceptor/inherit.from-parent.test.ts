import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Address } from '../../src/index.ts'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { type Duplicate, loadDuplicate } from '../../src/os/duplicate.ts'
import { closeSomebodyElse, somebodyElse } from '../support/acceptor.ts'
import { connected, connectToAddress } from '../support/client.ts'
import { temporaryFolder } from '../support/folder.ts'
import { Fixture, packageEntry } from '../support/package.ts'
import { loopback } from '../support/serve.ts'

const entry = packageEntry()
const duplicate = (await loadDuplicate()) as Duplicate

describe('a server on a descriptor that its parent process has bound', () => {
  it('serves waiting and new clients', async () => {
    const server = await somebodyElse(loopback)
    const { port } = server.address() as { port: number }
    const fd = duplicate(descriptorOf(server))
    await closeSomebodyElse(server)
    const address: Address = { family: 'IPv4', address: '127.0.0.1', port }
    const waiting = await connected(5, address)
    const child = new Fixture(entry, 'inherited.mjs', [], 0, [fd])
    expect(await child.next()).toEqual(address)
    closeSync(fd)
    for (const client of [...waiting, connectToAddress(address)]) {
      client.send('hello')
      await client.receives('hello')
    }
  })

  it('knows the path of a unix socket', async () => {
    const path = join(temporaryFolder(), 's')
    const server = await somebodyElse({ path })
    const child = new Fixture(entry, 'inherited.mjs', [], 0, [descriptorOf(server)])
    expect(await child.next()).toEqual({ family: 'unix', path })
    await closeSomebodyElse(server)
  })
})
