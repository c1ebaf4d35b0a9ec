import { afterAll, describe, expect, it } from 'vitest'
import { connectionMachine } from '../../machines/index.ts'
import { createConnectionModel, testServer } from '../../src/testing/index.ts'
import { certificate } from '../support/certificate.ts'
import { TransitionRecorder, transitionsOf } from '../support/transitions.ts'
import { createInsideDriver } from './connection-inside.ts'

const recorder = new TransitionRecorder()
let count = 0

const servers = (['createSock', 'create'] as const).flatMap((factory) =>
  [false, true].flatMap((proxyProtocol) => [false, true].map((tls) => ({ factory, proxyProtocol, tls }))),
)

describe.each(servers)(
  'a connection of Server.$factory, proxyProtocol: $proxyProtocol, tls: $tls, does what its model does',
  ({ factory, proxyProtocol, tls }) => {
    const options = {
      inspect: recorder.inspect,
      ...(proxyProtocol && {
        proxyProtocol: { from: ['127.0.0.1'] },
        block: ['192.0.2.66'],
      }),
      ...(tls && { tls: certificate }),
    }
    const driver = createInsideDriver(factory, options)
    const report = ({ paths }: { paths: { passed: number } }) => {
      count += paths.passed
    }
    testServer(createConnectionModel({ factory, proxyProtocol, tls, block: true }), driver, {
      test: it,
      threshold: 100,
      report,
    })
  },
)

describe('a connection of Server.create whose handler calls startTls does what its model does', () => {
  const driver = createInsideDriver('create', { inspect: recorder.inspect }, { startTls: certificate })
  const report = ({ paths }: { paths: { passed: number } }) => {
    count += paths.passed
  }
  testServer(createConnectionModel({ factory: 'create', startTls: true }), driver, {
    test: it,
    threshold: 100,
    report,
  })
})

afterAll(() => {
  const transitions = transitionsOf(connectionMachine)
  expect(recorder.takenOf(connectionMachine)).toEqual(transitions)
  // biome-ignore lint/suspicious/noConsole: how much a generated test covers is part of its result
  console.info(`${transitions.length} transitions of the connection chart covered by ${count} paths`)
})
