import { describe, expect, it } from 'vitest'
import { KeepAlive } from '../../src/acceptor/keep-alive.ts'
import { Fixture, packageEntry } from '../support/package.ts'

const alive = [
  'listening',
  'held',
  'rebinding',
  'resumed',
  'waiting for its port',
  'unref’d and ref’d',
  'held, unref’d and ref’d',
]
const over = [
  'unref’d',
  'held and unref’d',
  'unref’d and held',
  'unref’d and rebinding',
  'unref’d, held and resumed',
  'unref’d while it binds again',
  'unref’d while it waits for its port',
  'closed',
  'held and closed',
  'closed, ref’d and paused',
  'closed while it binds again',
  'closed while it waits for its port',
]

const entry = packageEntry()

describe('a server', () => {
  it.each(alive)('that is %s keeps its process alive', async (scenario) => {
    expect(await new Fixture(entry, 'keep-alive.mjs', [scenario]).output()).toBe('alive')
  })

  it.each(over)('that is %s lets its process end', async (scenario) => {
    const fixture = new Fixture(entry, 'keep-alive.mjs', [scenario])
    expect(await fixture.output()).toBe('')
    expect(fixture.process.exitCode).toBe(0)
  })
})

describe('KeepAlive', () => {
  const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length

  it('holds once, however often it is asked to, and nothing when closed', async () => {
    const before = ports()
    const keepAlive = new KeepAlive()
    expect(ports()).toBe(before)
    keepAlive.hold()
    const held = ports()
    keepAlive.hold()
    expect(ports()).toBe(held)
    expect(held).toBeGreaterThan(before)
    keepAlive.release()
    expect(ports()).toBeLessThan(held)
    keepAlive.hold()
    keepAlive.close()
    keepAlive.close()
    keepAlive.release()
    await expect.poll(ports).toBe(before)
  })
})
