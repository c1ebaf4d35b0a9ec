// Effect's NodeSocketServer: a fiber for each connection.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installedPackages } from '../effect-packages.mjs'
import { BACKLOG, HOST } from '../work.mjs'

const require = createRequire(join(installedPackages(), 'package.json'))
const load = (name) => import(pathToFileURL(require.resolve(name)).href)
const Effect = await load('effect/Effect')
const Exit = await load('effect/Exit')
const Scope = await load('effect/Scope')
const NodeSocketServer = await load('@effect/platform-node-shared/NodeSocketServer')

const handlers = {
  answer: (socket) =>
    Effect.scoped(
      Effect.gen(function* () {
        const reader = yield* socket.reader
        const writer = yield* socket.writer
        yield* reader.pull
        yield* writer.write('x')
      }),
    ),
  echo: (socket) =>
    Effect.scoped(
      Effect.gen(function* () {
        const reader = yield* socket.reader
        const writer = yield* socket.writer
        for (;;) yield* writer.writeAll(yield* reader.pull)
      }),
    ),
}

/** @param {{ handler: string }} work */
export async function listen({ handler }) {
  const scope = Scope.makeUnsafe()
  const server = await Effect.runPromise(
    Scope.provide(NodeSocketServer.make({ port: 0, host: HOST, backlog: BACKLOG, noDelay: true }), scope),
  )
  process.once('exit', () => Effect.runFork(Scope.close(scope, Exit.void)))
  // That the peer has left is an error of the pull.
  Effect.runFork(server.run((socket) => Effect.ignore(handlers[handler](socket))))
  return { port: server.address.port }
}
