// A warning: what the first chapter of XState's manual leads to, a machine for each connection,
// spawned by the listener's machine.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { assign, createActor, setup, spawnChild, stopChild } from 'xstate'
import { BACKLOG, HOST } from '../work.mjs'

const connectionMachine = setup({
  actions: {
    listen: ({ context: { socket }, self }) => {
      socket.on('error', () => {})
      socket.once('data', () => self.send({ type: 'received' }))
      socket.once('close', () => self.send({ type: 'closed' }))
    },
    answer: ({ context }) => context.socket.end('x'),
  },
}).createMachine({
  context: ({ input }) => ({ socket: input.socket, answers: 0 }),
  entry: 'listen',
  initial: 'waiting',
  states: {
    waiting: {
      on: {
        received: {
          target: 'closing',
          actions: ['answer', assign({ answers: ({ context }) => context.answers + 1 })],
        },
      },
    },
    closing: {},
    closed: { type: 'final' },
  },
  on: { closed: '.closed' },
})

const listenerMachine = setup({ actors: { connection: connectionMachine } }).createMachine({
  context: { connections: 0, accepted: 0 },
  on: {
    accepted: {
      actions: [
        assign({
          connections: ({ context }) => context.connections + 1,
          accepted: ({ context }) => context.accepted + 1,
        }),
        spawnChild('connection', {
          id: ({ context }) => `connection-${context.accepted}`,
          input: ({ event }) => ({ socket: event.socket }),
        }),
      ],
    },
    'xstate.done.actor.*': {
      actions: [
        assign({ connections: ({ context }) => context.connections - 1 }),
        stopChild(({ event }) => event.actorId),
      ],
    },
  },
})

/** Only answers. */
export async function listen() {
  const listener = createActor(listenerMachine).start()
  const server = createServer({ noDelay: true }, (socket) => listener.send({ type: 'accepted', socket }))
  server.listen({ port: 0, host: HOST, backlog: BACKLOG })
  await once(server, 'listening')
  return { port: server.address().port }
}
