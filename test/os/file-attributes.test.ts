import { chmodSync, chownSync, lstatSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { bindHandle } from '../../src/acceptor/bind.ts'
import { closeSomebodyElse, defaultOptions, handleOptions, listenOn } from '../support/acceptor.ts'
import { connectToAddress } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { Fixture, packageEntry } from '../support/package.ts'

const entry = packageEntry()
const isRoot = process.getuid?.() === 0
const newPath = () => `${temporaryFolder()}/s`
const modeOf = (path: string) => lstatSync(path).mode & 0o7777

const machines = [
  { name: 'bound by the library', options: {} },
  { name: 'bound by libuv', options: { duplicate: undefined, libc: undefined } },
]

describe.each(machines)('the file of a unix socket that a rebind has made again, $name,', ({ options }) => {
  it.each([0o600, 0o660, 0o666, 0o777, 0o000])('has the mode %o that the last one had', async (mode) => {
    const path = newPath()
    const { acceptor, owner } = await listenOn({ path }, options)
    for (let times = 1; times <= 3; times++) {
      // What it is given meanwhile counts, not what it had first.
      chmodSync(path, times === 3 ? mode : mode ^ 0o040)
      acceptor.stop('rebind')
      acceptor.start()
      await owner.reportedSo(times)
      expect(modeOf(path)).toBe(times === 3 ? mode : mode ^ 0o040)
    }
    if (isRoot || mode !== 0) {
      connectToAddress(acceptor.address)
      await owner.accepted(1)
    }
  })

  it.each([
    [{}, 0o022],
    [{ readableAll: true }, 0o444],
    [{ writableAll: true }, 0o222],
    [{ readableAll: true, writableAll: true }, 0o666],
  ])('keeps what %j gave it, and what was taken back', async (asked, bits) => {
    const path = newPath()
    const { acceptor, owner } = await listenOn({ path, ...asked }, options)
    const given = modeOf(path)
    if (Object.keys(asked).length > 0) expect(given & bits).toBe(bits)
    acceptor.stop('rebind')
    acceptor.start()
    await owner.reportedSo(1)
    expect(modeOf(path)).toBe(given)
    chmodSync(path, 0o600)
    acceptor.stop('rebind')
    acceptor.start()
    await owner.reportedSo(2)
    expect(modeOf(path)).toBe(0o600)
  })

  it.runIf(isRoot)('has the owner and the group that the last one had', async () => {
    const path = newPath()
    const { acceptor, owner } = await listenOn({ path }, options)
    chownSync(path, 12_345, 54_321)
    chmodSync(path, 0o660)
    acceptor.stop('hold')
    acceptor.stop('rebind')
    acceptor.start()
    await owner.reportedSo(1)
    expect(lstatSync(path)).toMatchObject({ uid: 12_345, gid: 54_321 })
    expect(modeOf(path)).toBe(0o660)
  })

  it('has those of the last one that was ours, if somebody has removed that', async () => {
    const path = newPath()
    const { acceptor, owner } = await listenOn({ path }, options)
    chmodSync(path, 0o606)
    acceptor.stop('rebind')
    acceptor.start()
    await owner.reportedSo(1)
    rmSync(path)
    acceptor.stop('rebind')
    acceptor.start()
    await owner.reportedSo(2)
    expect(modeOf(path)).toBe(0o606)
  })

  it('keeps its mode when it is bound only to be held', async () => {
    if ('libc' in options) return
    const path = newPath()
    const { acceptor, owner } = await listenOn({ path })
    chmodSync(path, 0o606)
    acceptor.stop('rebind')
    acceptor.bindToHold()
    await owner.reportedSo(1)
    expect(modeOf(path)).toBe(0o606)
  })

  it('is not touched where it is somebody else’s by then', async () => {
    const path = newPath()
    const { acceptor, owner } = await listenOn({ path }, options)
    chmodSync(path, 0o666)
    acceptor.stop('rebind')
    const other = createServer().listen(path)
    await new Promise((resolve) => other.once('listening', resolve))
    chmodSync(path, 0o700)
    const before = openDescriptors()
    acceptor.start()
    await owner.reportedSo(1)
    expect(owner.reports).toMatchObject([
      { type: 'acceptor.failed', error: { code: 'EADDRINUSE', syscall: 'listen', address: path } },
    ])
    expect(modeOf(path)).toBe(0o700)
    expect(openDescriptors()).toEqual(before)
    other.close()
  })
})

const bind = async (path: string, restoreTo: (path: string) => void) => {
  const { libc } = await defaultOptions()
  const target = { kind: 'path', path, readableAll: false, writableAll: false } as const
  return bindHandle(target, handleOptions, { libc, attributes: { restoreTo } as never })
}

describe.runIf(process.platform === 'linux')('while it has not got its mode back, the file', () => {
  it('has no permissions, whatever the umask', async () => {
    const umask = process.umask(0)
    const modes: number[] = []
    try {
      const path = newPath()
      const handle = await bind(path, () => modes.push(modeOf(path)))
      await closeSomebodyElse(handle)
      rmSync(path)
    } finally {
      process.umask(umask)
    }
    expect(modes).toEqual([0])
  })

  it('is removed, and nothing is open, if it cannot be given them', async () => {
    const path = newPath()
    const before = openDescriptors()
    await expect(
      bind(path, () => {
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(openDescriptors()).toEqual(before)
    expect(lstatSync(path, { throwIfNoEntry: false })).toBeUndefined()
  })
})

it.runIf(isRoot)(
  'an owner that cannot be restored is told once, and its group’s permissions go to nobody',
  async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o777)
    const child = new Fixture(entry, 'owner-lost.mjs', [`${folder}/s`])
    expect(await child.next()).toEqual({
      warnings: ['XSTATE_TCP_SOCKET_OWNER'],
      mode: '700',
      uid: 65_534,
      gid: 65_534,
    })
    await child.output()
  },
)
