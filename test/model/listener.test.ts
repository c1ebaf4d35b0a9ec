import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { InspectionEvent } from 'xstate'
import { listenerMachine } from '../../machines/index.ts'
import type { Server, ServerOptions } from '../../src/index.ts'
import { createListenerModel, type ListenerModelOptions, testServer } from '../../src/testing/index.ts'
import { connectTo } from '../support/client.ts'
import { report } from '../support/report.ts'
import { ManualHandler, serve } from '../support/serve.ts'
import { TransitionRecorder, transitionsOf } from '../support/transitions.ts'
import { createInsideDriver } from './listener-inside.ts'

const recorder = new TransitionRecorder()
let replayed = 0

interface Setting {
  title: string
  model: ListenerModelOptions
  server: ServerOptions
}

const settings: Setting[] = [
  {
    title: 'a server that holds',
    model: { maxConnections: 2, pauseStrategy: 'hold' },
    server: { maxConnections: 2, pauseStrategy: 'hold' },
  },
  {
    title: 'a server that binds again, and ignores what handlers throw',
    model: { maxConnections: 1, pauseStrategy: 'rebind', onHandlerError: 'ignore' },
    server: { maxConnections: 1, pauseStrategy: 'rebind', onHandlerError: 'ignore' },
  },
  {
    title: 'a server that calls a function with what handlers throw',
    model: { maxConnections: 2, onHandlerError: 'call', includeFaults: false },
    server: { maxConnections: 2, pauseStrategy: 'hold', onHandlerError: () => {} },
  },
  {
    title: 'a server that lets in two at once',
    model: { maxConnections: 2, acceptBurst: 2, onHandlerError: 'ignore' },
    server: {
      maxConnections: 2,
      maxAcceptRate: { perSecond: 2, burst: 2 },
      pauseStrategy: 'hold',
      onHandlerError: 'ignore',
    },
  },
  {
    title: 'a server that lets in one at a time, and binds again',
    model: { maxConnections: 1, acceptBurst: 1, pauseStrategy: 'rebind', onHandlerError: 'ignore' },
    server: { maxConnections: 1, maxAcceptRate: 1, pauseStrategy: 'rebind', onHandlerError: 'ignore' },
  },
  {
    title: 'a server of readers and writers',
    model: { factory: 'create', maxConnections: 2, includeFaults: false },
    server: { maxConnections: 2, pauseStrategy: 'hold' },
  },
]

// Each of the servers would say that the process has run out of descriptors, as it was told.
beforeAll(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))

describe.each(settings)('$title does what its model does', ({ model: options, server }) => {
  const driver = createInsideDriver({ server, factory: options.factory, inspect: recorder.inspect })
  const report = ({ paths }: { paths: { passed: number } }) => {
    replayed += paths.passed
  }
  testServer(createListenerModel(options), driver, { test: it, threshold: 100, report })
})

it('a full server admits no client, even if its chart is told to', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { maxConnections: 1, inspect: recorder.inspect })
  connectTo(server)
  await handler.run(0)
  // No client can bring this about: nothing polls.
  report(server, { type: 'connection.offered' })
  expect(server.state).toBe('accept-paused')
  expect(server.numConnections).toBe(1)
  handler.settleAll()
})

it('a client that was accepted is served, though the server pauses before it is offered', async () => {
  let server: Server | undefined
  const pauseAtOffer = (event: InspectionEvent) => {
    recorder.inspect(event)
    if (event.type === '@xstate.event' && event.event.type === 'connection.offered') server?.pause()
  }
  server = await serve(async (_address, socket) => void socket.write('served'), { inspect: pauseAtOffer })
  const first = await connectTo(server).closed
  expect(first).toMatchObject({ received: 'served', error: undefined })
  expect(server.state).toBe('accept-paused')
  await server.resume()
  expect((await connectTo(server).closed).received).toBe('served')
})

it('a client that a rule keeps out is dropped, and the state stays as it is', async () => {
  const server = await serve(async () => {}, { block: ['127.0.0.1'], inspect: recorder.inspect })
  expect((await connectTo(server).closed).received).toBe('')
  expect([server.state, server.numConnections]).toEqual(['listening', 0])
})

afterAll(() => {
  const transitions = transitionsOf(listenerMachine)
  expect(recorder.takenOf(listenerMachine)).toEqual(transitions)
  // biome-ignore lint/suspicious/noConsole: how much a generated test covers is part of its result
  console.info(`${transitions.length} transitions of the listener chart covered by ${replayed} paths`)
})
