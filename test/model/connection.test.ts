import { afterAll, describe, expect, it } from 'vitest'
import { connectionMachine } from '../../machines/index.ts'
import { createConnectionModel, testServer } from '../../src/testing/index.ts'
import { certificate } from '../support/certificate.ts'
import { TransitionRecorder, transitionsOf } from '../support/transitions.ts'
import { createInsideDriver } from './connection-inside.ts'

const recorder = new TransitionRecorder()
let count = 0

const servers = (['createSock', 'create'] as const).flatMap((factory) => [
  ...[false, true].flatMap((proxyProtocol) =>
    [false, true].map((tls) => ({ factory, proxyProtocol, tls, deadline: 'none' as const })),
  ),
  ...(['idle', 'age'] as const).map((deadline) => ({
    factory,
    proxyProtocol: false,
    tls: false,
    deadline,
  })),
])

describe.each(servers)(
  'a connection of Server.$factory, proxyProtocol: $proxyProtocol, tls: $tls, deadline: $deadline, does what its model does',
  ({ factory, proxyProtocol, tls, deadline }) => {
    const options = {
      inspect: recorder.inspect,
      ...(proxyProtocol && {
        proxyProtocol: { from: ['127.0.0.1'] },
        block: ['192.0.2.66'],
      }),
      ...(tls && { tls: certificate }),
    }
    const driver = createInsideDriver(factory, options, { deadline })
    const report = ({ paths }: { paths: { passed: number } }) => {
      count += paths.passed
    }
    testServer(createConnectionModel({ factory, proxyProtocol, tls, deadline, block: true }), driver, {
      test: it,
      threshold: 100,
      report,
    })
  },
)

describe.each(['none', 'age'] as const)(
  'a connection of Server.create whose handler calls startTls, deadline: %s, does what its model does',
  (deadline) => {
    const options = { startTls: certificate, deadline }
    const driver = createInsideDriver('create', { inspect: recorder.inspect }, options)
    const report = ({ paths }: { paths: { passed: number } }) => {
      count += paths.passed
    }
    testServer(createConnectionModel({ factory: 'create', startTls: true, deadline }), driver, {
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
