// Compiled beside an installed package, as a strict user would.

import { createServer } from 'node:http'
import { type AnyActorRef, createActor, type SnapshotFrom, waitFor } from 'xstate'
import {
  type Address,
  type Connection,
  type CreateOptions,
  type Handler,
  handTo,
  Server,
  type ServerActor,
  type ServerOptions,
} from 'xstate-tcp'
import { createInspector, type Inspector, type InspectorOptions } from 'xstate-tcp/inspector'
import {
  connectionMachine,
  connectionsMachine,
  type ListenerCommand,
  listenerMachine,
} from 'xstate-tcp/machines'
import { createListenerModel } from 'xstate-tcp/testing'

const inspectorOptions: InspectorOptions = { port: 0, control: true }
const inspector: Inspector = await createInspector(inspectorOptions)
const options: ServerOptions = {
  inspect: inspector.inspect,
  maxConnections: 3,
  onHandlerError: 'ignore',
}
const server = await Server.createSock(
  { path: '/tmp/xstate-tcp.sock' },
  async (address: Address, socket, connection: Connection) => {
    socket.end(`${address.family} ${connection.id}`)
  },
  options,
)
export const path: string = server.listeningOn
const echo: Handler = async (_address, reader, writer) => {
  for await (const line of reader.lines({ maxLength: 80 })) {
    if (!writer.writeLine(line)) await writer.flushed()
  }
}
const createOptions: CreateOptions = { bufferAgeLimit: { atMost: 1000 }, readerBufferSize: 4096 }
const port: number = (await Server.create({ port: 0 }, echo, createOptions)).listeningOn
await Server.createSock(port, handTo(createServer()))
const command: ListenerCommand = { type: 'pause' }
server.actor.send(command)
createActor(listenerMachine, { input: { maxConnections: 1 } })
  .getSnapshot()
  .matches('listening')
createActor(connectionMachine).send({ type: 'destroy' })
createActor(connectionsMachine).send({ type: 'spawn' })
const actors: AnyActorRef[] = [server.actor]
for (const { actor, id } of server.connections) {
  actors.push(actor)
  await waitFor(actor, (snapshot) => snapshot.matches('closed'))
  actor.select(({ status }) => [id, status]).subscribe(() => {})
}
const snapshot: SnapshotFrom<ServerActor> = await waitFor(server.actor, ({ context }) => context.isBound)
export const isIdle: boolean = snapshot.context.connections === 0 && actors.length === 1
export const model = createListenerModel
