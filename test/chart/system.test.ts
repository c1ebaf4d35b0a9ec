import { afterEach, expect, test } from 'vitest'
import type { AnyActorRef, InspectionEvent } from 'xstate'
import { System } from '../../src/chart/system.ts'
import { realClock } from '../../src/common/clock.ts'
import { connectTo, destroyClients } from '../support/client.ts'
import { serve } from '../support/serve.ts'
import { uncaught } from '../support/uncaught.ts'

afterEach(destroyClients)

/** What an inspector is told, as `type id event`. */
function notes() {
  const told: string[] = []
  const next = (event: InspectionEvent) => {
    const { id } = event.actorRef as AnyActorRef
    told.push(`${event.type} ${id}${event.type === '@xstate.event' ? ` ${event.event.type}` : ''}`)
  }
  return { told, next }
}

test('all inspectors are told the same, in the same order, with the id of the root', async () => {
  const roots = new Set<string>()
  const { told, next } = notes()
  const server = await serve(async () => {}, {
    inspect: (event) => {
      roots.add(event.rootId)
      next(event)
    },
  })
  const [one, other] = [notes(), notes()]
  server.actor.system.inspect(one)
  server.actor.system.inspect(other.next)
  const before = told.length
  await connectTo(server).closed
  await server.drain()
  expect(one.told).toEqual(told.slice(before))
  expect(other.told).toEqual(one.told)
  expect(one.told).toContain('@xstate.event connection-1 handler.settled')
  expect([...roots]).toEqual([server.actor.sessionId])
})

test('one that has unsubscribed is told nothing more, and the others are', async () => {
  const server = await serve(async () => {})
  const [stays, goes] = [notes(), notes()]
  server.actor.system.inspect(stays)
  const { unsubscribe } = server.actor.system.inspect(goes)
  server.pause()
  const told = goes.told.length
  unsubscribe()
  server.resume()
  expect(told).toBeGreaterThan(0)
  expect(goes.told.length).toBe(told)
  expect(stays.told.length).toBeGreaterThan(told)
})

test.each(['as an option', 'later'])(
  'one that throws, given %s, harms neither the server nor the others',
  async (when) => {
    const complaint = new Error('the inspector is broken')
    const inspect = ({ type, ...rest }: InspectionEvent) => {
      if (type === '@xstate.event' && (rest as { event?: { type: string } }).event?.type === 'pause')
        throw complaint
    }
    const server = await serve(async () => {}, when === 'later' ? {} : { inspect })
    if (when === 'later') server.actor.system.inspect(inspect)
    const { told, next } = notes()
    server.actor.system.inspect({ next })
    const thrown = uncaught()
    server.pause()
    expect(await thrown).toBe(complaint)
    expect(server.state).toBe('accept-paused')
    expect(told).toContain('@xstate.event listener pause')
    await server.resume()
    await connectTo(server).closed
    await server.drain()
    expect(told).toContain('@xstate.event connection-1 socket.closed')
  },
)

test('nothing is made for inspectors while there is none', () => {
  const system = new System(realClock)
  expect(system.isInspected).toBe(false)
  const [one, other] = [system.inspect(() => {}), system.inspect({})]
  one.unsubscribe()
  one.unsubscribe()
  expect(system.isInspected).toBe(true)
  other.unsubscribe()
  expect(system.isInspected).toBe(false)
})
