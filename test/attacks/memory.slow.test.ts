// What a process grows by while clients hoard, which is more than what is counted: garbage, too.
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { Fixture, packageEntry } from '../support/package.ts'

const MIB = 1024 * 1024
const LIMIT = 32 * MIB
const CLIENTS = 200
/**
 * Without the limit it would be 400 MiB and more. V8 of newer releases lets more garbage lie while
 * so much comes in a moment.
 */
const AT_MOST = Number.parseInt(process.versions.node, 10) < 22 ? 3 * LIMIT + 64 * MIB : 280 * MIB

const entry = packageEntry()

function connectTo(port: number) {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  onTestFinished(() => void socket.destroy())
  return socket
}

it(`${CLIENTS} clients with a pending line of 1 MiB each make a process grow by a few times the limit`, async () => {
  const server = new Fixture(entry, 'hoarded.mjs', [`${LIMIT}`])
  const port = await server.next<number>()
  const line = Buffer.alloc(MIB - 1, 'x')
  await Promise.all(
    Array.from({ length: CLIENTS }, () => {
      const socket = connectTo(port)
      const sent = new Promise<void>((resolve) => socket.write(line, () => resolve()))
      return Promise.race([sent, once(socket, 'close')])
    }),
  )
  const honest = connectTo(port)
  honest.write('report\n')
  const [growth] = await once(honest, 'data')
  expect(Number(growth)).toBeGreaterThan(LIMIT)
  expect(Number(growth)).toBeLessThan(AT_MOST)
})
