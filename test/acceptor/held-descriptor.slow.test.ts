import { closeSync, fstatSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HeldDescriptor } from '../../src/acceptor/held-descriptor.ts'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { type Duplicate, loadDuplicate } from '../../src/os/duplicate.ts'
import { closeSomebodyElse, somebodyElse } from '../support/acceptor.ts'
import { nameOf, openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { Fixture, packageEntry } from '../support/package.ts'
import { loopback } from '../support/serve.ts'

const entry = packageEntry()
const duplicate = (await loadDuplicate()) as Duplicate

/** Holds a duplicate of a server that somebody else closes at the end. */
async function hold() {
  const server = await somebodyElse(loopback)
  const held = new HeldDescriptor(duplicate(descriptorOf(server)))
  return { server, held }
}

describe('a held descriptor', () => {
  it('is open until it is closed', async () => {
    const { server, held } = await hold()
    const open = openDescriptors()
    expect(held.isOpen).toBe(true)
    expect(held.isSameAs(descriptorOf(server))).toBe(true)
    held.close()
    expect(held.isOpen).toBe(false)
    expect(openDescriptors()).toEqual(open.filter((fd) => fd !== held.fd))
    held.close()
    await closeSomebodyElse(server)
  })

  it('cannot be of what is closed', () => {
    expect(() => new HeldDescriptor(1_000_000)).toThrow('EBADF')
  })

  it('knows that somebody else has closed it', async () => {
    const { server, held } = await hold()
    closeSync(held.fd)
    expect(held.isOpen).toBe(false)
    held.close()
    await closeSomebodyElse(server)
  })

  it.each([
    { name: 'a file', open: () => openSync('/dev/null', 'r') },
    { name: 'another socket', open: (other: number) => duplicate(other) },
  ])('is not mistaken for $name that has its number now, which stays open', async ({ open }) => {
    const { server, held } = await hold()
    const other = await somebodyElse(loopback)
    closeSync(held.fd)
    const fd = open(descriptorOf(other))
    expect(fd).toBe(held.fd)
    const name = nameOf(fd)
    expect(held.isOpen).toBe(false)
    held.close()
    expect(nameOf(fd)).toBe(name)
    closeSync(fd)
    await closeSomebodyElse(other)
    await closeSomebodyElse(server)
  })
})

describe('a worker thread that ends leaves no socket and no file', () => {
  const gone = { port: 'ECONNREFUSED', path: 'ENOENT' }
  const ends = ['terminate', 'exit', 'throw', 'unref']
  const states = ['listening', 'paused', 'resumed', 'full', 'rebind', 'reopened', 'lost', 'closed']
  // Each way to end in one state, and each state with one way to end.
  const cases = [
    ...ends.map((end) => ({ state: 'paused', end })),
    ...states.map((state) => ({ state, end: 'terminate' })),
  ]

  for (const kind of ['port', 'path'] as const) {
    it.each(cases)(`on a ${kind}: $state, $end`, async ({ state, end }) => {
      const place = kind === 'port' ? kind : join(temporaryFolder(), 's')
      const process = new Fixture(entry, 'thread.mjs', [state, end, place])
      expect(await process.next()).toEqual({
        before: state === 'closed' ? gone[kind] : state === 'rebind' ? 'ECONNREFUSED' : 'connected',
        thrown: end === 'throw' ? ['thrown in the thread'] : [],
        left: 0,
        closed: 0,
        after: gone[kind],
        file: false,
        again: 'listens',
      })
    })
  }

  it('that it was given', async () => {
    const server = await somebodyElse(loopback)
    const process = new Fixture(entry, 'thread.mjs', ['paused', 'terminate', 'fd'], 0, [descriptorOf(server)])
    expect(await process.next()).toMatchObject({ before: 'connected', left: 0, closed: 1 })
    expect(fstatSync(descriptorOf(server)).isSocket()).toBe(true)
    await closeSomebodyElse(server)
  })
})
