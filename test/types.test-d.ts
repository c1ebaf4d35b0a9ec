// Checked by `tsc`, never run.
import { createServer as createHttpServer } from 'node:http'
import { createServer as createNetServer, type Socket } from 'node:net'
import { expectTypeOf } from 'vitest'
import {
  type ActorRefFrom,
  type AnyActorRef,
  createActor,
  fromObservable,
  type InspectionEvent,
  type SnapshotFrom,
  sendTo,
  setup,
  toPromise,
  waitFor,
} from 'xstate'
import { connectionMachine, type connectionsMachine, listenerMachine } from '../machines/index.ts'
import {
  type Address,
  type Connection,
  type ConnectionActor,
  type DrainResult,
  handTo,
  type ListenerCommand,
  type Reader,
  Server,
  type ServerActor,
  type ServerOptions,
  type ServerState,
  type SocketHandler,
  type StreamConnection,
  type TlsInfo,
  type Writer,
} from '../src/index.ts'
import {
  type Coverage,
  coverageOf,
  createBareDriver,
  createConnectionDriver,
  createConnectionModel,
  createDriver,
  createListenerModel,
  createProtocolDriver,
  createProtocolModel,
  type DriverSettings,
  type ListenerExpectations,
  type ListenerModelEvent,
  runPath,
  testServer,
} from '../src/testing/index.ts'

declare const fd: number
declare const either: { port: number } | { path: string }

async function serve() {}

// `listeningOn` is typed by where the server listens.
expectTypeOf((await Server.createSock(0, serve)).listeningOn).toEqualTypeOf<number>()
expectTypeOf((await Server.createSock({ port: 0, host: '::' }, serve)).listeningOn).toEqualTypeOf<number>()
expectTypeOf((await Server.createSock({ path: '/run/app' }, serve)).listeningOn).toEqualTypeOf<string>()
const open = { path: '/run/app', readableAll: true, writableAll: true }
expectTypeOf((await Server.createSock(open, serve)).listeningOn).toEqualTypeOf<string>()
expectTypeOf(
  (await Server.createSock({ port: 0, interface: 'eth1' }, serve)).listeningOn,
).toEqualTypeOf<number>()
expectTypeOf((await Server.createSock({ fd }, serve)).listeningOn).toEqualTypeOf<number | string>()
expectTypeOf((await Server.createSock(either, serve)).listeningOn).toEqualTypeOf<number | string>()

// A handler's arguments need no annotations.
const server = await Server.createSock(0, async (address, socket, connection) => {
  expectTypeOf(address).toEqualTypeOf<Address>()
  expectTypeOf(socket).toEqualTypeOf<Socket>()
  expectTypeOf(connection).toEqualTypeOf<Connection>()
  expectTypeOf(connection.state).toEqualTypeOf<
    'accepted' | 'preface' | 'serving' | 'abandoned' | 'closing' | 'closed'
  >()
  expectTypeOf(connection.signal).toEqualTypeOf<AbortSignal>()
  // @ts-expect-error: an address is either of the two
  address.path
  if (address.family === 'unix') expectTypeOf(address.path).toEqualTypeOf<string>()
  else expectTypeOf(address.port).toEqualTypeOf<number>()
  // @ts-expect-error: it is the library's to count
  connection.bytesRead = 0
})

// The same with a reader and a writer.
const streaming = await Server.create({ path: '/run/app' }, async (address, reader, writer, connection) => {
  expectTypeOf(address).toEqualTypeOf<Address>()
  expectTypeOf(reader).toEqualTypeOf<Reader>()
  expectTypeOf(writer).toEqualTypeOf<Writer>()
  expectTypeOf(connection).toEqualTypeOf<StreamConnection>()
  expectTypeOf(connection.startTls({ key: 'key', cert: 'cert' })).toEqualTypeOf<Promise<TlsInfo>>()
  expectTypeOf(reader.read()).toEqualTypeOf<Promise<Buffer | null>>()
  expectTypeOf(reader.readExactly(4)).toEqualTypeOf<Promise<Buffer | null>>()
  expectTypeOf(reader.readUntil(Buffer.of(0))).toEqualTypeOf<Promise<Buffer | null>>()
  expectTypeOf(reader.readLine({ maxLength: 80 })).toEqualTypeOf<Promise<string | null>>()
  for await (const line of reader.lines()) expectTypeOf(line).toEqualTypeOf<string>()
  for await (const chunk of reader) expectTypeOf(chunk).toEqualTypeOf<Buffer>()
  expectTypeOf(writer.write('text')).toEqualTypeOf<boolean>()
  expectTypeOf(writer.flushed()).toEqualTypeOf<Promise<void>>()
  // @ts-expect-error: text or bytes
  writer.write(5)
  // @ts-expect-error: a delimiter is text or bytes
  void reader.readUntil(10)
})
expectTypeOf(streaming.listeningOn).toEqualTypeOf<string>()
void Server.create(0, serve, { bufferAgeLimit: { atMost: 1000 }, readerBufferSize: 1, writerBufferSize: 1 })
void Server.create(0, serve, { bufferAgeLimit: 'unlimited', maxConnections: 1 })
// @ts-expect-error: the two sizes take its place
void Server.create(0, serve, { highWaterMark: 1 })
// @ts-expect-error: an option of create
void Server.createSock(0, serve, { bufferAgeLimit: 'unlimited' })
// @ts-expect-error: milliseconds have a name
void Server.create(0, serve, { bufferAgeLimit: 1000 })

