import { expect } from 'vitest'
import type { Server } from '../../src/index.ts'

/** How many connections the listener's chart counts; the supervisor must have as many. */
export function countOf(server: Server): number {
  const { numConnections } = server
  expect([...server.connections].length).toBe(numConnections)
  return numConnections
}
