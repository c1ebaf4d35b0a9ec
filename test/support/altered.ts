import type { Server } from '../../src/index.ts'

/** A server whose methods are others. */
export function altered(server: Server, changes: object): Server {
  return new Proxy(server, {
    get: (_, name) => {
      const value = Reflect.get(Object.hasOwn(changes, name) ? changes : server, name)
      return typeof value === 'function' ? value.bind(server) : value
    },
    set: (_, name, value) => Reflect.set(server, name, value),
  })
}
