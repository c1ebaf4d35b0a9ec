// Bad clients on all places of a server that has `productionDefaults`.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Handler, productionDefaults } from '../../src/index.ts'
import { figuresOf } from '../support/figures.ts'
import { honest, PLACES, Siege } from '../support/siege.ts'
import { turns } from '../support/turns.ts'

const SECOND = 1_000
const mute = () => {}

const echo: Handler = async (_address, reader, writer) => {
  for await (const line of reader.lines()) if (!writer.writeLine(line)) await writer.flushed()
}

/** Lets time pass in steps, as it does, while something is done in each. */
async function pass(siege: Siege, milliseconds: number, step: number, act: () => unknown = mute) {
  for (let left = milliseconds; left > 0; left -= step) {
    await act()
    siege.clock.increment(Math.min(step, left))
    await turns(2)
  }
}

test('clients that say nothing to the handler are gone in time, and the server goes on', async () => {
  const { idleTimeout } = productionDefaults
  const [latest = 0] = figuresOf('says nothing to the handler').seconds
  const siege = await Siege.begin(echo, { ...productionDefaults }, mute)
  const served = honest(siege.server)
  await pass(siege, idleTimeout - 1, SECOND / 2)
  expect(siege.server.numConnections).toBe(PLACES)
  siege.clock.increment(1)
  await pass(siege, latest * SECOND - idleTimeout, SECOND / 2)
  await served
  await siege.server.waitForConnections((count) => count <= 1)
  expect(siege.server.state).toBe('listening')
})

test('clients that trickle, and are never idle, are gone when they are too old', async () => {
  const { maxConnectionAge } = productionDefaults
  const [latest = 0] = figuresOf('trickles, and is never idle, and the handler gives it no time').seconds
  const siege = await Siege.begin(echo, { ...productionDefaults }, mute)
  let sent = 0
  const trickle = async () => {
    sent++
    for (const socket of siege.attackers) if (socket.writable) socket.write('x')
    const lacksSome = () => [...siege.server.connections].some(({ bytesRead }) => bytesRead < sent)
    while (lacksSome()) await nextTurn()
  }
  const earliest = 0.9 * maxConnectionAge.atMost
  await pass(siege, earliest - 1, 50 * SECOND, trickle)
  expect(siege.server.numConnections).toBe(PLACES)
  siege.clock.increment(1)
  let seconds = 0
  await pass(siege, latest * SECOND - earliest, SECOND, async () => {
    if (seconds++ % 50 === 0) await trickle()
  })
  await siege.server.waitForConnections((count) => count === 0)
  await honest(siege.server)
  expect(siege.server.state).toBe('listening')
})
