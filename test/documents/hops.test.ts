import { relative } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Server } from '../../src/index.ts'
import { connectTo, destroyClients } from '../support/client.ts'
import { read } from '../support/documents.ts'

/** Only there because somebody inspects. */
const INSPECTING = ['src/chart/system.ts', 'src/common/each.ts']

const { stackTraceLimit } = Error

beforeEach(() => {
  Error.stackTraceLimit = 100
})

afterEach(() => {
  Error.stackTraceLimit = stackTraceLimit
  destroyClients()
})

/** The files of the library that led to this call. */
function filesOfStack(): string[] {
  const frames = (new Error().stack ?? '').matchAll(/\(?(?:file:\/\/)?([^\s():]+\/src\/[^\s():]+\.ts):\d+/g)
  return [...frames].map(([, file = '']) => relative(process.cwd(), file))
}

test('the hops of one connection in ARCHITECTURE.md name each file on its way to the handler and back', async () => {
  const files = new Set<string>()
  let toHandler = 0
  const pass = () => {
    for (const file of filesOfStack()) files.add(file)
  }
  const server = await Server.createSock(
    { port: 0, host: '127.0.0.1' },
    async (_address, socket) => {
      pass()
      toHandler = files.size - INSPECTING.length
      socket.write('answer')
    },
    {
      maxConnections: 1,
      inspect: ({ type, actorRef }) => {
        if (type === '@xstate.event' && (actorRef as { id?: string }).id !== undefined) pass()
      },
    },
  )
  files.clear()
  const client = connectTo(server)
  await client.receives('answer')
  client.end()
  await client.closed
  await server.waitForConnections((count) => count === 0)
  const passed = [...files].filter((file) => !INSPECTING.includes(file))
  await server.close()

  const [, hops = ''] = /## The hops of one connection\n([\s\S]*?)\n## /.exec(read('ARCHITECTURE.md')) ?? []
  expect(passed).toContain('src/listener/listener.ts')
  expect(toHandler).toBeLessThanOrEqual(9)
  expect(passed.filter((file) => !hops.includes(`(${file})`))).toEqual([])
})
