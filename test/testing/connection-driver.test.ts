// The kit for tests of users, on one connection.
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { Server } from '../../src/index.ts'
import {
  type ConnectionDriverSettings,
  type ConnectionModelEvent,
  type Coverage,
  createConnectionDriver,
  createConnectionModel,
  type DriverHandler,
  type DriverWhere,
  type Factory,
  type ModelMismatchError,
  runPath,
  testServer,
} from '../../src/testing/index.ts'
import { altered } from '../support/altered.ts'

type Start = (
  where: DriverWhere,
  handler: DriverHandler,
  settings: ConnectionDriverSettings,
) => Promise<Server>

describe('a connection with a socket is what its model is', () => {
  const driver = createConnectionDriver((where, handler, settings) =>
    Server.createSock(where, handler, { maxConnections: 10, ...settings }),
  )
  const model = createConnectionModel()
  const reports: Coverage<ConnectionModelEvent>[] = []
  testServer(model, driver, { test: it, report: (coverage) => reports.push(coverage) })

  it('but for what cannot be done from outside', () => {
    const [coverage] = reports
    expect(coverage?.impossible).toEqual(coverage?.kinds.untaken)
    expect(coverage?.percentage).toBeGreaterThan(80)
    expect(coverage?.states.untaken).toEqual([])
    expect(String(coverage)).toMatch(
      /in no path {3}\d+, not every at\.once, handler\.gives\.up, handler\.throws$/,
    )
  })
})

/** What fails of the paths of these events. */
async function failureOf(
  start: Start,
  events: ConnectionModelEvent[],
  factory: Factory = 'createSock',
): Promise<ModelMismatchError | undefined> {
  const run = await createConnectionDriver(start).start()
  const path = createConnectionModel({ factory }).pathOf(events)
  const failure = await runPath(path, run, { patience: 1_000 }).catch((error) => error)
  await run.end()
  return failure
}

describe('a planted fault is found:', () => {
  it('a handler that is started after its server was closed', async () => {
    const late: Start = async (...[where, handler, settings]) => {
      const server = await Server.createSock(where, handler, settings)
      return altered(server, { close: () => turn().then(() => server.close()) })
    }
    const failure = await failureOf(late, [{ type: 'server.closes' }])
    expect(failure).toMatchObject({
      expected: { state: 'closed', hasStarted: false },
      actual: { state: 'serving', hasStarted: true },
    })
    expect(failure?.message).toContain('step 1 of 1, server.closes in accepted.open\n')
  })

  it('a client that lags and is cut off when it has lingered', async () => {
    const hasty: Start = (where, handler, settings) =>
      Server.createSock(where, handler, { ...settings, flushTimeout: settings.lingerTimeout })
    const events = [{ type: 'handler.starts' }, { type: 'client.lags' }, { type: 'handler.returns' }] as const
    const failure = await failureOf(hasty, [...events, { type: 'linger.passes' }])
    expect(failure).toMatchObject({ step: 4, expected: { state: 'closing' }, actual: { state: 'closed' } })
    expect(await failureOf(Server.createSock, [...events, { type: 'linger.passes' }])).toBeUndefined()
  })

  it('a handler that settles before it should', async () => {
    const early: Start = (where, handler, settings) => {
      const race = (...args: Parameters<DriverHandler>) => Promise.race([handler(...args), turn()])
      return Server.create(where, race, settings)
    }
    const failure = await failureOf(early, [{ type: 'handler.starts' }], 'create')
    expect(failure).toMatchObject({ expected: { state: 'serving' }, actual: { state: 'closing' } })
  })

  it('a destroy that nothing comes of', async () => {
    const deaf: Start = async (where, handler, settings) => {
      const server = await Server.createSock(where, handler, settings)
      server.actor.subscribe(() => {
        for (const connection of server.connections) connection.destroy = () => {}
      })
      return altered(server, {})
    }
    const failure = await failureOf(deaf, [{ type: 'handler.starts' }, { type: 'destroy' }])
    expect(failure).toMatchObject({ step: 2, expected: { isSocketOpen: false, hasClientSeenEnd: true } })
  }, 20_000)

  it('the clock of another', async () => {
    const timeless: Start = (where, handler, { clock: _, ...settings }) =>
      Server.createSock(where, handler, settings)
    const failure = await failureOf(timeless, [
      { type: 'handler.starts' },
      { type: 'client.stalls' },
      { type: 'handler.returns' },
      { type: 'time.passes' },
    ])
    expect(failure).toMatchObject({ step: 4, expected: { state: 'closed' }, actual: { state: 'closing' } })
  })
})

it('wrong arguments are refused, and what cannot be done fails', async () => {
  const start: Start = (where, handler, settings) => Server.createSock(where, handler, settings)
  expect(() => createConnectionDriver('x' as never)).toThrow(/start must be a function, but it is 'x'/)
  expect(() => createConnectionDriver(start, { stallSize: 0 })).toThrow(/stallSize must be an integer/)
  expect(() => createConnectionDriver(start, { lagsize: 1 } as never)).toThrow(/did you mean lagSize/)
  const failure = await failureOf(start, [
    { type: 'at.once', events: [{ type: 'socket.closes' }, { type: 'handler.starts' }] },
  ])
  expect(failure?.message).toMatch(
    /could not be done: a driver of a connection cannot bring about socket.closes here/,
  )
})

it('where nobody knows what a client has taken, no connection is driven', async () => {
  const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin')
  const driver = createConnectionDriver(Server.createSock)
  await expect(driver.start()).rejects.toThrow('on Linux with koffi only')
  platform.mockRestore()
})