// Servers of other protocols.
expectTypeOf(handTo(createHttpServer())).toEqualTypeOf<SocketHandler>()
expectTypeOf(handTo(createNetServer())).toEqualTypeOf<SocketHandler>()
// @ts-expect-error: an object that emits nothing
handTo({})

// @ts-expect-error: exactly one place to listen on
void Server.createSock({}, serve)
// @ts-expect-error: a port is a number
void Server.createSock({ port: '7000' }, serve)
// @ts-expect-error: there is no such strategy
void Server.createSock(0, serve, { pauseStrategy: 'wait' })
// @ts-expect-error: there is no such option
void Server.createSock(0, serve, { maxConnection: 1 })
// @ts-expect-error: createSock makes servers
new Server()

expectTypeOf<ServerOptions['inspect']>()
  .extract<(event: never) => void>()
  .parameter(0)
  .toEqualTypeOf<InspectionEvent>()
expectTypeOf<ServerOptions['onHandlerError']>()
  .extract<(...args: never[]) => unknown>()
  .parameters.toEqualTypeOf<[Address, unknown]>()

// Users send commands; what happened on the sockets is reported by the library alone.
expectTypeOf(server.actor.send).parameter(0).toEqualTypeOf<ListenerCommand>()
server.actor.send({ type: 'pause', strategy: 'hold' })
server.actor.send({ type: 'limit.changed', maxConnections: 3 })
// @ts-expect-error: a report
server.actor.send({ type: 'connection.offered' })
// @ts-expect-error: a report
server.actor.send({ type: 'policy.raised', error: new Error() })
// @ts-expect-error: a command without what it needs
server.actor.send({ type: 'limit.changed' })

expectTypeOf(server.actor.getSnapshot().context.connections).toEqualTypeOf<number>()
expectTypeOf(server.actor.getSnapshot().matches).toBeCallableWith({ 'accept-paused': 'waiting' })
// @ts-expect-error: no state of the chart
server.actor.getSnapshot().matches('open')

// Both actors are actor references to all that takes one.
declare const connection: Connection
for (const actor of [server.actor, connection.actor] satisfies AnyActorRef[]) actor.start()
expectTypeOf<SnapshotFrom<ServerActor>>().toEqualTypeOf<SnapshotFrom<typeof listenerMachine>>()
expectTypeOf<SnapshotFrom<ConnectionActor>>().toEqualTypeOf<SnapshotFrom<typeof connectionMachine>>()
const drained = await waitFor(server.actor, (snapshot) => snapshot.matches({ closed: 'drained' }))
expectTypeOf(drained.context.connections).toEqualTypeOf<number>()
await waitFor(connection.actor, (snapshot) => snapshot.matches('closed'))
void toPromise(connection.actor)
const paused = server.actor.select(({ context }) => context.pausedByHand)
expectTypeOf(paused.get()).toEqualTypeOf<boolean>()
paused.subscribe((isPaused) => expectTypeOf(isPaused).toEqualTypeOf<boolean>())
createActor(fromObservable(() => server.actor))
const supervisor = server.actor.getSnapshot().children.connections
expectTypeOf(supervisor).toEqualTypeOf<ActorRefFrom<typeof connectionsMachine> | undefined>()
expectTypeOf(server.actor.system.get('connections')).toBeAny()
setup({ types: { context: {} as { server: ServerActor; connection: ConnectionActor } } }).createMachine({
  context: { server: server.actor, connection: connection.actor },
  entry: sendTo(({ context }) => context.server, { type: 'pause' }),
  exit: sendTo(({ context }) => context.connection, { type: 'destroy' }),
})
setup({ types: { context: {} as { server: ServerActor } } }).createMachine({
  context: { server: server.actor },
  // @ts-expect-error: a report
  entry: sendTo(({ context }) => context.server, { type: 'connection.settled' }),
})

