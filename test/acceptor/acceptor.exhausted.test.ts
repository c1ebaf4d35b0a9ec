import { describe, expect, it } from 'vitest'
import { Acceptor } from '../../src/acceptor/acceptor.ts'
import { parseWhere } from '../../src/options/where-to-listen.ts'
import type { Duplicate } from '../../src/os/duplicate.ts'
import { loadDuplicate } from '../../src/os/duplicate.ts'
import { closed, defaultOptions, listenOn } from '../support/acceptor.ts'
import { connected, connectToAddress } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { loopback } from '../support/serve.ts'

describe('an acceptor that runs out of descriptors', () => {
  const places = [
    { name: 'a port', where: () => loopback, duplicates: 1 },
    { name: 'a path', where: () => ({ path: `${temporaryFolder()}/s` }), duplicates: 2 },
  ] as const

  /** Fails from its `failing`th call on, for as long as it is told to. */
  async function failingDuplicate(failing: number) {
    const duplicate = (await loadDuplicate()) as Duplicate
    const control = { calls: 0, failing }
    const fake: Duplicate = (fd) => (++control.calls >= control.failing ? -1 : duplicate(fd))
    return { control, fake }
  }

  for (const { name, where, duplicates } of places) {
    for (let failing = 1; failing <= duplicates; failing++) {
      it(`on ${name} rejects and leaves nothing open, at duplicate ${failing}`, async () => {
        const before = openDescriptors()
        const { fake } = await failingDuplicate(failing)
        const options = { ...(await defaultOptions()), duplicate: fake }
        const place = where()
        await expect(Acceptor.listen(parseWhere(place), options)).rejects.toMatchObject({ code: 'EMFILE' })
        expect(openDescriptors()).toEqual(before)
        // Nor is the file left, or the port taken.
        await closed(await listenOn(place))
      })
    }

    it(`on ${name} stays held, says so, and starts when there is one again`, async () => {
      const { control, fake } = await failingDuplicate(Infinity)
      const { acceptor, owner } = await listenOn(where(), { duplicate: fake })
      acceptor.stop('hold')
      const held = openDescriptors()
      control.failing = 0
      acceptor.start()
      expect(owner.reported).toEqual(['accept.exhausted'])
      expect(openDescriptors()).toEqual(held)
      await connected(3, acceptor.address)
      control.failing = Infinity
      acceptor.start()
      await owner.accepted(3)
      expect(owner.reported).toEqual(['accept.exhausted', 'acceptor.ready'])
    })

    const binders = [
      { by: 'libuv', options: { libc: undefined }, needed: duplicates },
      { by: 'the library', options: {}, needed: 1 },
    ]
    it.each(binders)(
      `on ${name} fails to rebind by $by, leaves nothing open, and can try again`,
      async ({ options, needed }) => {
        const { control, fake } = await failingDuplicate(Infinity)
        const { acceptor, owner } = await listenOn(where(), { duplicate: fake, ...options })
        acceptor.stop('rebind')
        const paused = openDescriptors()
        for (let failing = 1; failing <= needed; failing++) {
          control.calls = 0
          control.failing = failing
          acceptor.start()
          await owner.reportedSo(failing)
          expect(owner.reports.at(-1)).toMatchObject({ type: 'acceptor.failed', error: { code: 'EMFILE' } })
          expect(openDescriptors()).toEqual(paused)
        }
        control.failing = Infinity
        acceptor.start()
        await owner.reportedSo(needed + 1)
        connectToAddress(acceptor.address)
        await owner.accepted(1)
      },
    )
  }

  it('goes on with the handles that it has when there is none for more', async () => {
    const { control, fake } = await failingDuplicate(Infinity)
    const { acceptor, owner } = await listenOn(loopback, { duplicate: fake })
    control.failing = 0
    const clients = Array.from({ length: 100 }, () => connectToAddress(acceptor.address))
    await owner.accepted(clients.length)
    expect(owner.reported).toEqual([])
  })
})
