import { afterAll, describe, expect, it } from 'vitest'
import { connectionMachine } from '../../machines/index.ts'
import { createConnectionModel } from '../../src/testing/index.ts'
import { agree } from '../support/agreement.ts'
import { generatePaths } from '../support/test-model.ts'
import { TransitionRecorder, transitionsOf } from '../support/transitions.ts'
import { ConnectionReplay } from './connection-replay.ts'

const recorder = new TransitionRecorder()
let count = 0

const servers = (['createSock', 'create'] as const).flatMap((factory) =>
  [false, true].map((proxyProtocol) => ({ factory, proxyProtocol })),
)

describe.each(servers)(
  'a connection of Server.$factory, proxyProtocol: $proxyProtocol, does what its model does',
  ({ factory, proxyProtocol }) => {
    const model = createConnectionModel({ factory, proxyProtocol })
    const paths = generatePaths(model)
    count += paths.length

    it.each(paths)('$description', async (path) => {
      const replay = await ConnectionReplay.start({ factory, proxyProtocol }, recorder.inspect)
      try {
        await path.test(
          (event) => replay.perform(event),
          async (state) => {
            if (state.connection.matches('accepted')) return
            await agree(replay.observe, model.expectations(state))
            const hasFin =
              state.connection.matches({ closing: 'lingering' }) ||
              state.connection.matches({ closing: 'behind' })
            // Only now: a client that reads again would take what waits to be flushed.
            if (state.hasLeft || !state.isSocketOpen) replay.read()
            const isOver = state.hasLeft || !state.isSocketOpen || (hasFin && !state.isLagging)
            await agree(() => replay.hasClientSeenEnd, isOver)
          },
        )
      } finally {
        await replay.end()
      }
    })
  },
)

afterAll(() => {
  const transitions = transitionsOf(connectionMachine)
  expect(recorder.takenOf(connectionMachine)).toEqual(transitions)
  // biome-ignore lint/suspicious/noConsole: how much a generated test covers is part of its result
  console.info(`${transitions.length} transitions of the connection chart covered by ${count} paths`)
})
