// What the kit says of how much of a model was taken.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect, promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createActor } from 'xstate'
import {
  type Coverage,
  coverageOf,
  createListenerModel,
  type Driver,
  type ListenerExpectations,
  type ListenerModelEvent,
  type TestServerOptions,
  testServer,
} from '../../src/testing/index.ts'
import { temporaryFolder } from '../support/folder.ts'
import { compiled } from '../support/package.ts'

type ListenerDriver = Driver<ListenerModelEvent, ListenerExpectations>

const model = createListenerModel({ maxConnections: 1, includeFaults: false })
const print = vi.spyOn(console, 'info').mockImplementation(() => {})
afterEach(() => print.mockClear())

/** A server that is the model itself, but for what `isWrong` of what has happened. */
function modelled(isWrong = (_event: ListenerModelEvent, _state: string) => false): ListenerDriver {
  return {
    start: async () => {
      const actor = createActor(model.logic).start()
      let state = 'listening'
      return {
        perform: (event) => {
          const before = state
          actor.send(event)
          state = isWrong(event, before) ? 'broken' : model.expectations(actor.getSnapshot()).state
        },
        observe: () => ({ state }),
        end: () => void actor.stop(),
      }
    },
  }
}

/** The tests that `testServer` makes, by title. */
function testsOf(driver: ListenerDriver, options: Partial<TestServerOptions<ListenerModelEvent>> = {}) {
  const tests = new Map<string, () => Promise<void>>()
  testServer(model, driver, { patience: 0, ...options, test: (title, run) => tests.set(title, run) })
  return tests
}

/** Runs them one after the other; what failed, by title. */
async function failuresOf(tests: Map<string, () => Promise<void>>): Promise<Map<string, Error>> {
  const failures = new Map<string, Error>()
  for (const [title, run] of tests) await run().catch((error) => failures.set(title, error))
  return failures
}

describe('the report', () => {
  it('is not printed where nothing is missing', async () => {
    const reports: Coverage<ListenerModelEvent>[] = []
    await failuresOf(testsOf(modelled()))
    await failuresOf(testsOf(modelled(), { report: (coverage) => reports.push(coverage) }))
    expect(print).not.toHaveBeenCalled()
    expect(reports.length).toBe(1)
    expect(reports[0]?.percentage).toBe(100)
    expect(reports[0]?.kinds.taken).toEqual(model.kinds())
  })

  it('says what the driver cannot do, and which states are not entered for that', async () => {
    const can = ({ type }: ListenerModelEvent) => !type.startsWith('drop.') && type !== 'drain'
    await failuresOf(testsOf({ ...modelled(), can }))
    expect(print).toHaveBeenCalledOnce()
    const [text] = print.mock.lastCall as [string]
    const all = model.kinds().length
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^(\d+) of \1 paths passed$/),
      '  states       4 of 6, not dropping.open, closed.abandoned',
      expect.stringMatching(new RegExp(`^ {2}transitions {2}\\d+ of ${all}, \\d\\d %$`)),
      expect.stringMatching(/^ {2}in no path {3}\d+, none has drain, drop\.start, drop\.stop$/),
    ])
  })

  it('names the transitions that no path takes that passed', async () => {
    const isWrong = ({ type }: ListenerModelEvent, state: string) => type === 'drain' && state === 'dropping'
    const failures = await failuresOf(testsOf(modelled(isWrong)))
    expect(failures.size).toBeGreaterThan(2)
    const [text] = print.mock.lastCall as [string]
    expect(text).toMatch(/\n {2}not passed {3}\d+:\n/)
    expect(text).toContain('\n    drain in dropping.open → closed.drained\n')
    expect(text).toMatch(/\n {4}and \d+ more$/)
    expect(text).not.toContain('in no path')
  })

  it('is the last result of each path that is run again', async () => {
    let isBroken = true
    const tests = testsOf(modelled(() => isBroken))
    expect((await failuresOf(tests)).size).toBe(tests.size)
    expect(print).toHaveBeenCalledOnce()
    isBroken = false
    expect((await failuresOf(tests)).size).toBe(0)
    expect(print.mock.lastCall?.[0]).toMatch(new RegExp(`^${tests.size - 1} of ${tests.size} paths passed`))
  })

  it('is not given where paths are left out', async () => {
    const tests = testsOf(modelled(() => true))
    const [first] = tests.values()
    await first?.().catch(() => {})
    expect(print).not.toHaveBeenCalled()
  })
})

