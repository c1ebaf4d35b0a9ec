import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { agree } from '../support/agreement.ts'
import { connected, connectToAddress } from '../support/client.ts'
import { packageEntry } from '../support/package.ts'
import { hasPrlimit, limitOpenFiles } from '../support/prlimit.ts'
import { received, TellingServer } from '../support/telling.ts'

/** Above what may be open and accepted meanwhile. */
const ROOM = 40

const openIn = ({ pid }: TellingServer) => readdirSync(`/proc/${pid}/fd`).length

const setLimit = ({ pid }: TellingServer, soft: number) => limitOpenFiles(pid, soft)

describe.skipIf(!hasPrlimit)('a process whose limit on open files changes (needs prlimit)', () => {
  const entry = packageEntry()

  it('loses no client when it is lowered, and serves waiting clients when it is raised', async () => {
    const server = await TellingServer.start(entry, { isHolding: true })
    setLimit(server, openIn(server) + ROOM)
    const clients = Array.from({ length: 120 }, () => connectToAddress(server.address))
    await Promise.all(clients.map((client) => client.connected))
    await server.error()
    const served = clients.filter((client) => client.received === 'served').length
    expect(served).toBeLessThan(ROOM)
    expect(clients.filter(({ socket }) => socket.closed)).toEqual([])
    setLimit(server, 1_000)
    await agree(() => clients.filter(({ received }) => received === 'served').length, 120)
    expect(server.errors).toHaveLength(1)
    expect(server.errors[0]?.cause).toMatchObject({
      code: 'ERR_DESCRIPTORS_EXHAUSTED',
      message: expect.not.stringContaining('may have been'),
    })
  })

  it.each([{ hasKoffi: true }, { hasKoffi: false }])(
    'says so without any client when it is below what is open, and comes back (koffi: $hasKoffi)',
    async ({ hasKoffi }) => {
      const server = await TellingServer.start(entry, { hasKoffi })
      setLimit(server, openIn(server) - 5)
      await server.error()
      expect(server.errors[0]?.cause.code).toBe('ERR_DESCRIPTORS_EXHAUSTED')
      setLimit(server, 1_000)
      await server.state('listening')
      expect(await received([connectToAddress(server.address)])).toEqual(['served'])
    },
  )

  it.each([1, 2, 3])(
    'says that clients may be lost when others took all descriptors between two looks, at loss %i',
    async (losses) => {
      const server = await TellingServer.start(entry, { isHolding: true, looks: false })
      setLimit(server, 200)
      const [taker] = await connected(1, server.address)
      await taker?.receives('served')
      for (let loss = 1; loss <= losses; loss++) {
        taker?.send('take')
        await taker?.receives('taken')
        const lost = Array.from({ length: 10 }, () => connectToAddress(server.address))
        await Promise.all(lost.map((client) => client.closed))
        expect(lost.map((client) => client.received)).toEqual(Array(10).fill(''))
        taker?.send('free')
        await taker?.receives('freed')
        if (taker) taker.received = ''
        let isTold = false
        const telling = (loss === 1 ? server.error() : server.state('accept-paused')).then(() => {
          isTold = true
        })
        // It does not look at each of them, if they come as fast as this.
        while (!isTold) {
          const client = connectToAddress(server.address)
          await client.receives('served')
          client.destroy()
        }
        await telling
        await server.state('listening')
      }
      expect(server.errors[0]?.cause.message).toContain('may have been accepted and closed by libuv')
    },
  )
})
