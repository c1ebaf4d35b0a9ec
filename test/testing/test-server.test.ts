// The kit for tests of users: it passes servers that do what they should, and finds those that do
// not.
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Server, type ServerOptions } from '../../src/index.ts'
import {
  type Coverage,
  createDriver,
  createListenerModel,
  type Driver,
  type ListenerExpectations,
  type ListenerModelEvent,
  ModelMismatchError,
  type PathRun,
  runPath,
  testServer,
} from '../../src/testing/index.ts'
import { altered } from '../support/altered.ts'

const options = { maxConnections: 2, onHandlerError: 'ignore' } as const satisfies ServerOptions

describe('a server that is given a clock is what its model is, whatever fails around it', () => {
  const own = { maxConnections: 1, onHandlerError: 'ignore' } as const
  const driver = createDriver((where, handler, settings) =>
    Server.createSock(where, handler, { ...own, ...settings }),
  )
  const reports: Coverage<ListenerModelEvent>[] = []
  testServer(createListenerModel(own), driver, { test: it, report: (coverage) => reports.push(coverage) })

  it('but for what cannot be brought about from outside', () => {
    const [coverage] = reports
    expect(coverage?.impossible).toEqual(coverage?.kinds.untaken)
    expect(coverage?.percentage).toBeGreaterThan(60)
    expect(coverage?.states.untaken).toEqual(['accept-paused.exhausted'])
  })
})

/** Prints nothing. */
function report(): void {}

/** Runs what `testServer` made, a few at a time; gives back what failed. */
async function failuresOf(
  driver: Driver<ListenerModelEvent, ListenerExpectations>,
  modelOptions = {},
): Promise<ModelMismatchError[]> {
  const failures: ModelMismatchError[] = []
  const tests: (() => Promise<void>)[] = []
  const model = createListenerModel({ ...options, includeFaults: false, ...modelOptions })
  testServer(model, driver, { test: (_title, run) => tests.push(run), patience: 300, report })
  const next = async () => {
    for (let run = tests.shift(); run; run = tests.shift()) {
      await run().catch((error) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: 8 }, next))
  return failures
}

describe('a server with readers and writers that binds again is what its model is', () => {
  const settings = { ...options, maxConnections: 1, pauseStrategy: 'rebind' } as const
  const driver = createDriver((where, handler) => Server.create(where, handler, settings))
  const model = createListenerModel({ ...settings, factory: 'create', includeFaults: false })
  testServer(model, driver, { test: it, report })
})

