import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { descriptorOf } from '../../src/acceptor/bind.ts'
import { waitingClients } from '../../src/acceptor/waiting-clients.ts'
import { loadLibc } from '../../src/libc.ts'
import { connected } from '../support/client.ts'
import { temporaryFolder } from '../support/folder.ts'
import { serve } from '../support/serve.ts'

const libc = await loadLibc()

describe.runIf(process.platform === 'linux')('how many clients wait', () => {
  it.each(['127.0.0.1', '::1'])('is told of a listening socket on %s', async (host) => {
    const server = await serve(async () => {}, {}, { port: 0, host })
    server.pause()
    expect(waitingClients(server.listeningSocket.fd, libc)).toBe(0)
    await connected(7, server.listeningOnAddress)
    expect(waitingClients(server.listeningSocket.fd, libc)).toBe(7)
  })

  it('is not told of a unix socket, of what is closed, nor without the C library', async () => {
    const plain = createServer().listen(join(temporaryFolder(), 's'))
    await once(plain, 'listening')
    const fd = descriptorOf(plain)
    expect(waitingClients(fd, libc)).toBeUndefined()
    expect(waitingClients(-1, libc)).toBeUndefined()
    expect(waitingClients(fd, undefined)).toBeUndefined()
    plain.close()
  })
})
