import { describe, expect, test } from 'vitest'
import { Fixture, packageEntry } from './support/package.ts'

const entry = packageEntry()

describe.runIf(process.platform === 'linux')('numWaiting', () => {
  test('is not known in a worker of a cluster whose primary process accepts', async () => {
    const fixture = new Fixture(entry, 'waiting.mjs', ['in turn'])
    expect(await fixture.next()).toEqual({ paused: 0, closed: 0 })
  })

  test('is that of the shared queue in a worker of a cluster that accepts itself', async () => {
    const fixture = new Fixture(entry, 'waiting.mjs', ['shared'])
    expect(await fixture.next()).toEqual({ listening: 3, paused: 0, closed: 0 })
  })

  test('is the own one in each of several threads', async () => {
    const fixture = new Fixture(entry, 'waiting.mjs', ['threads'])
    expect(await fixture.next()).toEqual({ mine: [2], theirs: [5] })
  })
})
