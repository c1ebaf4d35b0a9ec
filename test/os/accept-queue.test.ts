import { closeSync, openSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isSomebodyWaiting, knownWaiting } from '../../src/os/accept-queue.ts'
import { type Libc, loadLibc } from '../../src/os/libc.ts'
import { heldSocket, places } from '../support/acceptor.ts'
import { connected } from '../support/client.ts'

const libc = (await loadLibc()) as Libc

const ways = [
  { way: 'by poll(2)', asked: libc },
  { way: 'without the C library', asked: undefined },
]

describe.runIf(process.platform === 'linux').each(places)('the queue of $name', ({ where }) => {
  it.each(ways)('tells $way whether a client waits', async ({ asked }) => {
    const { fd, address } = await heldSocket(where())
    const other = await heldSocket(where())
    await connected(1, other.address)
    expect(isSomebodyWaiting(fd, asked)).toBe(false)
    await connected(2, address)
    for (const left of [2, 1, 0]) {
      expect(isSomebodyWaiting(fd, asked)).toBe(left > 0)
      if (left > 0) closeSync(libc.accept(fd))
    }
  })

  it('tells how many wait, as far as the machine does', async () => {
    const { fd, address } = await heldSocket(where())
    expect(knownWaiting(fd, libc)).toBe(0)
    await connected(7, address)
    expect(knownWaiting(fd, libc)).toBe(address.family === 'unix' ? undefined : 7)
    expect(knownWaiting(fd, undefined)).toBeUndefined()
    expect(knownWaiting(-1, libc)).toBeUndefined()
  })
})

it.runIf(process.platform === 'linux')('nobody waits where no socket listens', () => {
  const fd = openSync('/dev/null', 'r')
  onTestFinished(() => closeSync(fd))
  expect(isSomebodyWaiting(fd, undefined)).toBeUndefined()
  expect(isSomebodyWaiting(-1, libc)).toBe(false)
})
