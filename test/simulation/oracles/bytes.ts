// Nothing that was sent is lost, on the way to a handler or to a client.
import type { Simulation } from '../simulation.ts'
import type { Peer } from '../world/peer.ts'
import type { Visit } from '../world/visit.ts'

export function lookAtBytes(simulation: Simulation): void {
  for (const peer of simulation.peers) {
    const visit = peer.connection && simulation.visits.get(peer.connection.id)
    if (!visit) continue
    lookAtAnswer(simulation, peer, visit)
    lookAtRequest(simulation, visit)
  }
}

/** A client that stays gets everything that its handler has written, and then FIN. */
function lookAtAnswer(simulation: Simulation, peer: Peer, visit: Visit): void {
  const received = peer.received.toString('latin1')
  if (!visit.written.startsWith(received)) {
    const at = [...received].findIndex((char, index) => char !== visit.written[index])
    simulation.violate('answers arrive as they were written', `that of ${visit.id} differs at byte ${at}`)
  }
  if (visit.excuse !== undefined || peer.hasLeft || visit.end.hasFailed || isOutOfTime(simulation, visit))
    return
  if (received !== visit.written) {
    const { length } = visit.written
    simulation.violate('answers arrive whole', `${received.length} of ${length} bytes of that of ${visit.id}`)
  } else if (peer.end !== 'fin') {
    simulation.violate('a client that stays sees a clean end', `${visit.id} has seen ${peer.end ?? 'none'}`)
  }
}

/** A timer that rings later than this has waited for a loop that did not turn. */
const LATE = 20

/** Whether the client has taken longer than it may. */
function isOutOfTime({ schedule, blocks, cutFrom }: Simulation, { startedAt, endedAt, end }: Visit): boolean {
  if (end.closedAt >= cutFrom) return true
  const { flushTimeout, bufferAgeLimit, hasClock } = schedule.settings
  if (end.closedAt - startedAt >= bufferAgeLimit) return true
  const due = endedAt + flushTimeout
  if (end.closedAt < due) return false
  // It is given its time anew, once, where the loop was blocked when it was over.
  if (blocks.length > 1) return true
  const block = blocks.find(({ from, until }) => from < due && until > due + LATE)
  return hasClock || !block || end.closedAt >= block.until + flushTimeout
}

/** A handler that reads on until the end gets everything that the process has taken. */
function lookAtRequest(simulation: Simulation, visit: Visit): void {
  const { incoming, hasFailed } = visit.end
  if (!visit.received.startsWith(visit.read)) {
    simulation.violate('bytes are read as they were sent', `those of ${visit.id} differ`)
  }
  if (!visit.hasSeenEnd) return
  const { length } = visit.read
  if (length < visit.takenAtEnd) {
    simulation.violate('what had come is read', `${length} of ${visit.takenAtEnd} bytes of ${visit.id}`)
  }
  // Where Node ends its side at once, it may be too late to ask.
  const isAsked = simulation.schedule.settings.allowHalfOpen && !visit.isTooLateToAsk
  if (visit.endReason === 'fin' && isAsked && (!incoming.isEndDelivered || length < incoming.sent)) {
    simulation.violate('FIN is told from a reset', `${visit.id} was reset, and its reason is fin`)
  }
  if (
    visit.endReason === 'reset' &&
    (length < incoming.delivered || !(visit.end.wasResetByPeer || hasFailed))
  ) {
    simulation.violate(
      'lines before a reset are read',
      `${length} of ${incoming.delivered} bytes of ${visit.id}`,
    )
  }
}
