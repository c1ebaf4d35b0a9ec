// What has to hold when nothing is left to be done before time passes.
import type { Simulation } from '../simulation.ts'

/** By then an error that lasts was noticed, and told. */
const TIME_TO_TELL = 2_100

export function lookAsleep(simulation: Simulation): void {
  const { server, kernel, violation } = simulation
  if (!server || violation) return
  lookAtPause(simulation)
  const isFailing = kernel.acceptErrors.length > 0 && simulation.failingFor > TIME_TO_TELL
  if (
    isFailing &&
    server.state === 'listening' &&
    kernel.listening?.queue.length &&
    simulation.outages === 0
  ) {
    simulation.violate('an error of accept(2) that lasts is told', `after ${simulation.failingFor} ms`)
  }
}

/** Clients wait, or are refused, as the last pause has asked. */
function lookAtPause(simulation: Simulation): void {
  const { server, kernel, pausedBy } = simulation
  if (server?.state !== 'accept-paused' || !pausedBy || kernel.isPortTaken || simulation.stolen) return
  if (server.actor.getSnapshot().hasTag('reopening')) return
  const isBound = kernel.listening !== undefined
  if (isBound !== (pausedBy === 'hold')) {
    simulation.violate('the last pause is the one in force', `${pausedBy}, and ${isBound ? '' : 'not '}bound`)
  }
}