describe('a planted fault is found:', () => {
  it('one client more than allowed', async () => {
    const driver = createDriver((where, handler) =>
      Server.createSock(where, handler, { ...options, maxConnections: 3 }),
    )
    const failures = await failuresOf(driver)
    const told = failures.find(({ expected }) => (expected as { state?: string } | undefined)?.state)
    // What clients see comes first, though the chart was another one from the start.
    expect(told?.message).toContain('since step 1, listener.context.maxConnections was 3, not 2')
    expect(told).toMatchObject({ expected: { state: 'accept-paused' }, actual: { state: 'listening' } })
  })

  it('dropping that never ends', async () => {
    const driver = createDriver(async (where, handler) => {
      const server = await Server.createSock(where, handler, options)
      return altered(server, {
        setDropIncomingConnections: (isOn: boolean) => isOn && server.setDropIncomingConnections(true),
      })
    })
    const told = (await failuresOf(driver)).filter(({ message }) => message.includes('drop.stop in '))
    expect(told.length).toBeGreaterThan(5)
    expect(told[0]).toMatchObject({ actual: { state: 'dropping' } })
  })

  it('a resume that forgets the limit', async () => {
    const driver = createDriver(async (where, handler) => {
      const server = await Server.createSock(where, handler, options)
      return altered(server, {
        resume: () => {
          server.maxConnections = 100
          return server.resume()
        },
      })
    })
    expect((await failuresOf(driver)).length).toBeGreaterThan(10)
  })

  it('a place that leaks when a client resets', async () => {
    // With sockets it is the handler that gives it up, and with readers and writers the server.
    const driver = createDriver((where, handler) => Server.createSock(where, handler, options))
    const failures = await failuresOf(driver, { factory: 'create' })
    expect(failures.length).toBeGreaterThan(5)
    const [leak] = failures.filter(
      ({ message, actual }) => message.includes(', client.resets in ') && actual !== undefined,
    )
    expect(leak).toMatchObject({ expected: { connections: [] }, actual: { connections: ['abandoned'] } })
  })

  it('a handler that never settles, whose server does not end either', async () => {
    const driver = createDriver((where, handler) =>
      Server.createSock(
        where,
        async (...args) => {
          await handler(...args)
          await turn()
          if (args[2].id === 1) await new Promise(() => {})
        },
        options,
      ),
    )
    const { start } = driver
    const model = createListenerModel(options)
    const { title, steps, description } = model.pathOf([{ type: 'connect' }, { type: 'handler.returns' }])
    let run = async () => {}
    testServer(
      { paths: () => [{ title, steps, description }], kinds: model.kinds },
      { start },
      {
        test: (_, given) => {
          run = given
        },
        patience: 100,
        report,
      },
    )
    const error = await run().catch((caught) => caught)
    expect(error).toBeInstanceOf(ModelMismatchError)
    expect(error.message.split('\n')).toEqual([
      'connect → handler.returns (2 steps): step 2 of 2, handler.returns in listening',
      expect.stringMatching(
        /^ {2}expected {2}\{ numConnections: 0, connections: \[\], clients: \[ 'ended' \]/,
      ),
      expect.stringMatching(
        /^ {2}seen {6}\{ numConnections: 1, connections: \[ 'serving' \], clients: \[ 'served' \]/,
      ),
      '  to repeat it: model.pathOf([{"type":"connect"},{"type":"handler.returns"}])',
    ])
  })
})

describe('what a method promises is looked at:', () => {
  const model = createListenerModel(options)

  /** What fails of a path, where the server has other methods. */
  async function failureOf(
    change: (server: Server) => object,
    events: ListenerModelEvent[],
    modelOf = model,
  ): Promise<ModelMismatchError> {
    const driver = createDriver(async (where, handler, settings) => {
      const server = await Server.createSock(where, handler, { ...options, ...settings })
      return altered(server, change(server))
    })
    const run = await driver.start()
    const path = modelOf.pathOf(events)
    const failure = await runPath(path, run, { patience: 50 }).catch((error) => error)
    await run.end()
    return failure
  }
  const never = (call: () => unknown) => {
    call()
    return new Promise(() => {})
  }

  it('that it settles', async () => {
    const close = await failureOf(
      (server) => ({ close: () => never(() => server.close()) }),
      [{ type: 'close' }],
    )
    expect(close).toMatchObject({ step: 1, expected: { pending: [] }, actual: { pending: ['close'] } })
    const drain = await failureOf(
      (server) => ({ drain: () => never(() => server.drain()) }),
      [{ type: 'drain' }],
    )
    expect(drain).toMatchObject({ expected: { pending: [] }, actual: { pending: ['drain'], drained: [] } })
    const resume = await failureOf(
      (server) => ({ resume: () => never(() => server.resume()) }),
      [{ type: 'pause', strategy: 'rebind' }, { type: 'resume' }],
    )
    expect(resume).toMatchObject({ step: 2, expected: { pending: [] }, actual: { pending: ['resume'] } })
  })

  it('that it does not settle too early, and is not rejected', async () => {
    const early = (server: Server) => ({
      drain: () => {
        void server.drain()
        return Promise.resolve({ settled: 1, destroyed: 0 })
      },
    })
    const events: ListenerModelEvent[] = [{ type: 'connect' }, { type: 'drain' }, { type: 'handler.returns' }]
    expect(await failureOf(early, events)).toMatchObject({
      step: 2,
      expected: { pending: ['drain'] },
      actual: { pending: [] },
    })
    const failing = (server: Server) => ({ close: () => server.close().then(() => Promise.reject('no')) })
    expect(await failureOf(failing, [{ type: 'close' }])).toMatchObject({
      actual: { pending: ["close, rejected with 'no'"] },
    })
  })

  it('what a drain counts', async () => {
    const wrong = (server: Server) => ({
      drain: async (options: object) => {
        const { settled, destroyed } = await server.drain(options)
        return { settled: settled + 1, destroyed }
      },
    })
    const events: ListenerModelEvent[] = [{ type: 'connect' }, { type: 'connect' }, { type: 'drain' }]
    expect(
      await failureOf(wrong, [...events, { type: 'handler.returns' }, { type: 'drain.expired' }]),
    ).toMatchObject({ step: 5, expected: { drained: [{ settled: 1, destroyed: 1 }] } })
    expect(await failureOf(wrong, [...events, { type: 'drain.expired' }])).toMatchObject({
      step: 4,
      expected: { drained: [{ settled: 0, destroyed: 2 }] },
      actual: { drained: [{ settled: 1, destroyed: 2 }] },
    })
  })
})

describe('the handler is called once for each connection:', () => {
  const path = createListenerModel(options).pathOf([{ type: 'connect' }, { type: 'close' }])

  /** A server that calls its handler again when `again` says so. */
  function driverWhere(again: (server: Server, call: () => void) => object) {
    return createDriver(async (where, handler) => {
      let call = () => {}
      const keep: typeof handler = (...args) => {
        call = () => void handler(...args)
        return handler(...args)
      }
      const server = await Server.createSock(where, keep, options)
      return altered(
        server,
        again(server, () => call()),
      )
    })
  }

  it('not again by a close', async () => {
    const run = await driverWhere((server, call) => ({
      close: () => {
        call()
        return server.close()
      },
    })).start()
    const failure = await runPath(path, run, { patience: 50 }).catch((error) => error)
    expect(failure).toMatchObject({ step: 2, expected: { handlerCalls: 1 }, actual: { handlerCalls: 2 } })
    await expect(run.end()).rejects.toThrow('the handler was called after the server was closed')
  })

  it('not when the server has ended either', async () => {
    const run = await driverWhere((server, call) => ({
      closeFinishedAndHandlersDetermined: server.closeFinishedAndHandlersDetermined.then(call),
    })).start()
    await runPath(path, run)
    await expect(run.end()).rejects.toThrow('the handler was called after the server was closed')
  })
})

describe('a server that does not end after a path that passed', () => {
  async function failureWith(end: () => unknown): Promise<Error> {
    const model = createListenerModel(options)
    const path = model.pathOf([{ type: 'connect' }, { type: 'handler.returns' }])
    const tests: (() => Promise<void>)[] = []
    const driver = createDriver((where, handler) => Server.createSock(where, handler, options))
    const start = async () => {
      const run = await driver.start()
      const { end: endOfRun } = run
      run.end = async () => {
        await endOfRun.call(run)
        return end()
      }
      return run
    }
    const paths = () => [path]
    testServer({ paths, kinds: model.kinds }, { start }, { test: (_, run) => tests.push(run), report })
    return (tests[0] as () => Promise<void>)().then(
      () => expect.fail('nothing was wrong'),
      (error) => error,
    )
  }
  const steps = '[{"type":"connect"},{"type":"handler.returns"}]'

  it('fails, and says so', async () => {
    expect((await failureWith(() => new Promise(() => {}))).message.split('\n')).toEqual([
      "connect → handler.returns (2 steps): the path passed; the server's end() did not settle in 3000 milliseconds",
      `  to repeat it: model.pathOf(${steps})`,
    ])
  })

  it('or what went wrong', async () => {
    const cause = new Error('no way out')
    const failure = await failureWith(() => Promise.reject(cause))
    expect(failure.message).toContain(": the path passed; the server's end() failed: no way out\n")
    expect(failure.cause).toBe(cause)
  })
})

it('what is wrong everywhere is told soon: after three failures, patience gets short', async () => {
  const given: number[] = []
  const run = {
    perform: () => {},
    settle: async (patience: number) => {
      given.push(patience)
      if (given.length !== 3) throw new Error('busy')
    },
    observe: () => ({ newClient: 'served' }),
    end: () => {},
  }
  const model = createListenerModel({ ...options, includeFaults: false })
  const [path] = [model.pathOf([{ type: 'connect' }])]
  const tests: (() => Promise<void>)[] = []
  testServer(
    { paths: () => Array.from({ length: 6 }, () => ({ ...path })), kinds: model.kinds },
    { start: async () => run },
    { test: (_, run) => tests.push(run), report },
  )
  for (const run of tests) await run().catch(() => {})
  expect(given).toEqual([2_000, 2_000, 2_000, 2_000, 200, 200])
})

describe('runPath', () => {
  const model = createListenerModel({ ...options, includeFaults: false })
  const path = model.pathOf([{ type: 'connect' }, { type: 'close' }])
  type Run = PathRun<ListenerModelEvent, ListenerExpectations>

  async function errorOf(run: Run): Promise<ModelMismatchError> {
    return runPath(path, run, { patience: 20 }).then(
      () => expect.fail('nothing was wrong'),
      (error) => error,
    )
  }

  it('passes what comes in a later turn, and looks whether it stays so', async () => {
    let state = 'listening'
    await runPath(path, {
      perform: async ({ type }) => {
        if (type === 'close')
          void turn().then(() => {
            state = 'closed'
          })
      },
      observe: () => ({ state }),
    })
    const flickering: Run = {
      perform: ({ type }) => {
        if (type === 'connect')
          void turn()
            .then(turn)
            .then(() => {
              state = 'dropping'
            })
      },
      observe: () => ({ state }),
    }
    state = 'listening'
    expect(await errorOf(flickering)).toMatchObject({
      step: 1,
      expected: { state: 'listening' },
      actual: { state: 'dropping' },
    })
  })

  it('looks only when the run has settled, and settles again where what is expected comes late', async () => {
    const calls: string[] = []
    let state = 'listening'
    let looks = 0
    await runPath(
      path,
      {
        perform: ({ type }) => void calls.push(type),
        observe: () => {
          if (calls.includes('close') && ++looks === 5) state = 'closed'
          return { state }
        },
        settle: async (patience) => {
          await turn()
          calls.push(`settled in ${patience}`)
        },
      },
      { patience: 500 },
    )
    expect(calls).toEqual(['connect', 'settled in 500', 'close', 'settled in 500', 'settled in 500'])
    const restless = {
      perform: () => {},
      observe: () => ({ state }),
      settle: () => Promise.reject(new Error('busy')),
    }
    expect((await errorOf(restless)).message).toContain('could not be done: busy')
  })

  it('says at which step something could not be done, and why', async () => {
    const cause = new Error('no such client')
    const perform = async () => {
      throw cause
    }
    const error = await errorOf({ perform, observe: () => ({}) })
    expect(error).toMatchObject({ code: 'ERR_MODEL_MISMATCH', step: 1, cause })
    expect(error.message).toContain('step 1 of 2, connect in listening, could not be done: no such client')
  })

  it('names the state in which a step is taken, and events that happen together', async () => {
    const event: ListenerModelEvent = {
      type: 'at.once',
      events: [{ type: 'connect' }, { type: 'limit.changed', maxConnections: 1 }],
    }
    const [step] = path.steps
    const steps = step ? [{ ...step, event, state: 'listening' }] : []
    const run: Run = { perform: () => {}, observe: () => ({ state: 'closed' }) }
    const error = await runPath({ ...path, steps }, run, { patience: 20 }).catch((caught) => caught)
    expect(error.message).toContain('step 1 of 1, at.once connect + limit.changed 1 in listening\n')
  })

  it('tries after the last step what only a change tells', async () => {
    const seen: string[] = []
    const run: Run = {
      perform: ({ type }) => void seen.push(type),
      observe: () => ({ clients: seen.length === 1 ? ['served'] : ['ended'] }),
      probe: async () => {
        seen.push('probe')
        return () => ({ newClient: 'waits' })
      },
    }
    const connected = model.pathOf([{ type: 'connect' }])
    const error = await runPath(connected, run, { patience: 20 }).catch((caught) => caught)
    expect(seen).toEqual(['connect', 'probe'])
    expect(error).toMatchObject({
      step: 1,
      expected: { newClient: 'served' },
      actual: { newClient: 'waits' },
    })
    expect(error.message).toContain('step 1 of 1, connect in listening, and then a probe\n')
  })

  it('does not wait for ever', async () => {
    const error = await errorOf({ perform: () => new Promise(() => {}), observe: () => ({}) })
    expect(error.message).toContain('nothing came of it in 20 milliseconds')
  })

  it('refuses to compare nothing, and what is not expected', async () => {
    const wrong = (observed: object) => errorOf({ perform: () => {}, observe: () => observed })
    expect(await wrong({})).toBeInstanceOf(TypeError)
    expect((await wrong({ stat: 'listening' })).message).toContain(
      'observe() must return some of state, numConnections, numWaiting, newClient, connections, clients, handlerCalls, pending, drained, listener, but it returned stat',
    )
    const patience = { patience: '1' } as never
    const run: Run = { perform: () => {}, observe: () => ({}) }
    await expect(runPath(path, run, patience)).rejects.toThrow(/patience must be a number of milliseconds/)
  })

  it('shows the snapshot of the chart only where nothing else differs', async () => {
    const [first] = path.steps
    const { listener } = first?.expected ?? {}
    const run: Run = {
      perform: () => {},
      observe: () => ({ state: 'listening', listener: { ...listener, value: 'elsewhere' } }),
    }
    const seen = await errorOf(run)
    expect(seen).toMatchObject({
      step: 2,
      expected: { state: expect.any(String) },
      actual: { state: 'listening' },
    })
    expect(seen.message).toContain("since step 1, listener.value was 'elsewhere', not 'listening'")
    const only = await runPath(model.pathOf([{ type: 'connect' }]), run, { patience: 20 }).catch((e) => e)
    expect(only).toMatchObject({ step: 1, actual: { listener: { value: 'elsewhere' } } })
    expect(only.actual).not.toHaveProperty('state')
    expect(only.message).toContain("in the chart only: listener.value was 'elsewhere', not 'listening'\n")
  })
})

it('wrong arguments of the kit are refused', () => {
  const model = createListenerModel(options)
  const driver = createDriver((where, handler) => Server.createSock(where, handler, options))
  expect(() => createDriver('server' as never)).toThrow(/start must be a function, but it is 'server'/)
  expect(() => createDriver((where, handler) => Server.createSock(where, handler), {} as never)).toThrow(
    /second argument of createDriver\(\) must be left out, but it is {}/,
  )
  expect(() => testServer(model, driver, {} as never)).toThrow(/test must be a function, but it is undefined/)
  expect(() => testServer(model, driver, { test: it, patience: '1' } as never)).toThrow(
    /patience must be a number of milliseconds/,
  )
  expect(() => testServer(model, driver, { test: it, retries: 1 } as never)).toThrow(/retries is not known/)
  expect(() => testServer(model, {} as never, { test: it })).toThrow(/driver.start must be a function/)
  const cannot = { ...driver, can: () => false }
  expect(() => testServer(model, cannot, { test: it })).toThrow(/can perform no path/)
})

it('a driver tries another port, and says why a server does not start', async () => {
  const ports: number[] = []
  const driver = createDriver((where, handler) => {
    ports.push(where.port)
    if (ports.length === 1) throw Object.assign(new Error('taken'), { code: 'EADDRINUSE' })
    return Server.createSock(where, handler, options)
  })
  const run = await driver.start()
  expect(ports.length).toBeGreaterThan(1)
  await expect(run.perform({ type: 'accept.exhausted' })).rejects.toThrow(
    /cannot bring about accept.exhausted here/,
  )
  await expect(run.perform({ type: 'time.passes' })).rejects.toThrow(/must have the settings of its driver/)
  await run.end()
  const failing = createDriver(async () => {
    throw new Error('no network')
  })
  await expect(failing.start()).rejects.toThrow('no network')
})

it('a process that has stood still is not late', async () => {
  const model = createListenerModel(options)
  const path = model.pathOf([{ type: 'connect' }])
  const state = path.steps[0]?.expected.state
  const standStill = () => {
    for (const start = performance.now(); performance.now() - start < 30; );
  }
  let looks = 0
  const observe = () => {
    if (looks === 0) standStill()
    return { state: looks++ < 3 ? 'closed' : state }
  }
  await runPath(path, { perform: () => {}, observe }, { patience: 10 })
  const perform = async () => {
    await turn()
    standStill()
    for (let turns = 0; turns < 100; turns++) await turn()
  }
  await runPath(path, { perform, observe: () => ({ state }) }, { patience: 10 })
})
