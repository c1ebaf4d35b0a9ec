import { afterAll, describe, expect, it } from 'vitest'
import { connectionMachine } from '../../machines/index.ts'
import { createConnectionModel, testServer } from '../../src/testing/index.ts'
import { TransitionRecorder, transitionsOf } from '../support/transitions.ts'
import { createInsideDriver } from './connection-inside.ts'

const recorder = new TransitionRecorder()
let count = 0

const servers = (['createSock', 'create'] as const).flatMap((factory) =>
  [false, true].map((proxyProtocol) => ({ factory, proxyProtocol })),
)

describe.each(servers)(
  'a connection of Server.$factory, proxyProtocol: $proxyProtocol, does what its model does',
  ({ factory, proxyProtocol }) => {
    const inspect = recorder.inspect
    const options = proxyProtocol ? { inspect, proxyProtocol: { from: ['127.0.0.1'] } } : { inspect }
    const driver = createInsideDriver(factory, options)
    const report = ({ paths }: { paths: { passed: number } }) => {
      count += paths.passed
    }
    testServer(createConnectionModel({ factory, proxyProtocol }), driver, {
      test: it,
      threshold: 100,
      report,
    })
  },
)

afterAll(() => {
  const transitions = transitionsOf(connectionMachine)
  expect(recorder.takenOf(connectionMachine)).toEqual(transitions)
  // biome-ignore lint/suspicious/noConsole: how much a generated test covers is part of its result
  console.info(`${transitions.length} transitions of the connection chart covered by ${count} paths`)
})
