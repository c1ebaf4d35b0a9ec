// Plays a schedule: brings about one step after the other, then lets everything come to its end.
// After each `yield` what is due in this turn has been done: ticks, and promises.

import { PlainFile } from './kernel/kernel.ts'
import { lookAsleep } from './oracles/asleep.ts'
import { lookAtBytes } from './oracles/bytes.ts'
import { lookAtEnd, lookAtRest, lookAtServed, lookAtWaiting, unneeded } from './oracles/end.ts'
import { lookAtRate } from './oracles/rate.ts'
import type { Step } from './schedule.ts'
import type { Simulation } from './simulation.ts'
import { type Library, open } from './world/serve.ts'

/** A loop that runs more callbacks while nothing comes from outside does not end. */
const MAX_CALLBACKS = 20_000

/** The server tries again after a second at most, and looks at its descriptors once a second. */
const TIME_TO_CALM = 2_200
const TIME_BETWEEN_LOOKS = 100
const LONGEST_OUTAGE = 1_100

export function* play(simulation: Simulation, library: Library): Generator<void> {
  open(simulation, library)
  yield
  yield* turn(simulation)
  for (const step of simulation.schedule.steps) {
    yield* take(simulation, step)
    if (simulation.violation) return
  }
  yield* end(simulation)
}

function* take(simulation: Simulation, step: Step): Generator<void> {
  const { system, kernel, peers, server } = simulation
  switch (step.do) {
    case 'run':
      for (let left = step.callbacks; left > 0 && system.loop.runNext(); left--) {
        yield
        simulation.look()
      }
      return
    case 'call':
      return peers[step.client]?.call()
    case 'send':
      return peers[step.client]?.send(step.bytes)
    case 'end':
      return peers[step.client]?.endSide()
    case 'leave':
      return peers[step.client]?.leave()
    case 'reset':
      return peers[step.client]?.reset(step.bytes)
    case 'read':
      return void peers[step.client]?.read(step.bytes)
    case 'deliver':
      return peers[step.client]?.connection?.server.receive(step.bytes)
    case 'acknowledge':
      return peers[step.client]?.connection?.client.receive(step.bytes)
    case 'fail':
      return peers[step.client]?.connection?.server.fail(step.bytes)
    case 'go on':
      simulation.started[step.handler]?.goOn()
      return yield
    case 'sleep':
      return yield* sleep(simulation, step.milliseconds)
    case 'block':
      simulation.blocks.push({ from: system.time.now, until: system.time.now + step.milliseconds })
      return system.time.pass(step.milliseconds)
    case 'descriptors':
      simulation.shortFor = 0
      kernel.limit = kernel.numOpen + step.left
      return
    case 'more descriptors':
      kernel.limit = 1024
      return
    case 'accept fails':
      simulation.failingFor = 0
      kernel.acceptErrors = Array<number>(step.times).fill(step.errno)
      return
    case 'take port':
      kernel.isPortTaken = true
      return
    case 'free port':
      kernel.isPortTaken = false
      return
  }
  if (!server) return
  switch (step.do) {
    case 'pause':
      simulation.pausedBy = step.strategy ?? simulation.schedule.settings.pauseStrategy
      server.pause(step.strategy ? { strategy: step.strategy } : {})
      break
    case 'resume':
      simulation.pausedBy = undefined
      simulation.promises.add('resume', server.resume())
      break
    case 'drop':
      server.setDropIncomingConnections(true)
      break
    case 'stop dropping':
      server.setDropIncomingConnections(false)
      break
    case 'steal': {
      const { fd } = server.listeningSocket
      if (fd < 0 || simulation.stolen) break
      const file = new PlainFile('/tmp/file')
      simulation.stolen = { fd, file }
      kernel.steal(fd, file)
      break
    }
    case 'limit':
      simulation.maxConnections = step.maxConnections
      server.maxConnections = step.maxConnections
      break
    case 'close':
      // Only the first close counts.
      if (step.isWithConnections && !server.isClosed) simulation.mayCutFrom(simulation.now)
      simulation.promises.add('close', server.close({ closeExistingConnections: step.isWithConnections }))
      break
    case 'drain':
      simulation.drain(step.timeout)
      break
    case 'destroy': {
      const visit = simulation.started[step.handler]
      if (visit) {
        visit.excuse ??= 'it was destroyed'
        simulation.connections.get(visit.id)?.destroy()
      }
      break
    }
  }
  yield
  simulation.look()
}

