// What every rejection of a wrong value has in common.
import { expect } from 'vitest'
import { describeValue } from '../../src/common/errors.ts'
import { type CreateOptions, Server, type ServerOptions, type WhereToListen } from '../../src/index.ts'
import { openDescriptors } from './descriptors.ts'

function thrownBy(check: () => unknown): unknown {
  try {
    check()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** Expects a `TypeError` with its code that names `name` and `value`. */
export function expectInvalid(check: () => unknown, name: string, value: unknown): void {
  const error = thrownBy(check) as TypeError
  expect(error).toBeInstanceOf(TypeError)
  expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' })
  expectNamed(error, name, value)
}

/** Expects a `RangeError` with its code that names `name` and `value`. */
export function expectOutOfRange(check: () => unknown, name: string, value: unknown): void {
  const error = thrownBy(check) as RangeError
  expect(error).toBeInstanceOf(RangeError)
  expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
  expectNamed(error, name, value)
}

function expectNamed(error: Error, name: string, value: unknown): void {
  expect(error.message.startsWith(`${name} `)).toBe(true)
  expect(error.message).toContain(describeValue(value))
}

/**
 * Expects that a server is rejected with a `TypeError` or `RangeError` that names `name` and
 * `value`, and that nothing is opened.
 */
export async function expectRejected(
  where: unknown,
  options: unknown,
  name: string,
  value: unknown,
  factory: 'createSock' | 'create' = 'createSock',
): Promise<void> {
  const before = openDescriptors()
  const creating = Server[factory](
    where as WhereToListen,
    async () => {},
    options as ServerOptions & CreateOptions,
  )
  // What is opened by a call is opened in its first turn, or in one of the next when the promise
  // has settled.
  expect(openDescriptors()).toEqual(before)
  const error = (await creating.then(
    (server) => server.close().then(() => undefined),
    (thrown: unknown) => thrown,
  )) as Error
  expect(openDescriptors()).toEqual(before)
  if (error instanceof RangeError) expectOutOfRange(() => rethrow(error), name, value)
  else expectInvalid(() => rethrow(error), name, value)
}

function rethrow(error: unknown): never {
  throw error
}
