import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { loadLibc } from '../../src/os/libc.ts'
import { hasPeerAll, unacknowledged } from '../../src/os/send-queue.ts'
import { agree } from '../support/agreement.ts'
import { Client } from '../support/client.ts'
import { temporaryFolder } from '../support/folder.ts'
import { ManualHandler, serve } from '../support/serve.ts'

const libc = await loadLibc()
const rest = (socket: Socket) => unacknowledged(descriptorOf(socket), libc)

describe.runIf(process.platform === 'linux')('the data that a peer has not taken', () => {
  it('is the data that its kernel lacks, and none when that has everything, though unread', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const client = new Client({ port: server.listeningOn, host: '127.0.0.1', allowHalfOpen: true })
    client.socket.pause()
    const { socket } = await handler.run(0)
    expect(rest(socket)).toBe(0)
    socket.write('x'.repeat(1_000_000))
    await agree(() => socket.writableLength, 0)
    expect(rest(socket)).toBeGreaterThan(100_000)
    expect(hasPeerAll(descriptorOf(socket), libc)).toBe(false)
    client.socket.resume()
    socket.end()
    await client.ended
    await agree(() => rest(socket), 0)
    expect(hasPeerAll(descriptorOf(socket), libc)).toBe(true)
    client.end()
  })

  it('is the unread data, on a unix socket', async () => {
    const path = join(temporaryFolder(), 's')
    const handler = new ManualHandler()
    await serve(handler.handle, {}, { path })
    const client = new Client({ path, allowHalfOpen: true })
    client.socket.pause()
    const { socket } = await handler.run(0)
    socket.write('x'.repeat(150_000))
    await agree(() => socket.writableLength, 0)
    expect(hasPeerAll(descriptorOf(socket), libc)).toBe(false)
    client.socket.resume()
    await agree(() => hasPeerAll(descriptorOf(socket), libc), true)
    client.destroy()
    await once(client.socket, 'close')
  })

  it('is not known of a descriptor that is no socket, nor without the C library', () => {
    const fd = openSync('/dev/null', 'r')
    expect(unacknowledged(fd, libc)).toBeUndefined()
    closeSync(fd)
    expect(hasPeerAll(-1, libc)).toBeUndefined()
    expect(hasPeerAll(0, undefined)).toBeUndefined()
  })
})
