// Values that throw when they are looked at.
import { expect } from 'vitest'

export const hostility = new Error('from a value that was looked at')

const throws = (): never => {
  throw hostility
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

/**
 * Results of handlers and of error policies: each is a failure as soon as anybody looks.
 * `TypeError` where the language throws.
 */
export const hostileResults: Record<string, { make: () => unknown; error: unknown }> = {
  'a Proxy whose has throws': { make: () => new Proxy({}, { has: throws, get: throws }), error: hostility },
  'a Proxy whose get throws': {
    make: () => new Proxy(() => {}, { has: () => true, get: throws }),
    error: hostility,
  },
  'a Proxy of a promise': {
    make: () => new Proxy(Promise.resolve(), { get: throws, getPrototypeOf: throws }),
    error: hostility,
  },
  'a revoked Proxy': { make: () => revoked({}), error: expect.any(TypeError) },
  'a revoked Proxy of a function': { make: () => revoked(() => {}), error: expect.any(TypeError) },
  'a thenable whose then cannot be got': {
    make: () => Object.defineProperty({}, 'then', { get: throws }),
    error: hostility,
  },
  'a thenable whose then throws': {
    make: () => Object.defineProperty({}, 'then', { value: throws }),
    error: hostility,
  },
  'a promise whose constructor cannot be got': {
    make: () => Object.defineProperty(Promise.resolve(), 'constructor', { get: throws }),
    error: hostility,
  },
}

/** What can be thrown and must not be looked at without care. */
export const hostileValues: Record<string, unknown> = {
  'a revoked Proxy': revoked({}),
  'a revoked Proxy of an Error': revoked(new Error('hidden')),
  'a revoked Proxy of a function': revoked(() => {}),
  'a Proxy whose traps throw': new Proxy(
    {},
    { get: throws, getPrototypeOf: throws, ownKeys: throws, has: throws },
  ),
  'a Proxy of a function whose traps throw': new Proxy(() => {}, { get: throws, getPrototypeOf: throws }),
  'an object that is no text': { toString: throws, toJSON: throws, [Symbol.toPrimitive]: throws },
  'an object whose tag cannot be got': Object.defineProperties(
    {},
    { toJSON: { get: throws }, [Symbol.toStringTag]: { get: throws } },
  ),
  'a function whose name throws': Object.defineProperty(() => {}, 'name', { get: throws }),
  'a function whose name is no text': Object.defineProperty(() => {}, 'name', {
    value: { toString: throws },
  }),
  'an object without a prototype': Object.create(null),
  'an object with a getter that throws': Object.defineProperty({}, 'x', { get: throws, enumerable: true }),
}
