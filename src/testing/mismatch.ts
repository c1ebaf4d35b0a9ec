// Where what is seen is not what is expected.
import { inspect, isDeepStrictEqual } from 'node:util'

/** What only the charts know; all the rest, clients and users see. */
const INNER = ['listener', 'value']

/** A server does not do what its model does. */
export class ModelMismatchError extends Error {
  override readonly name = 'ModelMismatchError'
  readonly code = 'ERR_MODEL_MISMATCH'
  /** Of the step, counted from 1. */
  readonly step: number
  /** What was expected after it, and what was seen; as far as they differ. */
  readonly expected: unknown
  readonly actual: unknown

  constructor(message: string, step: number, expected: unknown, actual: unknown, options?: ErrorOptions) {
    super(message, options)
    this.step = step
    this.expected = expected
    this.actual = actual
  }
}

/** The names that differ, with the values of both. */
export interface Sides {
  expected: object
  actual: object
}

/** `observe` is wrong, and not the server. */
export class WrongNameError extends TypeError {}

export function compare(expected: object, actual: object, isInnerKnown: boolean): Sides | undefined {
  const names = Object.keys(actual)
  const wrong = names.find((name) => !Object.hasOwn(expected, name))
  if (wrong !== undefined || names.length === 0) {
    throw new WrongNameError(
      `observe() must return some of ${Object.keys(expected).join(', ')}, but it returned ${wrong ?? 'none'}`,
    )
  }
  const all = pick(expected, names)
  const differing = names.filter((name) => !isDeepStrictEqual(all[name], pick(actual, names)[name]))
  const seen = differing.filter((name) => !INNER.includes(name))
  const told = seen.length > 0 || isInnerKnown ? seen : differing
  return told.length === 0 ? undefined : { expected: pick(expected, told), actual: pick(actual, told) }
}

/** Often an option that the server has and the model has not. */
export function firstDifference({ expected, actual }: { expected: unknown; actual: unknown }): string {
  const names: string[] = []
  let sides = [expected, actual]
  for (;;) {
    const [one, other] = sides.map((side) => (isRecord(side) ? side : undefined))
    const name = Object.keys(one ?? {}).find((key) => !isDeepStrictEqual(one?.[key], other?.[key]))
    if (name === undefined || !one || !other) break
    names.push(name)
    sides = [one[name], other[name]]
  }
  return `${names.join('.')} was ${show(sides[1])}, not ${show(sides[0])}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

export function isInner({ expected }: Sides): boolean {
  return Object.keys(expected).every((name) => INNER.includes(name))
}

function pick(from: object, names: readonly string[]): Record<string, unknown> {
  const values = from as Record<string, unknown>
  return Object.fromEntries(names.map((name) => [name, values[name]]))
}

export function showSides(sides: Sides): string[] {
  if (isInner(sides)) return [`  to be seen in the chart only: ${firstDifference(sides)}`]
  return [`  expected  ${show(sides.expected)}`, `  seen      ${show(sides.actual)}`]
}

function show(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: Infinity })
}
