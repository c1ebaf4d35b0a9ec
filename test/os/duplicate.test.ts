import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Duplicate, loadDuplicate } from '../../src/os/duplicate.ts'
import { nameOf, openDescriptors } from '../support/descriptors.ts'
import { Fixture, packageEntry } from '../support/package.ts'

const duplicate = (await loadDuplicate()) as Duplicate

describe('a duplicate', () => {
  it('is another descriptor of the same thing, and lives on without the first', () => {
    const before = openDescriptors()
    const fd = openSync('/dev/null', 'r')
    const copy = duplicate(fd)
    expect(copy).not.toBe(fd)
    expect(nameOf(copy)).toBe('/dev/null')
    closeSync(fd)
    expect(fstatSync(copy).isCharacterDevice()).toBe(true)
    closeSync(copy)
    expect(openDescriptors()).toEqual(before)
  })

  it('is -1 of a closed descriptor', () => {
    const fd = openSync('/dev/null', 'r')
    closeSync(fd)
    expect(duplicate(fd)).toBe(-1)
    expect(duplicate(-1)).toBe(-1)
  })

  it('is not passed on to child processes', () => {
    const fd = duplicate(0)
    const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? ''
    const O_CLOEXEC = 0o2000000
    expect(Number.parseInt(flags, 8) & O_CLOEXEC).toBe(O_CLOEXEC)
    closeSync(fd)
  })

  it('is made by a function that is loaded once', async () => {
    expect(await loadDuplicate()).toBe(duplicate)
  })
})

describe('in a worker of a cluster', () => {
  const entry = packageEntry()

  it('a server rebinds, and says that it cannot hold', async () => {
    const fixture = new Fixture(entry, 'cluster.mjs')
    expect(await fixture.next()).toEqual({
      first: 'hello',
      paused: 'ECONNREFUSED',
      resumed: 'hello',
      isSamePort: true,
      taken: 'EADDRINUSE',
      hold: 'ERR_HOLD_UNAVAILABLE',
      fd: 'ERR_HOLD_UNAVAILABLE',
      warnings: ['XSTATE_TCP_NO_HOLD'],
    })
    expect(await fixture.next()).toEqual({ code: 0 })
  })
})
