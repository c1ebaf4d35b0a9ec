// As liveness.test.ts, for servers with more places.
import { expect, it } from 'vitest'
import { createListenerModel, type ListenerModelOptions } from '../../src/testing/index.ts'
import { drainsExpire, forTheDrain, handlersSettle, inTheQueue, timePasses, usersResume } from './fairness.ts'
import { checkLiveness } from './liveness.ts'
import { exploreModel } from './states.ts'

it.each<ListenerModelOptions>(
  [2, 3].flatMap((maxConnections) =>
    (['hold', 'rebind'] as const).flatMap((pauseStrategy) =>
      (['createSock', 'create'] as const).map((factory) => ({ maxConnections, pauseStrategy, factory })),
    ),
  ),
)('with %o, nobody waits for ever: no client in the queue, and nobody who drains', (options) => {
  const maxWaiting = options.maxConnections === 2 ? 2 : 1
  const explored = exploreModel(createListenerModel({ ...options, maxWaiting }))
  const clients = checkLiveness(explored, inTheQueue, [handlersSettle, usersResume, timePasses])
  const drains = checkLiveness(explored, forTheDrain, [drainsExpire])
  expect(clients.waiting).toBeGreaterThan(100)
  expect(drains.waiting).toBeGreaterThan(20)
  expect([...clients.findings, ...drains.findings].map(({ text }) => text)).toEqual([])
})
