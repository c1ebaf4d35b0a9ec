import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { hasRival, inodeOf, isStillOpen, pathOfSocket } from '../../src/os/unix-table.ts'
import { closeSomebodyElse, somebodyElse } from '../support/acceptor.ts'
import { connectToAddress } from '../support/client.ts'
import { temporaryFolder } from '../support/folder.ts'

describe.runIf(process.platform === 'linux')('the kernel’s table of unix sockets', () => {
  it.each(['s', 'two  blanks', 'ü'])('knows the path %j, and who is still bound to it', async (name) => {
    const path = `${temporaryFolder()}/${name}`
    const server = await somebodyElse({ path })
    const fd = descriptorOf(server)
    const inode = inodeOf(fd)
    expect(pathOfSocket(fd)).toBe(path)
    expect(isStillOpen(inode)).toBe(true)
    expect(hasRival(inode, path)).toBe(false)
    expect(hasRival('1', path)).toBe(true)
    await closeSomebodyElse(server)
    expect(isStillOpen(inode)).toBe(false)
  })

  it('does not take an accepted socket, which bears the same path, for one that is bound to it', async () => {
    const path = `${temporaryFolder()}/s`
    const server = await somebodyElse({ path })
    const accepted = new Promise((resolve) => server.once('connection', resolve))
    await connectToAddress({ family: 'unix', path }).connected
    await accepted
    expect(hasRival(inodeOf(descriptorOf(server)), path)).toBe(false)
    await closeSomebodyElse(server)
  })

  it('has no path for a descriptor that is no unix socket, or not open', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const fd = descriptorOf(server)
    expect(pathOfSocket(fd)).toBe('')
    server.close()
    expect(pathOfSocket(fd)).toBe('')
    expect(inodeOf(-1)).toBe('')
    expect(isStillOpen('')).toBe(false)
  })
})
