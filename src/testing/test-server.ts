// One test for each path of a model, for whatever runs tests, and what they have covered together.
import {
  invalid,
  requireDuration,
  requireFunction,
  requireObject,
  requireOptions,
} from '../common/validate.ts'
import { Coverage } from './coverage.ts'
import type { Model, ModelPath, PathsOptions } from './model.ts'
import { PathResults } from './path-results.ts'
import {
  DEFAULT_PATIENCE,
  LateError,
  messageOf,
  type PathRun,
  type RunPathOptions,
  runPath,
  within,
} from './run-path.ts'

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

export interface TestServerOptions<Event extends { type: string } = { type: string }> extends RunPathOptions {
  /** `test` of vitest, `node:test` or jest. It is called with a title and an async function. */
  test: (title: string, run: () => Promise<void>) => unknown
  /**
   * Gets the coverage when the last path has been run, which is in the last of the tests; where
   * some are left out, never.
   * @default prints it with `console.info` if a state or transition of the model is missing
   */
  report?: (coverage: Coverage<Event>) => void
  /**
   * A percentage, from 1 to 100, as those of code coverage: makes one more test, which fails where
   * fewer of the model's transitions were taken by paths that passed. It is the last one, and needs
   * all the others to be run before it.
   * @default no such test
   */
  threshold?: number
}

/** Milliseconds that the end of a run may take. */
const PATIENCE_AT_END = 3_000
/** The same, where there is a failure to be told before the test runner gives up. */
const PATIENCE_AFTER_FAILURE = 2_000
/** More failures tell little, and a server that is wrong everywhere fails each path. */
const MAX_PATIENT_FAILURES = 3
/** Of the patience, for the paths after these. */
const SHARE_AFTER_FAILURES = 0.1

/**
 * Makes one test for each path of the model that the driver can perform; see `runPath` for what
 * each does and how it fails. When three paths have failed, the later ones have a tenth of the
 * patience, so that a server that is wrong everywhere is told soon. Throws a `TypeError` for a
 * wrong argument, and where no path can be performed.
 *
 * @example
 * ```ts
 * const options = { maxConnections: 2 }
 * const driver = createDriver((where, handler) => Server.createSock(where, handler, options))
 * testServer(createListenerModel(options), driver, { test })
 * ```
 */
export function testServer<Event extends { type: string }, Expectations extends object>(
  model: Pick<Model<never, Event, Expectations>, 'paths' | 'kinds' | 'unreached'>,
  driver: Driver<Event, Expectations>,
  options: TestServerOptions<Event>,
): void {
  const names = ['test', 'patience', 'report', 'threshold'] as const
  const {
    test,
    report = printWhatIsMissing,
    threshold,
    patience = DEFAULT_PATIENCE,
  } = requireOptions('testServer', options, names)
  requireFunction('test', test)
  requireFunction('report', report)
  requireDuration('patience', patience)
  if (threshold !== undefined) requirePercentage('threshold', threshold)
  requireObject('driver', driver, 'a driver, as createDriver() makes them')
  requireFunction('driver.start', driver.start)
  const paths = model.paths(
    driver.can ? { events: (event, expected) => driver.can?.(event, expected) === true } : {},
  )
  if (paths.length === 0) throw new TypeError('The driver can perform no path of the model')
  const coverageOfPassed = () => new Coverage(model.kinds(), paths, results.passed, model.unreached?.())
  const results = new PathResults(paths, () => report(coverageOfPassed()))
  for (const path of paths) {
    test(path.title, () =>
      results.of(path, () => {
        const share = results.numFailed < MAX_PATIENT_FAILURES ? 1 : SHARE_AFTER_FAILURES
        return runOnce(path, driver, patience, share)
      }),
    )
  }
  if (threshold === undefined) return
  test(`${threshold} % of the transitions of the model are taken`, async () => {
    await results.whenNoneRuns()
    const { untried } = results
    if (untried > 0) throw new Error(`${untried} of ${paths.length} paths were not run before this test`)
    const coverage = coverageOfPassed()
    if (coverage.percentage < threshold) {
      throw new Error(`fewer than ${threshold} % of the transitions are taken\n${coverage}`)
    }
  })
}

async function runOnce<Event extends { type: string }, Expectations extends object>(
  path: ModelPath<Event, Expectations>,
  driver: Driver<Event, Expectations>,
  patience: number,
  share: number,
): Promise<void> {
  const run = await driver.start()
  try {
    await runPath(path, run, { patience: patience * share })
  } catch (error) {
    // What was found out matters more than that the server does not end either.
    await within(PATIENCE_AFTER_FAILURE * share, run.end()).catch(() => {})
    throw error
  }
  const patienceAtEnd = PATIENCE_AT_END * share
  try {
    await within(patienceAtEnd, run.end())
  } catch (error) {
    const problem =
      error instanceof LateError
        ? `the server's end() did not settle in ${patienceAtEnd} milliseconds`
        : `the server's end() failed: ${messageOf(error)}`
    const events = JSON.stringify(path.steps.map(({ event }) => event))
    throw new Error(`${path.title}: the path passed; ${problem}\n  to repeat it: model.pathOf(${events})`, {
      cause: error,
    })
  }
}

function requirePercentage(name: string, value: unknown): void {
  // A share, 0.9 for instance, would be a threshold that everything passes.
  const isOne = typeof value === 'number' && value >= 1 && value <= 100
  if (!isOne) invalid(name, 'a percentage from 1 to 100', value)
}

function printWhatIsMissing(coverage: Coverage<{ type: string }>): void {
  const { kinds, unreached } = coverage
  // biome-ignore lint/suspicious/noConsole: a report of tests, for who runs them
  if (kinds.untaken.length > 0 || unreached.length > 0) console.info(String(coverage))
}