// The signature of @xstate/react's `useSelector`, and that of helpers that take any actor
// reference.
declare function useSelector<TActor extends Pick<AnyActorRef, 'subscribe' | 'getSnapshot'> | undefined, T>(
  actor: TActor,
  selector: (snapshot: TActor extends { getSnapshot(): infer TSnapshot } ? TSnapshot : undefined) => T,
  compare?: (a: T, b: T) => boolean,
): T
expectTypeOf(useSelector(server.actor, ({ context }) => context.connections)).toEqualTypeOf<number>()
expectTypeOf(useSelector(connection.actor, ({ value }) => value)).not.toBeAny()
declare function fromActorRef<TActor extends AnyActorRef>(actor: TActor): () => SnapshotFrom<TActor>
expectTypeOf(fromActorRef(server.actor)().context.maxConnections).toEqualTypeOf<number>()
expectTypeOf(connection.actor.send).parameter(0).toEqualTypeOf<{ type: 'destroy'; error?: Error }>()

// Events.
server.on('error', (error) => expectTypeOf(error).toEqualTypeOf<Error>())
server.on('drop', ({ local, remote, reason }) => {
  expectTypeOf([local, remote]).toEqualTypeOf<Address[]>()
  expectTypeOf(reason).toEqualTypeOf<'dropping' | 'blocked' | 'not-allowed' | 'per-address' | 'refused'>()
})
server.on('limit', (counts) =>
  expectTypeOf(counts).toEqualTypeOf<{
    maxConnections: number
    numConnections: number
    numWaiting: number | undefined
  }>(),
)
// @ts-expect-error: no event of a server
server.on('connection', () => {})

// The rest of the facade.
expectTypeOf(server.state).toEqualTypeOf<ServerState>()
expectTypeOf(server.connections).toEqualTypeOf<Iterable<Connection>>()
expectTypeOf(server.numWaiting).toEqualTypeOf<number | undefined>()
// @ts-expect-error: it is the kernel's to count
server.numWaiting = 0
expectTypeOf(server.close({ closeExistingConnections: true })).toEqualTypeOf<Promise<void>>()
expectTypeOf(server.drain({ timeout: 1 })).toEqualTypeOf<Promise<DrainResult>>()
expectTypeOf(server.resume()).toEqualTypeOf<Promise<void>>()
expectTypeOf(server.ref()).toEqualTypeOf<typeof server>()
expectTypeOf(server).toExtend<AsyncDisposable>()
// @ts-expect-error: read only
server.numConnections = 1

// The charts are machines as any other.
expectTypeOf(listenerMachine.getInitialSnapshot).toBeFunction()
expectTypeOf(connectionMachine.id).toEqualTypeOf<string>()

// The models' options and events are closed sets.
const model = createListenerModel({ factory: 'create', overLimit: 'wait', seenFrom: 'outside' })
// @ts-expect-error: a typing error
createListenerModel({ maxConections: 2 })
// @ts-expect-error: no such factory
createConnectionModel({ factory: 'sock' })
const [modelPath] = model.paths()
model.paths({
  events: (event, expected) => {
    expectTypeOf(event).toEqualTypeOf<ListenerModelEvent>()
    expectTypeOf(expected).toEqualTypeOf<ListenerExpectations>()
    return true
  },
})
expectTypeOf(modelPath?.title).toEqualTypeOf<string | undefined>()
expectTypeOf(model.pathOf([{ type: 'connect' }])).toEqualTypeOf<NonNullable<typeof modelPath>>()
// @ts-expect-error: no such event
model.pathOf([{ type: 'connects' }])

