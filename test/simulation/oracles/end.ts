// What has to hold when everything has come to its end.
import type { Simulation } from '../simulation.ts'

/** Clients have taken everything, and do not end their sides: that holds no place. */
export function lookAtRest(simulation: Simulation): void {
  for (const visit of simulation.started) {
    if (!visit.isRunning && !visit.end.isClosed) {
      simulation.violate('who has everything holds no place', `connection ${visit.id} is open`)
    }
  }
}

/** Clients wait at a full server: who has everything does not keep its place. */
export function lookAtWaiting(simulation: Simulation): void {
  const { server, kernel, started } = simulation
  if (!server?.actor.getSnapshot().matches({ 'accept-paused': 'waiting' })) return
  if (simulation.pausedBy || !kernel.listening?.queue.length) return
  for (const { id, isRunning, end } of started) {
    if (!isRunning && !end.isClosed && end.isShut && end.outgoing.unacknowledged === 0) {
      simulation.violate('who has everything makes room for those who wait', `connection ${id} is open`)
    }
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
  const { drained, liveAtDrain = 0 } = simulation
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
