import { afterAll, describe, expect, it } from 'vitest'
import { connectionMachine } from '../../machines/index.ts'
import { createConnectionModel, testServer } from '../../src/testing/index.ts'
import { TransitionRecorder, transitionsOf } from '../support/transitions.ts'
import { createInsideDriver } from './connection-inside.ts'

const recorder = new TransitionRecorder()
let count = 0

describe.each(['createSock', 'create'] as const)(
  'a connection of Server.%s does what its model does',
  (factory) => {
    const driver = createInsideDriver(factory, recorder.inspect)
    const report = ({ paths }: { paths: { passed: number } }) => {
      count += paths.passed
    }
    testServer(createConnectionModel({ factory }), driver, { test: it, threshold: 100, report })
  },
)

afterAll(() => {
  const transitions = transitionsOf(connectionMachine)
  expect(recorder.takenOf(connectionMachine)).toEqual(transitions)
  // biome-ignore lint/suspicious/noConsole: how much a generated test covers is part of its result
  console.info(`${transitions.length} transitions of the connection chart covered by ${count} paths`)
})
