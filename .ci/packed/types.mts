// Compiled beside an installed package, as a strict user would.

import { createActor } from 'xstate'
import { type Address, type Connection, Server, type ServerOptions } from 'xstate-tcp'
import { connectionMachine, type ListenerCommand, listenerMachine } from 'xstate-tcp/machines'
import { createListenerModel } from 'xstate-tcp/testing'

const options: ServerOptions = { maxConnections: 3, onHandlerError: 'ignore' }
const server = await Server.createSock(
  { path: '/tmp/xstate-tcp.sock' },
  async (address: Address, socket, connection: Connection) => {
    socket.end(`${address.family} ${connection.id}`)
  },
  options,
)
export const path: string = server.listeningOn
const command: ListenerCommand = { type: 'pause' }
server.actor.send(command)
createActor(listenerMachine, { input: { maxConnections: 1 } })
  .getSnapshot()
  .matches('listening')
createActor(connectionMachine).send({ type: 'destroy' })
export const model = createListenerModel
