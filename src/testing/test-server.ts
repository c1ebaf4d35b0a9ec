// One test for each path of a model, for whatever runs tests.
import { requireFunction, requireObject, requireOptions } from '../common/validate.ts'
import type { Model, PathsOptions } from './model.ts'
import { type PathRun, type RunPathOptions, runPath, within } from './run-path.ts'

/** What starts a server, one for each path. */
export interface Driver<Event, Expectations> {
  /** Which events a run can perform; all unless given. See `PathsOptions.events`. */
  can?: NonNullable<PathsOptions<Event, Expectations>['events']>
  start(): Promise<DriverRun<Event, Expectations>>
}

/** A started server. */
export interface DriverRun<Event, Expectations> extends PathRun<Event, Expectations> {
  /** Leaves nothing open. Called once, whether the path was passed or not. */
  end(): unknown
}

export interface TestServerOptions extends RunPathOptions {
  /** `test` of vitest, `node:test` or jest. It is called with a title and an async function. */
  test: (title: string, run: () => Promise<void>) => unknown
}

/** Milliseconds that the end of a run may take. */
const PATIENCE_AT_END = 3_000

/**
 * Makes one test for each path of the model that the driver can perform; see `runPath` for what
 * each does and how it fails. Throws a `TypeError` for a wrong argument, and where no path can be
 * performed.
 *
 * @example
 * ```ts
 * const options = { maxConnections: 2 }
 * const driver = createDriver((where, handler) => Server.createSock(where, handler, options))
 * testServer(createListenerModel(options), driver, { test })
 * ```
 */
export function testServer<Event extends { type: string }, Expectations extends object>(
  model: Pick<Model<never, Event, Expectations>, 'paths'>,
  driver: Driver<Event, Expectations>,
  options: TestServerOptions,
): void {
  const { test, ...rest } = requireOptions('testServer', options, ['test', 'patience'])
  requireFunction('test', test)
  requireObject('driver', driver, 'a driver, as createDriver() makes them')
  requireFunction('driver.start', driver.start)
  const paths = model.paths(
    driver.can ? { events: (event, expected) => driver.can?.(event, expected) === true } : {},
  )
  if (paths.length === 0) throw new TypeError('The driver can perform no path of the model')
  for (const path of paths) {
    test(path.title, async () => {
      const run = await driver.start()
      try {
        await runPath(path, run, rest)
      } catch (error) {
        // What was found out matters more than that the server does not end either.
        await within(PATIENCE_AT_END, run.end()).catch(() => {})
        throw error
      }
      await within(PATIENCE_AT_END, run.end())
    })
  }
}
