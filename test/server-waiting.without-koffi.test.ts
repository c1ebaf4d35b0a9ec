import { expect, test, vi } from 'vitest'
import { temporaryFolder } from './support/folder.ts'
import { loopback, serve } from './support/serve.ts'

vi.mock('koffi', () => {
  throw new Error('Cannot find package koffi')
})

process.on('warning', () => {})

test.each(['port', 'path'])(
  'without koffi numWaiting is known only where no socket listens, on a %s',
  async (kind) => {
    const where = kind === 'port' ? loopback : { path: `${temporaryFolder()}/s` }
    const server = await serve(async () => {}, {}, where)
    expect(server.numWaiting).toBeUndefined()
    server.pause()
    expect(server.numWaiting).toBe(0)
    const resumed = server.resume()
    expect(server.numWaiting).toBeUndefined()
    await resumed
    expect(server.numWaiting).toBeUndefined()
    expect(String(server)).not.toContain('waiting:')
    await server.close()
    expect(server.numWaiting).toBe(0)
  },
)