// Servers of both factories can be driven, and drivers be written.
const driver = createDriver((where, handler) => Server.createSock(where, handler))
createDriver((where, handler) => Server.create(where, handler, { maxConnections: 2 }))
testServer(model, driver, { test: (_title: string, _run: () => Promise<void>) => {} })
testServer(model, createBareDriver({ port: 7000, isServed: (received) => received.length > 2 }), {
  test: () => {},
})
createBareDriver({
  start: () => ({ port: 7000, perform: ({ type }) => expectTypeOf(type).toBeString(), end: () => {} }),
  returns: (socket) => socket.write('QUIT'),
})
// @ts-expect-error either a port, or a start
createBareDriver({ quiet: 5 })
// @ts-expect-error and not both
createBareDriver({ port: 7000, start: () => ({ port: 7000, end: () => {} }) })
testServer(model, driver, {
  test: () => {},
  threshold: 90,
  report: (coverage) => expectTypeOf(coverage).toEqualTypeOf<Coverage<ListenerModelEvent>>(),
})
expectTypeOf(coverageOf(model, model.paths()).kinds.taken).toEqualTypeOf(model.kinds())
createDriver((where, handler, settings) => {
  expectTypeOf(settings).toEqualTypeOf<DriverSettings>()
  return Server.createSock(where, handler, { maxConnections: 2, ...settings })
})
const connectionDriver = createConnectionDriver((where, handler, { clock, ...settings }) =>
  Server.createSock(where, handler, { clock, ...settings }),
)
createConnectionDriver((where, handler, settings) => Server.create(where, handler, settings), { lagSize: 1 })
testServer(createConnectionModel(), connectionDriver, { test: () => {} })
// @ts-expect-error: nor the other way round
testServer(model, connectionDriver, { test: () => {} })
// @ts-expect-error: a driver of the listener performs nothing of a connection's model
testServer(createConnectionModel(), driver, { test: () => {} })
const run = { perform: async (_event: ListenerModelEvent) => {}, observe: () => ({ state: server.state }) }
expectTypeOf(runPath(model.pathOf([]), run, { patience: 1_000 })).toEqualTypeOf<Promise<void>>()
// @ts-expect-error: nothing of that name is expected
runPath(model.pathOf([]), { ...run, observe: () => ({ stat: '' }) })

// A protocol's model has an entry for each event of the machine, and knows its payload.
type ProtocolEvent = { type: 'SET'; key: string } | { type: 'QUIT' } | { type: 'server.drains' }
const protocolMachine = setup({
  types: { events: {} as ProtocolEvent, context: {} as { keys: string[] } },
}).createMachine({ context: { keys: [] } })
const SET = { payloads: [{ key: 'a' }], send: 'SET a\n', answer: 'OK\n' }
const QUIT = { send: 'QUIT\n', answer: /BYE\n/ }
const protocol = createProtocolModel({
  machine: protocolMachine,
  client: {
    SET: {
      payloads: [{ key: 'a' }],
      send: ({ event, before }) => {
        expectTypeOf(event).toEqualTypeOf<{ type: 'SET'; key: string }>()
        return before.context.keys.length + event.key
      },
      answer: ({ after }) => after.context.keys.join(),
    },
    QUIT,
    'server.drains': { answer: '' },
  },
  otherwise: ({ event }) => (event.type === 'QUIT' ? undefined : 'ERROR\n'),
  shows: ({ context }) => ({ size: context.keys.length }),
})
createProtocolModel({ machine: protocolMachine, client: { SET, QUIT: null } })
// @ts-expect-error: no entry for QUIT
createProtocolModel({ machine: protocolMachine, client: { SET } })
// @ts-expect-error: no event of the machine
createProtocolModel({ machine: protocolMachine, client: { SET, QUIT, GET: QUIT } })
// @ts-expect-error: no bytes
createProtocolModel({ machine: protocolMachine, client: { SET, QUIT: { answer: '' } } })
// @ts-expect-error: no payload of SET
createProtocolModel({ machine: protocolMachine, client: { SET: { ...SET, payloads: [{ kee: '' }] }, QUIT } })
// @ts-expect-error: SET has a payload
createProtocolModel({ machine: protocolMachine, client: { SET: QUIT, QUIT } })
expectTypeOf(protocol.pathOf([]).steps[0]?.expected.size).toEqualTypeOf<number | undefined>()
protocol.pathOf([{ type: 'client.connects' }, { type: 'SET', key: 'a' }])
protocol.pathOf([{ type: 'client.pipelines', events: [{ type: 'QUIT' }, { type: 'client.ends' }] }])
// @ts-expect-error: no such event
protocol.pathOf([{ type: 'SETS', key: 'a' }])
const protocolDriver = createProtocolDriver(protocol, async (where) => ({
  server: await Server.create(where, async () => {}),
  observe: () => ({ size: 1 }),
}))
testServer(protocol, protocolDriver, { test: () => {} })
// @ts-expect-error: what the model shows is to be observed
createProtocolDriver(protocol, async () => ({ server }))
// @ts-expect-error: so it is where the server alone is returned
createProtocolDriver(protocol, async () => server)
const plain = createProtocolModel({ machine: protocolMachine, client: { SET, QUIT } })
createProtocolDriver(plain, async () => server)