describe('the threshold', () => {
  const title = (threshold: number) => `${threshold} % of the transitions of the model are taken`

  it('is a test that passes where enough is taken', async () => {
    const tests = testsOf(modelled(), { threshold: 100 })
    expect([...tests.keys()].at(-1)).toBe(title(100))
    expect([...(await failuresOf(tests)).keys()]).toEqual([])
  })

  it('fails where less is taken by paths that pass, and says what is missing', async () => {
    const failures = await failuresOf(
      testsOf(
        modelled(({ type }) => type === 'drop.stop'),
        { threshold: 92.5 },
      ),
    )
    const { message = '' } = failures.get(title(92.5)) ?? {}
    expect(message).toContain('fewer than 92.5 % of the transitions are taken\n')
    expect(message).toMatch(/\n {2}not passed {3}\d+:\n/)
  })

  it('waits for paths that run beside it', async () => {
    const tests = testsOf(modelled(), { threshold: 100 })
    await Promise.all([...tests.values()].map((run) => run()))
  })

  it('fails where paths were not run before it', async () => {
    const tests = testsOf(modelled(), { threshold: 1 })
    const all = tests.size - 1
    const run = tests.get(title(1))
    await expect(run?.()).rejects.toThrow(`${all} of ${all} paths were not run before this test`)
  })

  it.each([0.9, 0, 101, '90', Number.NaN])('must be a percentage, and not %j', (threshold) => {
    expect(() => testsOf(modelled(), { threshold: threshold as number })).toThrow(
      /threshold must be a percentage from 1 to 100, but it is/,
    )
  })

  it('and the report must be what they are', () => {
    expect(() => testsOf(modelled(), { report: 'always' as never })).toThrow(/report must be a function/)
  })
})

it('what paths take of a model can be asked without a server', () => {
  const can = ({ type }: ListenerModelEvent) => type === 'connect' || type === 'handler.returns'
  const coverage = coverageOf(model, model.paths({ events: can }))
  expect(coverage.states.taken).toEqual(['listening', 'accept-paused.waiting'])
  expect(coverage.percentage).toBeGreaterThan(0)
  expect(coverage.percentage).toBeLessThan(10)
  expect(inspect(coverage)).toBe(String(coverage))
  expect(coverageOf(model, model.paths()).kinds.untaken).toEqual([])
})

it('node:test runs the paths and the threshold', async () => {
  const file = join(temporaryFolder(), 'server.test.mjs')
  writeFileSync(
    file,
    `import { test } from 'node:test'
    import { Server } from ${JSON.stringify(compiled('src/index.js'))}
    import { createDriver, createListenerModel, testServer } from ${JSON.stringify(compiled('src/testing/index.js'))}
    const options = { maxConnections: 1, onHandlerError: 'ignore' }
    const driver = createDriver((where, handler) => Server.createSock(where, handler, options))
    const can = ({ type }) => type === 'connect' || type === 'pause' || type === 'resume'
    const model = createListenerModel({ ...options, includeFaults: false })
    testServer(model, { ...driver, can }, { test, threshold: 99 })`,
  )
  const run = promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', file])
  const { stdout } = await run.catch((error: { stdout: string }) => error)
  expect(stdout).toMatch(/^\s*ok \d+ - \\+#1 /m)
  expect(stdout).toMatch(/^\s*not ok \d+ - 99 % of the transitions of the model are taken/m)
  expect(stdout).toMatch(/^# fail 1$/m)
  expect(stdout).toMatch(/transitions {2}\d+ of \d+, \d+ %/)
})
