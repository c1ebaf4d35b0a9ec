import { describe, expect, it, vi } from 'vitest'
import { Server } from '../../src/index.ts'
import { closed, listenOn } from '../support/acceptor.ts'
import { connectToAddress } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { loopback } from '../support/serve.ts'

// A runtime whose handles do not tell their descriptors, as Deno's.
vi.mock('../../src/os/descriptor-of.ts', () => ({ descriptorOf: () => -1 }))

describe('where handles have no descriptors', () => {
  it('an acceptor cannot hold, and rebinds', async () => {
    const listening = await listenOn(loopback)
    const { acceptor, owner } = listening
    expect(acceptor.canHold).toBe(false)
    acceptor.stop('hold')
    expect(acceptor.fd).toBe(-1)
    acceptor.start()
    await owner.reportedSo(1)
    expect(owner.reported).toEqual(['acceptor.ready'])
    connectToAddress(acceptor.address)
    await owner.accepted(1)
    await closed(listening)
  })

  it('a server says once that it rebinds, and refuses to hold', async () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const before = openDescriptors()
    const hold = { pauseStrategy: 'hold' } as const
    const error = { code: 'ERR_HOLD_UNAVAILABLE' }
    await expect(Server.createSock(loopback, async () => {}, hold)).rejects.toMatchObject(error)
    expect(openDescriptors()).toEqual(before)
    const server = await Server.createSock(loopback, async () => {})
    expect(() => server.pause({ strategy: 'hold' })).toThrow(expect.objectContaining(error))
    expect(emitWarning.mock.calls.map(([, options]) => options)).toMatchObject([
      { code: 'XSTATE_TCP_NO_HOLD' },
    ])
    await server.close()
    emitWarning.mockRestore()
  })
})
