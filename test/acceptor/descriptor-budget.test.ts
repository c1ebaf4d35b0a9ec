import { closeSync, openSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DescriptorBudget } from '../../src/acceptor/descriptor-budget.ts'
import type { Address } from '../../src/index.ts'
import { type Client, connectToAddress } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { Fixture, packageEntry } from '../support/package.ts'

describe('DescriptorBudget', () => {
  it('has room as long as no high number was seen', () => {
    const budget = new DescriptorBudget(() => 1000)
    budget.saw(10)
    expect(budget.hasRoomFor(1_000_000)).toBe(true)
  })

  it('looks for itself once it saw a high number, and leaves nothing open', () => {
    const before = openDescriptors()
    const budget = new DescriptorBudget(() => 1000)
    budget.saw(990)
    expect(budget.hasRoomFor(10)).toBe(true)
    expect(budget.hasRoomFor(1_000_000)).toBe(false)
    expect(openDescriptors()).toEqual(before)
  })

  it('stops looking when most descriptors are closed again', () => {
    const budget = new DescriptorBudget(() => 1000)
    budget.saw(990)
    for (let looks = 0; looks < 1000; looks++) budget.look()
    expect(budget.hasRoomFor(1_000_000)).toBe(true)
    budget.saw(990)
    expect(budget.hasRoomFor(1_000_000)).toBe(false)
  })

  it('has room where there is no limit', () => {
    const budget = new DescriptorBudget(() => Infinity)
    budget.saw(1_000_000)
    budget.look()
    expect(budget.hasRoomFor(1_000_000)).toBe(true)
  })

  it('looks from the start where the limit is very low', () => {
    const budget = new DescriptorBudget(() => 16)
    const fd = openSync('/dev/null', 'r')
    budget.saw(fd)
    closeSync(fd)
    expect(budget.hasRoomFor(1_000_000)).toBe(false)
  })

  it('finds at a look that the limit was lowered, and that it was raised', () => {
    let limit = 1_000_000
    const budget = new DescriptorBudget(() => limit)
    expect(budget.hasRoomFor(1_000_000)).toBe(true)
    limit = openDescriptors().length + 10
    budget.look()
    expect(budget.hasRoomFor(1_000_000)).toBe(false)
    limit = 1_000_000
    budget.look()
    expect(budget.hasRoomFor(1_000_000)).toBe(true)
  })

  it('finds at a look that others have opened many', () => {
    const budget = new DescriptorBudget(() => openDescriptors().length + 30)
    budget.saw(3)
    expect(budget.hasRoomFor(1_000_000)).toBe(true)
    budget.look()
    expect(budget.hasRoomFor(1_000_000)).toBe(false)
  })

  it('does not count descriptors above a lowered limit as used room', () => {
    // All that are open seem to be above it; the real limit has room.
    const budget = new DescriptorBudget(() => 1)
    budget.look()
    expect(budget.hasRoomFor(1)).toBe(true)
  })

  it('is not spent where one can be opened, and a close look leaves nothing open', () => {
    const before = openDescriptors()
    const budget = new DescriptorBudget(() => 1000)
    budget.lookClosely()
    expect(budget.isSpent).toBe(false)
    expect(openDescriptors()).toEqual(before)
  })
})

describe('a process that may open 64 files', () => {
  const entry = packageEntry()

  const connectAll = (count: number, address: Address) =>
    Array.from({ length: count }, () => connectToAddress(address))

  /** Sends a message; resolves with what came back when the server has closed the connection. */
  async function talk(client: Client): Promise<string> {
    client.send('hello')
    await client.closed
    return client.received
  }

  it.each([
    { files: 0, name: 'open nothing' },
    { files: 1, name: 'open a file each' },
  ])('serves 200 clients at once without a reset, with handlers that $name', async ({ files }) => {
    const fixture = new Fixture(entry, 'few-descriptors.mjs', [String(files)], 64)
    const address = await fixture.next<Address>()
    const clients = connectAll(200, address)
    await Promise.all(clients.map((client) => client.connected))
    const replies = await Promise.all(clients.map(talk))
    expect(clients.map(({ error }) => error)).toEqual(Array(200).fill(undefined))
    expect(replies).toEqual(Array(200).fill('hello'))
  })

  it('survives handlers that take the descriptors themselves, and recovers', async () => {
    const fixture = new Fixture(entry, 'few-descriptors.mjs', ['40'], 64)
    const address = await fixture.next<Address>()
    const clients = connectAll(200, address)
    // Some may be cut off: what others take at the wrong moment, nobody can give back.
    await Promise.all(clients.map(talk))
    for (let times = 0; times < 50; times++) {
      expect(await talk(connectToAddress(address))).toBe('hello')
    }
    expect(fixture.isEnded).toBe(false)
  })
})
