import { expect, test } from 'vitest'
import { productionDefaults } from '../../src/index.ts'
import { parseCreateOptions } from '../../src/options/create-options.ts'
import { parseOptions } from '../../src/options/server-options.ts'
import { connectTo } from '../support/client.ts'
import { read } from '../support/documents.ts'
import { create, serve } from '../support/serve.ts'

const frozen = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every(frozen))

test('productionDefaults are frozen, as deep as they go, and both factories take them', async () => {
  expect(frozen(productionDefaults)).toBe(true)
  expect(parseOptions({ ...productionDefaults })).toMatchObject({
    socket: { keepAlive: true, keepAliveInitialDelay: 60_000 },
    maxConnectionsPerAddress: { limit: 100 },
  })
  expect(parseCreateOptions({ ...productionDefaults, keepAlive: false }).socket.keepAlive).toBe(false)
  await serve(async () => {}, { ...productionDefaults })
  await create(async () => {}, { ...productionDefaults })
})

test('the guide of the options shows each of them', () => {
  const [, section = ''] = /## For production\n([\s\S]*?)\n## /.exec(read('src/options/README.md')) ?? []
  for (const [name, value] of Object.entries(productionDefaults)) {
    if (typeof value === 'object') {
      expect(section).toContain(`${name}: { atMost: 3_600_000 }`)
      continue
    }
    const number = typeof value === 'number' ? String(value).replaceAll(/\B(?=(\d{3})+$)/g, '_') : value
    expect(section).toContain(typeof value === 'function' ? `\`${name}\`` : `${name}: ${String(number)}`)
  }
})

test('what clients do wrong is no failure of a server that has them, and every other error is', async () => {
  const server = await create(
    async (_address, reader) => {
      await reader.readLine({ maxLength: 5 })
      throw new Error('our fault')
    },
    { ...productionDefaults },
  )
  const errors: unknown[] = []
  server.on('error', (error) => errors.push(error))
  const bad = connectTo(server)
  bad.socket.end('more than five\n')
  await bad.closed
  await server.waitForConnections((count) => count === 0)
  expect(server.state).toBe('listening')
  connectTo(server).socket.end('good\n')
  await server.closeFinished
  expect(errors).toEqual([new Error('our fault')])
})

test('an address that has 100 connections gets no other one', async () => {
  const server = await create((_address, reader) => reader.readLine(), { ...productionDefaults })
  const drops: unknown[] = []
  server.on('drop', ({ reason }) => drops.push(reason))
  for (let index = 0; index < 100; index++) connectTo(server)
  await server.waitForConnections((count) => count === 100)
  await connectTo(server).closed
  expect(drops).toEqual(['per-address'])
  expect(server.numConnections).toBe(100)
})
