import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** The next uncaught exception, which is then no longer one. */
export async function uncaught(): Promise<unknown> {
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  const [error] = await once(process, 'uncaughtException')
  for (const listener of others) process.on('uncaughtException', listener)
  return error
}

/** All uncaught exceptions until the end of the test, none of which is one any longer. */
export function allUncaught(): unknown[] {
  const errors: unknown[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => errors.push(error))
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException')
    for (const listener of others) process.on('uncaughtException', listener)
  })
  return errors
}