/** Runs the loop until it would sleep. */
function* turn(simulation: Simulation): Generator<void> {
  const { loop } = simulation.system
  yield
  for (let left = MAX_CALLBACKS; loop.runNext(); left--) {
    yield
    if (left === 0) return simulation.violate('the loop comes to rest', `${MAX_CALLBACKS} callbacks`)
  }
  simulation.look()
}

/** The loop sleeps, and wakes for timers. */
function* sleep(simulation: Simulation, milliseconds: number): Generator<void> {
  const { time } = simulation.system
  const until = time.now + milliseconds
  const isSomebodyWaiting = (simulation.kernel.listening?.queue.length ?? 0) > 0
  const isListening = simulation.server?.state === 'listening'
  yield* turn(simulation)
  for (let { next } = time; next !== undefined && next <= until; { next } = time) {
    const passed = Math.max(0, next - time.now)
    time.asleep += passed
    time.pass(passed)
    yield* turn(simulation)
    if (simulation.violation) return
  }
  const rest = Math.max(0, until - time.now)
  time.asleep += rest
  time.pass(rest)
  simulation.failingFor = isSomebodyWaiting && isListening ? simulation.failingFor + milliseconds : 0
  simulation.shortFor =
    isListening && simulation.server?.state === 'listening' ? simulation.shortFor + milliseconds : 0
  yield* turn(simulation)
  lookAsleep(simulation)
}

/** The network brings everything, clients read it, the loop turns, until nothing is left. */
function* settle(simulation: Simulation): Generator<void> {
  const { schedule } = simulation
  for (let hasChanged = true; hasChanged && !simulation.violation; ) {
    hasChanged = false
    yield* turn(simulation)
    for (const peer of simulation.peers) {
      const { connection } = peer
      if (!connection) continue
      for (const side of [connection.server, connection.client]) {
        while (side.isExpecting) {
          side.receive(Infinity)
          hasChanged = true
        }
      }
      // One that reads only then waits until the server has taken what it has sent.
      const isSending = connection.client.outgoing.unacknowledged > 0
      if (isSending && schedule.sendsFirst[peer.id] && !simulation.isEnding) continue
      while (peer.read(Infinity)) hasChanged = true
    }
  }
}

function* sleepAndSettle(simulation: Simulation, milliseconds: number): Generator<void> {
  const pieces = 4
  for (let left = pieces; left > 0 && !simulation.violation; left--) {
    yield* sleep(simulation, Math.ceil(milliseconds / pieces))
    yield* settle(simulation)
  }
}

/** All is well from here on: nobody waits for anybody for ever. */
function* end(simulation: Simulation): Generator<void> {
  const { kernel, server, peers, schedule } = simulation
  const { lingerTimeout } = schedule.settings
  yield* turn(simulation)
  lookAsleep(simulation)
  kernel.limit = 1024
  kernel.acceptErrors = []
  kernel.isPortTaken = false
  for (const visit of simulation.started) visit.goOnForEver()
  simulation.isWell = true
  yield
  yield* settle(simulation)
  const before = unneeded(simulation)
  yield* sleepAndSettle(simulation, 4 * TIME_BETWEEN_LOOKS)
  if (!server || simulation.violation) return
  lookAtWaiting(simulation, before)
  if (!server.isClosed) {
    server.setDropIncomingConnections(false)
    simulation.pausedBy = undefined
    simulation.promises.add('resume', server.resume())
    yield* sleepAndSettle(simulation, LONGEST_OUTAGE)
  }
  yield* sleepAndSettle(simulation, Math.max(TIME_TO_CALM, 4 * lingerTimeout))
  if (simulation.violation) return
  lookAtRest(simulation)
  simulation.isEnding = true
  for (const peer of peers) peer.endSide()
  yield* settle(simulation)
  yield* sleepAndSettle(simulation, Math.max(LONGEST_OUTAGE, 4 * lingerTimeout))
  if (simulation.violation) return
  simulation.wasClosedBefore = server.isClosed
  lookAtServed(simulation)
  if (schedule.seed % 2 === 0) simulation.drain(1_000)
  simulation.promises.add('close', server.close())
  simulation.promises.add('closeFinishedAndHandlersDetermined', server.closeFinishedAndHandlersDetermined)
  yield
  yield* settle(simulation)
  yield* sleepAndSettle(simulation, 40_000)
  if (simulation.violation) return
  lookAtRate(simulation)
  lookAtEnd(simulation)
  lookAtBytes(simulation)
}
