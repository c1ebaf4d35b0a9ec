import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SocketFile } from '../../src/acceptor/socket-file.ts'
import { closed, closeSomebodyElse, listenOn, somebodyElse } from '../support/acceptor.ts'
import { connected, connectToAddress } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'

const newPath = () => join(temporaryFolder(), 's')
const filesBeside = (path: string) => readdirSync(dirname(path))

const machines = [
  { name: 'where descriptors can be duplicated', options: {} },
  { name: 'where they cannot', options: { duplicate: undefined, libc: undefined } },
]

describe('the file of a held socket', () => {
  it('is there through the hold, and clients that connect meanwhile are accepted', async () => {
    const path = newPath()
    const { acceptor, owner } = await listenOn({ path })
    const { ino } = statSync(path)
    for (let times = 1; times <= 3; times++) {
      acceptor.stop('hold')
      expect(statSync(path).ino).toBe(ino)
      await connected(5, acceptor.address)
      expect(owner.sockets.length).toBe(5 * (times - 1))
      acceptor.start()
      await owner.accepted(5 * times)
    }
    expect(filesBeside(path)).toEqual(['s'])
  })
})

describe.each(machines)('the file of a socket $name', ({ options }) => {
  it('is the only one in its folder, and gone after close', async () => {
    const path = newPath()
    const before = openDescriptors()
    const listening = await listenOn({ path }, options)
    expect(filesBeside(path)).toEqual(['s'])
    expect(statSync(path).isSocket()).toBe(true)
    listening.acceptor.close()
    expect(filesBeside(path)).toEqual([])
    expect(openDescriptors()).toEqual(before)
    await listening.owner.reportedSo(1)
  })

  it('is gone while a rebind refuses clients, and there again afterwards', async () => {
    const path = newPath()
    const { acceptor, owner } = await listenOn({ path }, options)
    acceptor.stop('rebind')
    expect(filesBeside(path)).toEqual([])
    acceptor.start()
    await owner.reportedSo(1)
    expect(filesBeside(path)).toEqual(['s'])
    connectToAddress(acceptor.address)
    await owner.accepted(1)
  })

  it('may have been removed by somebody before close', async () => {
    const path = newPath()
    const listening = await listenOn({ path }, options)
    rmSync(path)
    await closed(listening)
    expect(filesBeside(path)).toEqual([])
  })

  it('may have gone with its folder before close', async () => {
    const folder = join(temporaryFolder(), 'folder')
    mkdirSync(folder)
    const before = openDescriptors()
    const listening = await listenOn({ path: join(folder, 's') }, options)
    rmSync(folder, { recursive: true })
    // Not only missing: looking for the file fails in a way of its own.
    writeFileSync(folder, 'no folder any more')
    await closed(listening)
    expect(openDescriptors()).toEqual(before)
  })

  it.each(['close', 'stop'] as const)('is left alone by %s if it is somebody else’s by then', async (way) => {
    const path = newPath()
    const before = openDescriptors()
    const listening = await listenOn({ path }, options)
    rmSync(path)
    const other = await somebodyElse({ path })
    const { ino } = statSync(path)
    if (way === 'stop') listening.acceptor.stop('rebind')
    await closed(listening)
    expect(statSync(path).ino).toBe(ino)
    expect(filesBeside(path)).toEqual(['s'])
    await connectToAddress({ family: 'unix', path }).connected
    await closeSomebodyElse(other)
    await expect.poll(openDescriptors).toEqual(before)
  })

  it('is left alone by close if it is no socket by then', async () => {
    const path = newPath()
    const listening = await listenOn({ path }, options)
    rmSync(path)
    writeFileSync(path, 'precious')
    await closed(listening)
    expect(filesBeside(path)).toEqual(['s'])
  })

  it('is left where another process moved it', async () => {
    const path = newPath()
    const listening = await listenOn({ path }, options)
    renameSync(path, `${path}2`)
    await closed(listening)
    expect(filesBeside(path)).toEqual(['s2'])
  })

  it('is not taken from a live server', async () => {
    const path = newPath()
    const other = await somebodyElse({ path })
    const { ino } = statSync(path)
    const before = openDescriptors()
    await expect(listenOn({ path }, options)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(statSync(path).ino).toBe(ino)
    expect(filesBeside(path)).toEqual(['s'])
    expect(openDescriptors()).toEqual(before)
    await connectToAddress({ family: 'unix', path }).connected
    await closeSomebodyElse(other)
  })

  it('is not taken from a server that got the path during a rebind', async () => {
    const path = newPath()
    const listening = await listenOn({ path }, options)
    const { acceptor, owner } = listening
    acceptor.stop('rebind')
    const other = await somebodyElse({ path })
    acceptor.start()
    await owner.reportedSo(1)
    expect(owner.reports).toMatchObject([{ type: 'acceptor.failed', error: { code: 'EADDRINUSE' } }])
    await closed(listening)
    await connectToAddress({ family: 'unix', path }).connected
    await closeSomebodyElse(other)
  })

  it('may have a relative path, which is made absolute', async () => {
    const path = newPath()
    const listening = await listenOn({ path: relative(process.cwd(), path) }, options)
    const { acceptor, owner } = listening
    expect(acceptor.address).toEqual({ family: 'unix', path })
    acceptor.stop('hold')
    acceptor.start()
    await owner.reportedSo(1)
    connectToAddress(acceptor.address)
    await owner.accepted(1)
    await closed(listening)
    expect(filesBeside(path)).toEqual([])
  })

  it('may have a path of 107 bytes', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'x'.repeat(107 - folder.length - 1))
    expect(Buffer.byteLength(path)).toBe(107)
    const listening = await listenOn({ path }, options)
    const { acceptor, owner } = listening
    expect(filesBeside(path)).toEqual([basename(path)])
    acceptor.stop('hold')
    acceptor.start()
    await owner.reportedSo(1)
    connectToAddress(acceptor.address)
    await owner.accepted(1)
    await closed(listening)
    expect(filesBeside(path)).toEqual([])
  })

  it('does not exist for an abstract name', async () => {
    const path = `\0xstate-tcp-${process.pid}`
    const before = openDescriptors()
    const listening = await listenOn({ path }, options)
    const { acceptor, owner } = listening
    acceptor.stop('hold')
    acceptor.start()
    await owner.reportedSo(1)
    connectToAddress(acceptor.address)
    await owner.accepted(1)
    owner.sockets[0]?.destroy()
    await closed(listening)
    const again = await listenOn({ path }, options)
    await closed(again)
    await expect.poll(openDescriptors).toEqual(before)
  })
})

