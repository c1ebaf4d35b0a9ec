// Tries the model of a listener on a server that runs, and stops where that makes no sense.
import { Coverage } from '../coverage.ts'
import type { ListenerModelEvent } from '../listener-events.ts'
import type { ListenerExpectations } from '../listener-expectations.ts'
import { createListenerModel, type ListenerModel } from '../listener-model.ts'
import type { ModelPath } from '../model.ts'
import { runPath } from '../run-path.ts'
import { canClients } from './bare-driver.ts'
import { BareRun } from './bare-run.ts'
import type { CheckOptions } from './cli-options.ts'
import { randomOf, randomPath } from './random-path.ts'

export type CheckPath = ModelPath<ListenerModelEvent, ListenerExpectations>

export interface CheckFailure {
  readonly path: CheckPath
  readonly error: Error
}

export interface CheckResult {
  readonly failures: readonly CheckFailure[]
  /** Why the rest of the paths was not run. */
  readonly stopped: string | undefined
  /** Number of steps that were taken by paths that passed. */
  readonly steps: number
  readonly coverage: Coverage<ListenerModelEvent>
}

/** More say little, and each takes its time. */
const MAX_FAILURES = 3

/** `onFailure` hears of each failure at once. */
export async function check(
  options: CheckOptions,
  onFailure: (failure: CheckFailure) => void,
): Promise<CheckResult> {
  const { maxConnections, maxWaiting, overLimit } = options
  const model = createListenerModel({
    maxConnections,
    maxWaiting,
    overLimit,
    seenFrom: 'outside',
    factory: 'create',
  })
  const covering = model.paths({ events: canClients })
  const possible = new Set(covering.flatMap(({ steps }) => steps.map(({ kind }) => kind)))
  const kinds = model.kinds().filter(({ key }) => possible.has(key))
  const paths = pathsOf(model, covering, options)
  const full = model.pathOf(Array.from({ length: maxConnections }, () => ({ type: 'connect' })))

  const passed: CheckPath[] = []
  const failures: CheckFailure[] = []
  let stopped: string | undefined
  for (const path of paths) {
    const error = await tryPath(path, options)
    if (!error) {
      passed.push(path)
      continue
    }
    failures.push({ path, error })
    onFailure({ path, error })
    if (failures.length === MAX_FAILURES) stopped = `${MAX_FAILURES} have failed`
    else if (await tryPath(full, options)) stopped = 'the server is no longer what it was at the start'
    if (stopped) break
  }
  const steps = passed.reduce((sum, path) => sum + path.steps.length, 0)
  return { failures, stopped, steps, coverage: new Coverage(kinds, paths, passed) }
}

function pathsOf(model: ListenerModel, covering: readonly CheckPath[], options: CheckOptions): CheckPath[] {
  if (options.path) return [model.pathOf(options.path)]
  const paths = covering.slice(0, options.paths)
  const random = randomOf(options.seed)
  while (paths.length < options.paths) {
    paths.push(model.pathOf(randomPath(model, random, options.maxConnections)))
  }
  return paths
}

async function tryPath(path: CheckPath, options: CheckOptions): Promise<Error | undefined> {
  const { server, settings, patience } = options
  let failure: Error | undefined
  const fail = (error: Error) => {
    failure ??= error
  }
  const run = await BareRun.at(server, settings).catch(fail)
  if (run) await runPath(path, run, { patience }).catch(fail)
  const failAtEnd = ({ message }: Error) => fail(new Error(`${path.title}: after its last step, ${message}`))
  await run?.end().catch(failAtEnd)
  return failure
}
