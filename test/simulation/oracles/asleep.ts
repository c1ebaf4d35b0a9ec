// What has to hold when nothing is left to be done before time passes.
import type { Simulation } from '../simulation.ts'

/** By then an error that lasts was noticed, and told. */
const TIME_TO_TELL = 2_100

export function lookAsleep(simulation: Simulation): void {
  const { server, kernel, violation } = simulation
  if (!server || violation) return
  lookAtPause(simulation)
  lookAtTimeouts(simulation)
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

/** Each client has its time, and no more. */
function lookAtTimeouts(simulation: Simulation): void {
  const { started, now, blocks, schedule } = simulation
  // Blocked, it could do nothing, and gives them more.
  if (blocks.length > 0) return
  for (const { id, isRunning, end, endedAt } of started) {
    if (!isRunning && !end.isClosed && now - endedAt > schedule.settings.flushTimeout) {
      simulation.violate('flushTimeout is kept', `connection ${id} is open after ${now - endedAt} ms`)
    }
  }
}

/** Clients wait, or are refused, as the last pause has asked. */
function lookAtPause(simulation: Simulation): void {
  const { server, kernel, pausedBy, stolen, schedule } = simulation
  if (kernel.isPortTaken || stolen) return
  if (!server?.actor.getSnapshot().hasTag('paused')) return
  const strategy = pausedBy ?? schedule.settings.pauseStrategy
  const isBound = kernel.listening !== undefined
  if (isBound !== (strategy === 'hold')) {
    simulation.violate('the last pause is the one in force', `${strategy}, and ${isBound ? '' : 'not '}bound`)
  }
}