describe('SocketFile', () => {
  it('says EADDRINUSE, and cleans up, if another process binds the path in that moment', () => {
    const path = newPath()
    writeFileSync(path, 'ours')
    const file = new SocketFile(path)
    const taken = () => writeFileSync(path, 'theirs')
    expect(() => file.keepThrough(taken)).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }))
    expect(file.isOurs()).toBe(false)
    expect(filesBeside(path)).toEqual(['s'])
    file.remove()
    expect(existsSync(path)).toBe(true)
  })

  it('closes once, whatever the file system says', () => {
    const folder = temporaryFolder()
    const path = join(folder, 's')
    writeFileSync(path, 'ours')
    const file = new SocketFile(path)
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'no folder')
    let closes = 0
    file.removeBy(() => closes++)
    expect(closes).toBe(1)
  })

  it.each([
    { isKept: true, left: ['s'] },
    { isKept: false, left: [] },
  ])('closes once also where that goes well, and the file is kept: $isKept', ({ isKept, left }) => {
    const path = newPath()
    writeFileSync(path, 'ours')
    const file = new SocketFile(path)
    let closes = 0
    // As libuv does it: the file goes with the handle.
    const close = () => {
      closes++
      rmSync(path, { force: true })
    }
    file.removeBy(close, () => isKept)
    expect(closes).toBe(1)
    expect(filesBeside(path)).toEqual(left)
  })

  it('closes once where the path is taken by another process meanwhile, whose file stays', () => {
    const path = newPath()
    writeFileSync(path, 'ours')
    const file = new SocketFile(path)
    let closes = 0
    const close = () => {
      closes++
      writeFileSync(path, 'theirs')
    }
    file.removeBy(close, () => true)
    expect(closes).toBe(1)
    expect(readFileSync(path, 'utf8')).toBe('theirs')
    expect(filesBeside(path)).toEqual(['s'])
  })
})
