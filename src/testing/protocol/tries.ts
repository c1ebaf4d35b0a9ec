// What a protocol's model tries in each of its states.
import type { AnyEventObject, AnyMachineSnapshot } from 'xstate'
import type { Protocol } from './protocol.ts'
import type { ProtocolModelSnapshot } from './protocol-world.ts'

const ENDS = { type: 'client.ends' }
const ON_THE_SERVER = [{ type: 'server.closes' }, { type: 'server.drains' }, { type: 'server.cuts' }]

export function eventsIn(
  protocol: Protocol,
  { protocol: at, connection, client, server, half, isFresh }: ProtocolModelSnapshot,
): AnyEventObject[] {
  if (!at || client !== 'open') return server === 'open' ? connecting(protocol, at) : []
  const ofServer = server === 'open' ? ON_THE_SERVER : []
  if (connection?.hasEnded) return ofServer
  const ofClient = [ENDS, { type: 'client.resets' }]
  if (half.length > 0) return [{ type: 'client.resumes' }, ...ofClient, ...ofServer]
  // What has left a trace shows in what is said, however that is sent.
  return [...(isFresh ? saying : plainly)(protocol, at), ...ofClient, ...ofServer]
}

function connecting(protocol: Protocol, previous: AnyMachineSnapshot | undefined): AnyEventObject[] {
  const connects = { type: 'client.connects' }
  // Before it has read any greeting.
  const talking = protocol.triedIn(protocol.begin(previous)).map((event) => pipelined(connects, event))
  return [connects, ...talking]
}

function plainly(protocol: Protocol, at: AnyMachineSnapshot): AnyEventObject[] {
  return protocol.triedIn(at)
}

function saying(protocol: Protocol, at: AnyMachineSnapshot): AnyEventObject[] {
  const tried = protocol.triedIn(at)
  const isDivisible = (before: AnyMachineSnapshot, event: AnyEventObject) =>
    protocol.bytesOf(before, event).length > 1
  const isKnown = (before: AnyMachineSnapshot, event: AnyEventObject) =>
    protocol.outcome(before, event).transitions.length > 0
  const trickling = tried
    .filter((event) => isDivisible(at, event))
    .map((event) => ({ type: 'client.trickles', events: [event] }))
  const behind = tried
    .filter((event) => isKnown(at, event))
    .flatMap((event) => {
      const { after } = protocol.outcome(at, event)
      const isOver = after.status !== 'active'
      const following = isOver ? tried : protocol.triedIn(after)
      const known = following.filter((next) => isKnown(after, next))
      const unknown = following.filter((next) => !isKnown(after, next)).slice(0, 1)
      return [
        ...[...known, ...unknown].map((next) => pipelined(event, next)),
        pipelined(event, ENDS),
        ...(isDivisible(at, event) ? [paused(event)] : []),
        ...known.filter((next) => isDivisible(after, next)).map((next) => paused(event, next)),
      ]
    })
  return [...tried, ...trickling, ...behind]
}

function pipelined(...events: AnyEventObject[]): AnyEventObject {
  return { type: 'client.pipelines', events }
}

function paused(...events: AnyEventObject[]): AnyEventObject {
  return { type: 'client.pauses', events }
}
