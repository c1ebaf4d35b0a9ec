// What has to hold when everything has come to its end.
import type { Simulation } from '../simulation.ts'
import type { Visit } from '../world/visit.ts'

/**
 * Clients have taken everything, and do not end their sides: that holds no place. A handler that
 * has settled only now leaves its client the time to end.
 */
export function lookAtRest(simulation: Simulation): void {
  const { now, schedule } = simulation
  const { numListening } = simulation.system.loop
  if (numListening > 1) simulation.violate('a calm server polls by one handle', `by ${numListening}`)
  for (const visit of simulation.started) {
    const hadTime = now - visit.endedAt >= 2 * schedule.settings.lingerTimeout
    if (!visit.isRunning && hadTime && !visit.end.isClosed) {
      simulation.violate('who has everything holds no place', `connection ${visit.id} is open`)
    }
  }
}

/** Connections whose clients have everything, and keep others waiting at a full server. */
export function unneeded(simulation: Simulation): Visit[] {
  const { server, kernel, started, pausedBy, maxConnections, schedule } = simulation
  if (!server?.actor.getSnapshot().matches({ 'accept-paused': 'waiting' })) return []
  if (pausedBy || !kernel.listening?.queue.length) return []
  // Where the limit was lowered, one look does not make enough places.
  if (maxConnections < schedule.settings.maxConnections) return []
  return started.filter(
    ({ isRunning, end }) => !isRunning && !end.isClosed && end.isShut && end.outgoing.unacknowledged === 0,
  )
}

/** Who has everything does not keep its place for long where others wait. */
export function lookAtWaiting(simulation: Simulation, before: readonly Visit[]): void {
  const kept = unneeded(simulation).find((visit) => before.includes(visit))
  if (!kept) return
  simulation.violate('who has everything makes room for those who wait', `connection ${kept.id} is open`)
}

/** Each client that has come, and not gone before its turn, was served, or told. */
export function lookAtServed(simulation: Simulation): void {
  const { peers, visits, dropped, lost, refused, server } = simulation
  if (server?.actor.getSnapshot().hasTag('retrying')) {
    simulation.violate('a server recovers', `it is ${JSON.stringify(server.actor.getSnapshot().value)}`)
  }
  for (const { connection, hasLeft } of peers) {
    if (!connection || hasLeft || server?.isClosed) continue
    const { id } = connection
    if (visits.has(id) || dropped.has(id) || lost.has(id) || refused.has(id)) continue
    simulation.violate('every client is served', `connection ${id} is not`)
  }
}

/** Everything that was promised has come, and nothing is left. */
export function lookAtEnd(simulation: Simulation): void {
  const { server, kernel, system, process, started, promises, dropped } = simulation
  for (const name of promises.unsettled) simulation.violate('every promise settles', name)
  for (const visit of started) {
    if (visit.isRunning) {
      simulation.violate(
        'every promise settles',
        `the handler of ${visit.id}, of kind ${visit.kind}, runs on`,
      )
    }
  }
  if (server && server.numConnections > 0) {
    simulation.violate('places are free at the end', `numConnections is ${server.numConnections}`)
  }
  const { drained, liveAtDrain = 0, raised, failed } = simulation
  if (raised > failed) simulation.violate('what is cut off is no failure', `${raised} raised of ${failed}`)
  if (drained && drained.settled + drained.destroyed < liveAtDrain) {
    const { settled, destroyed } = drained
    simulation.violate('a drain counts all', `${settled} and ${destroyed} of ${liveAtDrain}`)
  }
  if (drained && drained.settled + drained.destroyed > kernel.numConnections) {
    const { settled, destroyed } = drained
    simulation.violate('a drain counts each once', `${settled} and ${destroyed} of ${kernel.numConnections}`)
  }
  const leaked = kernel.leaked.filter((fd) => fd !== simulation.stolen?.fd)
  if (leaked.length > 0) simulation.violate('descriptors are closed', leaked.join())
  if (system.time.numTimers > 0) simulation.violate('no timer is left', String(system.time.numTimers))
  if (process.channels > 0) simulation.violate('nothing keeps the process alive', String(process.channels))
  if (simulation.drops !== dropped.size) {
    simulation.violate('each drop is told', `${simulation.drops} of ${dropped.size}`)
  }
  if (simulation.lost.size > 0 && simulation.outages === 0 && !simulation.wasClosedBefore) {
    simulation.violate('what libuv has dropped is told', `${simulation.lost.size} clients`)
  }
}
