// Runs a path of a model against a server, and says at which step the two disagree.
import { inspect } from 'node:util'
import { clearTimeout, monotonicNow, setImmediate, setTimeout, type Timer } from '../common/timers.ts'
import { requireDuration, requireOptions } from '../common/validate.ts'
import {
  compare,
  firstDifference,
  isInner,
  ModelMismatchError,
  type Sides,
  showSides,
  WrongNameError,
} from './mismatch.ts'
import { describeEvent, type ModelPath } from './model.ts'

/** What comes after an agreement comes in so many turns of the event loop, if it comes at all. */
const TURNS_OF_PEACE = 3
/** Vitest and jest give up after five seconds; the server has yet to be ended then. */
export const DEFAULT_PATIENCE = 2_000
/** Of the patience, for a difference that nobody sees: the path goes on after it. */
const SHARE_OF_INNER = 0.1
/** A process that has stood still meanwhile, on a busy machine, still gets so many turns. */
const MIN_TURNS = 300
/** What is seen, by the names of the expectations. */
export type Observed<Expectations> = { readonly [Name in keyof Expectations]?: unknown }

/** A server while a path is run against it. */
export interface PathRun<Event, Expectations> {
  /** Does what the event says. What that leads to need not be awaited. */
  perform(event: Event): unknown
  /** What is to be seen now, by the names of the expectations. Names left out are not compared. */
  observe(): Observed<Expectations>
  /**
   * Finds out what only a change of the server tells: by one more client, for instance. Called
   * after the last step of a path; what it resolves with observes that.
   */
  probe?(): Promise<() => Observed<Expectations>>
  /**
   * Resolves when the server has nothing more to do, and rejects where it still has after so many
   * milliseconds. Called before what is seen counts; not needed for a server in the same process.
   */
  settle?(patience: number): unknown
}

export interface RunPathOptions {
  /**
   * Milliseconds after which something that is expected counts as missing; a tenth of them where
   * only the snapshot of a chart differs. What is right takes none of them. With more than the
   * default, give your tests a longer timeout than the five seconds of vitest and jest.
   * @default 2_000
   */
  patience?: number
}

/**
 * Performs each step of a path, and compares what is seen after it with what is expected. A step is
 * over when the two agree, and still do so after three more turns of the event loop: nothing of it
 * comes in the middle of the next, where server and clients are in the process of the test; for
 * another one, see `settle` of a run.
 *
 * Rejects with a `ModelMismatchError` that says at which step, what was expected and what was seen,
 * and the path as code; also where `perform` or `observe` fails (`cause`), or takes too long. Where
 * only the snapshot of a chart differs, the path goes on to find what can be seen of that. Rejects
 * with a `TypeError` where `observe` returns a name that is not among the expectations.
 *
 * @example
 * ```ts
 * const model = createListenerModel({ includeFaults: false })
 * const driver = createDriver((where, handler) => Server.createSock(where, handler))
 * const run = await driver.start()
 * await runPath(model.pathOf([{ type: 'connect' }, { type: 'handler.returns' }]), run)
 * await run.end()
 * ```
 */
export async function runPath<Event extends { type: string }, Expectations extends object>(
  path: ModelPath<Event, Expectations>,
  run: PathRun<Event, Expectations>,
  options: RunPathOptions = {},
): Promise<void> {
  const { patience = DEFAULT_PATIENCE } = requireOptions('runPath', options, ['patience'])
  requireDuration('patience', patience)
  let inner: ModelMismatchError | undefined
  for (const [index, { event, state, expected }] of path.steps.entries()) {
    const fail = (problem: string, sides: Sides | undefined, rest?: ErrorOptions) => {
      const done = path.steps.slice(0, index + 1).map((step) => step.event)
      const lines = [
        `${path.title}: step ${index + 1} of ${path.steps.length}, ${describeEvent(event)} in ${state}${problem}`,
        ...(sides ? showSides(sides) : []),
        `  to repeat it: model.pathOf(${JSON.stringify(done)})`,
        ...(inner ? [`  since step ${inner.step}, ${firstDifference(inner)}`] : []),
      ]
      return new ModelMismatchError(lines.join('\n'), index + 1, sides?.expected, sides?.actual, rest)
    }
    const attempt = async (act: () => Promise<Sides | undefined>) => {
      try {
        return await act()
      } catch (error) {
        if (error instanceof WrongNameError) throw error
        throw fail(`, could not be done: ${messageOf(error)}`, undefined, { cause: error })
      }
    }
    const sides = await attempt(async () => {
      await within(patience, run.perform(event))
      await run.settle?.(patience)
      return disagreement(run, expected, patience, inner !== undefined)
    })
    if (sides && !isInner(sides)) throw fail('', sides)
    if (sides) inner = fail('', sides)
    const { probe } = run
    if (!probe || index < path.steps.length - 1) continue
    const found = await attempt(async () => {
      const observe = await within(patience, probe.call(run))
      return disagreement({ observe }, expected, patience, inner !== undefined)
    })
    if (found) throw fail(', and then a probe', found)
  }
  if (inner) throw inner
}

/**
 * Turns the event loop until all agrees and stays so, or for too long. What agrees late may still
 * be going on.
 */
async function disagreement<Expectations extends object>(
  run: Pick<PathRun<never, Expectations>, 'observe' | 'settle'>,
  expected: Expectations,
  patience: number,
  isInnerKnown: boolean,
): Promise<Sides | undefined> {
  const start = monotonicNow()
  let isLate = false
  for (let turns = 0, looks = 0; ; looks++) {
    const sides = compare(expected, run.observe(), isInnerKnown)
    if (!sides && isLate) {
      isLate = false
      await run.settle?.(patience)
      continue
    }
    if (!sides && turns++ === TURNS_OF_PEACE) return undefined
    if (sides) {
      turns = 0
      isLate = true
    }
    const limit = sides && isInner(sides) ? patience * SHARE_OF_INNER : patience
    if (sides && looks >= MIN_TURNS && monotonicNow() - start > limit) return sides
    await nextTurn()
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** What should have settled did not. */
export class LateError extends Error {}

/** What the promise does, unless it does nothing for so many milliseconds. */
export async function within<Result>(patience: number, promise: Result | Promise<Result>): Promise<Result> {
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    const fail = async () => {
      for (let turn = 0; turn < MIN_TURNS; turn++) await nextTurn()
      reject(new LateError(`nothing came of it in ${patience} milliseconds`))
    }
    timer = setTimeout(() => void fail(), patience)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : inspect(error)
}
