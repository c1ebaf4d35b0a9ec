import { once } from 'node:events'

/** The next uncaught exception, which is then no longer one. */
export async function uncaught(): Promise<unknown> {
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  const [error] = await once(process, 'uncaughtException')
  for (const listener of others) process.on('uncaughtException', listener)
  return error
}
